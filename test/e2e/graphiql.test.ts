import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';
import { describe, expect, it } from 'vitest';
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
});
