import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { createApp } from '../../src/app.ts';
import { readConfig } from '../../src/config.ts';
import { createLog } from '../../src/infra/log.ts';
import { listen } from '../../src/listen.ts';
import { demoKey } from '../support/gateway.ts';
import { run, runTypeScript } from '../support/snippets.ts';

type Asked = { title: string; document: string; variables: object; needsKey?: boolean };

/** The texts of a page that was served from here; what is in none of its questions yet is tried, too: a key, quotes. */
async function page(url: string) {
  vi.stubGlobal('location', new URL(url));
  vi.stubGlobal('document', { documentElement: { dataset: {} } });
  onTestFinished(() => void vi.unstubAllGlobals());
  const module = new URL('../../src/explorer/snippets.ts', import.meta.url).href;
  return (await import(module)) as { snippet(form: string, asked: Asked): string };
}

const REQUEST = `
    mutation Check($input: RequestRegistrationCheckInput!) {
  # It's \`quoted\` \${so}, "as" \\\\ is.
  requestRegistrationCheck(input: $input) {
    ... on RequestRegistrationCheckSuccess {
      check {
        ...State
      }
    }
  }
}
    fragment State on RegistrationCheck {
  id
  state
}`;
const WATCH = 'subscription Watch($id: ID!) { registrationCheckUpdated(id: $id) { state outcome } }';

it('of what needs a key run once it is in its place', async () => {
  const DATA_DIR = mkdtempSync(join(tmpdir(), 'gateway-'));
  const app = await createApp(readConfig({ DATA_DIR, IEBC_PLACES_INDEX: 'on-demand' }), { log: createLog('silent') });
  const server = await listen(app, { port: 0, host: '127.0.0.1' });
  onTestFinished(() => server.close());
  const { snippet } = await page(server.url);
  const key = demoKey(app).authorization!.replace('Bearer ', '');
  const written = (form: string, asked: Asked) => {
    const text = snippet(form, asked);
    expect(text).toContain('YOUR_KEY');
    expect(text).not.toContain(key);
    return text.replace('YOUR_KEY', key);
  };
  const address = { text: "117-719 Bloor St W, Toronto (Maple's)" };
  const canada = { givenName: 'Maple', familyName: 'Testwell', birthDate: '1980-01-04', addresses: [address] };
  const request = { title: 'Ask', document: REQUEST, variables: { input: { canada } }, needsKey: true };

  const curl = await run('sh', ['-c', `${written('curl', request)} --silent`]);
  const { id, state } = JSON.parse(curl).data.requestRegistrationCheck.check;
  expect(state).toBeTypeOf('string');
  expect(await runTypeScript(written('TypeScript', request))).toContain('requestRegistrationCheck');

  const watch = { title: 'Watch', document: WATCH, variables: { id }, needsKey: true };
  const ended = /"state":"(COMPLETED|FAILED|\w*ACTION\w*)"/;
  expect(await runTypeScript(written('TypeScript', watch), ended)).toMatch(ended);
  expect(await run('sh', ['-c', `${written('curl', watch)} --silent`], /"state"/)).toContain(
    'registrationCheckUpdated',
  );
});
