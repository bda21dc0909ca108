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
import { demoKey, post, startGateway } from '../support/gateway.ts';

const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';
const present = existsSync(CHROMIUM) || process.env.REQUIRE_CHROMIUM === '1';
if (!present) console.warn(`skipped: GraphiQL in a browser (needs ${CHROMIUM}, or CHROMIUM=path)`);

describe.skipIf(!present)('GraphiQL in a browser', () => {
  it('opens on samples that answer, asks no foreign host, and keeps to its policy', async () => {
    // Below a path, as behind a proxy; the other test is at the root.
    const gateway = await startGateway({ env: { BASE_PATH: '/elections' } });
    const server = await listen(gateway.app, { port: 0, host: '127.0.0.1' });
    const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
    try {
      const page = await browser.newPage();
      const foreign: string[] = [];
      page.on('request', (request) => {
        const { protocol, origin } = new URL(request.url());
        if (!['blob:', 'data:'].includes(protocol) && origin !== new URL(server.url).origin)
          foreign.push(request.url());
      });
      const breaches: string[] = [];
      page.on('console', (message) => {
        if (message.text().includes('Content Security Policy')) breaches.push(message.text());
      });
      await page.goto(`${server.url}/graphql`);
      const play = () => page.locator('.graphiql-execute-button').click();
      const tools = await page
        .locator('.graphiql-editors')
        .evaluate((editors) => editors.lastElementChild!.clientHeight);
      expect(tools).toBeLessThan(60);
      // The first is a stream; it does nothing before the schema is there.
      await page.locator('.graphiql-query-editor', { hasText: 'subscription Watch' }).waitFor();
      await expect
        .poll(async () => {
          if (await page.getByRole('button', { name: /^Execute/ }).count()) await play();
          return page.locator('.result-window').innerText();
        })
        .toContain('contestResultUpdated');
      // Another one by its address: a tab of its own, in front of the samples or, where some are kept, behind them.
      const places = graphiqlOptions(null).defaultTabs!.find((tab) => tab.query?.includes('query Places'))!.query!;
      await page.goto(`${server.url}/graphql?${new URLSearchParams({ query: places })}`);
      await page.locator('.graphiql-tab-active', { hasText: 'Places' }).waitFor();
      await page.locator('.graphiql-query-editor', { hasText: 'constituencies' }).waitFor();
      // The answer to the sample alone: of the page and its megabytes of editor a browser may not keep the text.
      const answer = page.waitForResponse(
        async (response) =>
          response.request().method() === 'POST' && (await response.text()).startsWith('{"data":{"counties"'),
      );
      await play();
      expect((await (await answer).json()).data.counties[0].constituencies[0].wards[0].name).toBeTypeOf('string');
      await page.locator('.result-window', { hasText: 'constituencies' }).waitFor();
      expect(await page.locator('.graphiql-tab').allInnerTexts()).toEqual([
        'Watch',
        'Places',
        'PresidentialCount',
        'History',
        'Map',
        'Search',
        'Member',
        'VotingLink',
        'Ballots',
        'Check',
        'WatchCheck',
        'Verify',
        'Sources',
      ]);
      expect(await page.locator('meta[name=viewport]').getAttribute('content')).toContain('width=device-width');
      await page.getByRole('link', { name: 'Results' }).click();
      await page.locator('.area').first().waitFor();
      expect(new URL(page.url()).pathname).toBe('/elections/');
      expect(foreign).toEqual([]);
      expect(breaches).toEqual([]);
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
      // biome-ignore lint/suspicious/noExplicitAny: the shape of the sample
      let answered: (answer: any) => void = () => {};
      // Read on its way: a browser does not keep the bodies of what it has fetched.
      await page.route('**/graphql', async (route) => {
        if (route.request().method() !== 'POST') return route.continue();
        const response = await route.fetch();
        await route.fulfill({ response });
        answered(await response.json());
      });
      /** Plays a sample; the page takes a query from its address, but no variables: they go into the query. */
      const play = async (sample: string, variable = '') => {
        const text = graphiqlOptions(null).defaultTabs!.find((tab) => tab.query?.includes(sample))!.query!;
        const query = text.replace(/\(\$\w+: \w+!\)/, '').replace(/\$\w+/, JSON.stringify(variable));
        // The button does nothing before the schema is there.
        const schema = new Promise((resolve) => {
          answered = resolve;
        });
        await page.goto(`${server.url}/graphql?${new URLSearchParams({ query })}`);
        await schema;
        await page.locator('.graphiql-query-editor', { hasText: sample.split(' ')[1]! }).waitFor();
        // biome-ignore lint/suspicious/noExplicitAny: the shape of the sample
        const answer = new Promise<any>((resolve) => {
          answered = ({ data }) => resolve(data);
        });
        await page.locator('.graphiql-execute-button').click();
        return { answer };
      };
      const { id } = (await (await play('mutation Check')).answer).requestRegistrationCheck.check;
      await play('subscription WatchCheck', id);
      await page.locator('.result-window', { hasText: 'COMPLETED' }).waitFor();
      const ended = await post(
        app,
        'query ($id: ID!) { registrationCheck(id: $id) { credential } }',
        { id },
        demoKey(app),
      );
      const { credential } = ended.data.registrationCheck;
      const verify = async (shown: string) =>
        (await (await play('query Verify', shown)).answer).verifyRegistrationCredential;
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
