import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { createApp } from '../../src/app.ts';
import { readConfig } from '../../src/config.ts';
import { graphiqlOptions } from '../../src/http/graphiql.ts';
import { createLog } from '../../src/infra/log.ts';
import { listen } from '../../src/listen.ts';
import { startGateway } from '../support/gateway.ts';

const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';
const present = existsSync(CHROMIUM) || process.env.REQUIRE_CHROMIUM === '1';
if (!present) console.warn(`skipped: GraphiQL in a browser (needs ${CHROMIUM}, or CHROMIUM=path)`);

describe.skipIf(!present)('GraphiQL in a browser', () => {
  it('opens on samples that answer, and asks no foreign host', async () => {
    const gateway = await startGateway();
    const server = await listen(gateway.app, { port: 0, host: '127.0.0.1' });
    const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
    try {
      const page = await browser.newPage();
      const foreign: string[] = [];
      page.on('request', (request) => {
        const { protocol, origin } = new URL(request.url());
        if (!['blob:', 'data:'].includes(protocol) && origin !== server.url) foreign.push(request.url());
      });
      await page.goto(server.url);
      const answer = page.waitForResponse(async (response) =>
        (await response.text()).startsWith('{"data":{"counties"'),
      );
      await page.locator('.graphiql-execute-button').click();
      expect((await (await answer).json()).data.counties[0].constituencies[0].wards[0].name).toBeTypeOf('string');
      await page.locator('.result-window', { hasText: 'constituencies' }).waitFor();
      expect(await page.locator('.graphiql-tab').allInnerTexts()).toEqual([
        'Places',
        'PresidentialCount',
        'Watch',
        'Search',
        'Member',
        'VotingLink',
        'Ballots',
        'Check',
        'WatchCheck',
        'Verify',
        'Sources',
      ]);
      expect(foreign).toEqual([]);
    } finally {
      await browser.close();
      await server.close();
    }
  }, 60_000);

  it('leads through a registration check as the README says', async () => {
    // Sandboxes alone, as with `npm start`: then the page has the demo key.
    const DATA_DIR = mkdtempSync(join(tmpdir(), 'gateway-'));
    const app = await createApp(readConfig({ DATA_DIR, IEBC_PLACES_INDEX: 'on-demand' }), { log: createLog('silent') });
    const server = await listen(app, { port: 0, host: '127.0.0.1' });
    const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
    try {
      const page = await browser.newPage();
      // The page takes a query from its address, but no variables: they go into the query.
      const play = async (sample: string, variable = ''): Promise<string> => {
        const text = graphiqlOptions(null).defaultTabs!.find((tab) => tab.query?.includes(sample))!.query!;
        const query = text.replace(/\(\$\w+: \w+!\)/, '').replace(/\$\w+/, JSON.stringify(variable));
        const schema = page.waitForResponse((response) => response.request().postData()?.includes('__schema') ?? false);
        await page.goto(`${server.url}/graphql?${new URLSearchParams({ query })}`);
        // The button does nothing before the schema is there.
        await schema;
        // A subscription goes out as a GET, all others as a POST.
        const answer = page.waitForResponse((response) => {
          const request = response.request();
          return (
            (request.postData() ?? decodeURIComponent(request.url()).replaceAll('+', ' ')).includes(sample) &&
            request.resourceType() !== 'document'
          );
        });
        await page.locator('.graphiql-execute-button').click();
        return (await answer).text();
      };
      const requested = JSON.parse(await play('mutation Check'));
      const { id } = requested.data.requestRegistrationCheck.check;
      const events = await play('subscription WatchCheck', id);
      await page.locator('.result-window', { hasText: 'COMPLETED' }).waitFor();
      const credential = /"credential":"([^"]+)"/.exec(events)![1]!;
      const verify = async (shown: string) =>
        JSON.parse(await play('query Verify', shown)).data.verifyRegistrationCredential;
      expect(await verify(credential)).toMatchObject({
        isValid: true,
        outcome: 'REGISTERED',
        disclosed: { family_name: 'Testwell', address: expect.stringContaining('Bloor') },
      });
      const hidden = `${credential.split('~').slice(0, -2).join('~')}~`;
      const { isValid, disclosed } = await verify(hidden);
      expect(isValid).toBe(true);
      expect(disclosed).toHaveProperty('family_name');
      expect(disclosed).not.toHaveProperty('address');
    } finally {
      await browser.close();
      await server.close();
    }
  }, 60_000);
});
