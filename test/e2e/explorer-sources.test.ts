import type { Page } from 'playwright-core';
import { describe, expect, it, onTestFinished } from 'vitest';
import { listen } from '../../src/listen.ts';
import { lookAt, present, problems, SCREENSHOTS, useBrowser, useNight, VIEWS } from '../support/explorer.ts';
import type { Ends } from '../support/gateway.ts';
import { startRecordedNight } from '../support/recorded-night.ts';
import { run, runTypeScript } from '../support/snippets.ts';

/** The count stands still but for what the test says, and nothing has failed. */
async function startNight(env: Record<string, string> = {}, ends: Ends = onTestFinished) {
  const night = await startRecordedNight({ RECORD: 'PRESIDENT@county', RECORD_REQUESTS_PER_MINUTE: '1', ...env }, ends);
  await (await night.app.fetch(new Request('http://gateway/map/county.json'))).text();
  const server = await listen(night.app, { port: 0, host: '127.0.0.1' });
  ends(() => server.close());
  return { ...night, url: server.url };
}

describe.skipIf(!present)('the explorer says', () => {
  const { visit } = useBrowser();
  const sharedNight = useNight((ends) => startNight({}, ends));

  async function open(url: string, script = '') {
    const visited = await visit(url, {
      async before(page) {
        await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
        if (script) await page.addInitScript(script);
      },
    });
    await visited.page.locator('.connection.live, .connection.polled').waitFor();
    return visited;
  }

  const source = (page: Page, name: string) => page.locator(`[data-source="${name}"]`);
  const look = (page: Page) => page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));

  it('how its sources are', async () => {
    const night = await sharedNight();
    const { page, complaints } = await open(`${night.url}/?view=sources`);
    const iebc = source(page, 'iebc');
    expect(await iebc.textContent()).toMatch(/\(IEBC\)It answers\..*The real system.*Last failureNone since the start/);
    expect(await page.locator('.state').textContent()).toMatch(/^As of .+\d\. Asked for again every 10 seconds/);
    expect(await source(page, 'record').textContent()).toContain('President, each county');
    await page.locator('.queries summary').click();
    await lookAt(page, 'sources', VIEWS);
    expect(complaints).toEqual([]);
  });

  it('how far it has read of the places, and nothing of what it has not read', async () => {
    const night = await startNight();
    const { page } = await open(`${night.url}/?view=sources`);
    const index = async () => {
      const facts = await source(page, 'iebc').locator('dd').allTextContents();
      return facts.slice(3, 6);
    };
    expect(await index()).toEqual(['–', '–', '–']);
    await night.query('{ country { result(post: PRESIDENT) { stationsTotal } } }');
    await page.getByRole('button', { name: 'Ask now' }).click();
    await source(page, 'iebc').getByText('All of it is known.').waitFor();
    const { placesIndex } = (await night.query('{ sources { placesIndex { districts stations } } }')).data.sources[0];
    const figures = [placesIndex.districts, placesIndex.stations, 0];
    expect(await index()).toEqual(figures.map((figure) => figure.toLocaleString('en-GB')));
    expect(placesIndex.stations).toBeGreaterThan(0);
  });

  it('that a source does not answer, with the figures and among the sources, and that it does again', async () => {
    const night = await startNight();
    const { page, complaints } = await open(night.url);
    await page.locator('.panel h2').waitFor();
    expect(await page.locator('main').textContent()).not.toContain('does not answer');
    night.sandbox.faults.set({ kind: 'status', status: 503 });
    night.clock.advance(60_000);
    await look(page);
    const notice = page.locator('.notice', {
      hasText: 'The source does not answer. 48 counts are the last that it said',
    });
    await notice.waitFor();
    await page.screenshot({ path: `${SCREENSHOTS}stale.png` });
    expect(await problems(page)).toEqual([]);
    await notice.getByRole('link').click();
    await source(page, 'iebc').locator('.unwell').waitFor();
    expect(new URL(page.url()).search).toBe('?view=sources');
    expect(await source(page, 'iebc').textContent()).not.toContain('Last failureNone');
    await page.screenshot({ path: `${SCREENSHOTS}sources-failing.png`, fullPage: true });
    expect(await problems(page)).toEqual([]);

    night.sandbox.faults.clear();
    const askAgain = async () => {
      night.clock.advance(60_000);
      await night.query(
        '{ counties { result(post: PRESIDENT) { asOf } } country { result(post: PRESIDENT) { asOf } } }',
      );
      await page.getByRole('button', { name: 'Ask now' }).click();
      return source(page, 'iebc').textContent();
    };
    // It is left alone for some seconds.
    await expect
      .poll(askAgain, { timeout: 40_000, interval: 1_000 })
      .not.toMatch(/does not answer|left alone.*results/);
    await page.goBack();
    await look(page);
    await expect.poll(() => page.locator('main').textContent()).not.toContain('does not answer');
    expect(complaints).toEqual([]);
  });

  it('that the gateway cannot be reached, and what is not said to everybody', async () => {
    const night = await startNight();
    const { page } = await open(`${night.url}/?view=sources`);
    await page.route('**/health/ready', (route) => route.fulfill({ status: 404, body: 'Not here.' }));
    await page.getByRole('button', { name: 'Ask now' }).click();
    await source(page, 'record').getByText('does not say here how its record is').waitFor();
    await page.route('**/graphql?*', (route) => route.abort());
    await page.getByRole('button', { name: 'Ask now' }).click();
    await page.locator('[role=alert]', { hasText: /cannot be reached .* may be old/ }).waitFor();
    expect(await source(page, 'iebc').textContent()).toContain('It answers.');
    await page.unroute('**/graphql?*');
    await page.getByRole('button', { name: 'Ask now' }).click();
    await page.locator('.connection.live').waitFor();
    expect(await page.locator('[role=alert]').count()).toBe(0);
  });

  describe('what it asks', () => {
    const written = async (page: Page, form: string) => {
      await page.locator('.forms').getByRole('button', { name: form, exact: true }).click();
    };
    const text = (page: Page, title: string) =>
      page.getByRole('region', { name: title, exact: true }).locator('pre').innerText();
    const figures = async (page: Page) => {
      const rows = await page
        .locator('tbody tr')
        .evaluateAll((all) =>
          all.map((row) => [
            row.getAttribute('data-code'),
            ...[...row.querySelectorAll('td')].slice(1, 3).map((cell) => cell.textContent),
          ]),
        );
      return rows.sort();
    };
    // biome-ignore lint/suspicious/noExplicitAny: the shape as asked
    const told = ({ parts }: any) =>
      parts.nodes
        // biome-ignore lint/suspicious/noExplicitAny: the same
        .map(({ reportingUnit: { code }, leader, margin }: any) => {
          return [code, `${(leader.share * 100).toFixed(1)}%`, margin.toLocaleString('en-GB')];
        })
        .sort();

    it('as programs that give the figures of the page', async () => {
      const night = await sharedNight();
      const { page, complaints } = await open(night.url);
      await page.locator('.queries summary').click();
      const shown = await figures(page);
      expect(shown).toHaveLength(47);

      await written(page, 'curl');
      const curl = await run('sh', ['-c', `${await text(page, 'Now')} --silent --show-error --fail`]);
      expect(told(JSON.parse(curl).data)).toEqual(shown);
      const stream = await run('sh', ['-c', `${await text(page, 'Each change')} --silent`], /^data: .*\}\n/m);
      const [, event] = /^data: (.*)$/m.exec(stream)!;
      const { reportingUnit, margin } = JSON.parse(event!).data.resultsUpdated.result;
      expect(shown.find(([code]) => code === reportingUnit.code)![2]).toBe(margin.toLocaleString('en-GB'));

      await written(page, 'TypeScript');
      const program = `${await text(page, 'Now')}\nconsole.log('\\0' + JSON.stringify(data));`;
      expect(told(JSON.parse((await runTypeScript(program)).split('\0')[1]!))).toEqual(shown);
      const listening = await text(page, 'Each change');
      expect(listening).toContain('new EventSource(');
      expect(await runTypeScript(listening, /margin: \d+/)).toContain('resultsUpdated');
      expect(await problems(page)).toEqual([]);
      expect(complaints).toEqual([]);
    });

    it('to be copied; where a browser does not let it, the text is selected', async () => {
      const night = await sharedNight();
      const copy = (page: Page) => page.getByRole('region', { name: 'Now' }).getByRole('button', { name: 'Copy' });
      const { page } = await open(night.url);
      await page.locator('.queries summary').focus();
      await page.keyboard.press('Enter');
      await copy(page).click();
      await page.getByText('Copied.').waitFor();
      expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(await text(page, 'Now'));
      await written(page, 'curl');
      expect(await page.getByText('Copied.').count()).toBe(0);

      const hidden = "Object.defineProperty(navigator, 'clipboard', { value: undefined })";
      const without = await open(night.url, hidden);
      await without.page.locator('.queries summary').click();
      await copy(without.page).click();
      await without.page.getByText('The text is selected: copy it by key').waitFor();
      const selected = await without.page.evaluate(() => String(getSelection()));
      expect(selected.trim()).toBe((await text(without.page, 'Now')).trim());
    });

    it('in GraphiQL, with its variables, and leads back from there', async () => {
      const night = await sharedNight();
      const { page } = await open(`${night.url}/?post=GOVERNOR`);
      await page.locator('.queries summary').click();
      const opened = page.waitForEvent('popup');
      await page.getByRole('region', { name: 'Now' }).getByRole('link', { name: 'Open in GraphiQL' }).click();
      const graphiql = await opened;
      await graphiql.locator('.graphiql-query-editor', { hasText: 'query Results' }).waitFor();
      expect(await graphiql.locator('.graphiql-tab').first().innerText()).toBe('Results');
      await graphiql.locator('.graphiql-editor-tool', { hasText: 'GOVERNOR' }).waitFor();
      // The button does nothing before the schema is there.
      await expect
        .poll(async () => {
          await graphiql.locator('.graphiql-execute-button').click();
          return graphiql.locator('.result-window').innerText();
        })
        .toContain('parts');
      await graphiql.screenshot({ path: `${SCREENSHOTS}graphiql-opened.png` });
      await graphiql.getByRole('link', { name: 'Results' }).click();
      await graphiql.locator('.area').first().waitFor();
    });

    it('and no GraphiQL where there is none', async () => {
      const night = await startNight({ GRAPHIQL: '0' });
      const { page } = await open(night.url);
      await page.locator('.queries summary').click();
      expect(await page.getByText('GraphiQL').count()).toBe(0);
    });
  });
});
