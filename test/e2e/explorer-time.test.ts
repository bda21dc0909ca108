import type { Page } from 'playwright-core';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startNight as begin, present, problems, SCREENSHOTS, useBrowser, useNight } from '../support/explorer.ts';
import type { Ends } from '../support/gateway.ts';

/** Longer than the page waits before it asks again for a count that nobody follows, and then for its versions. */
const LIVE = { timeout: 50_000 };

/** A count of other candidates, of which the record heard first; then it moved five times in this county, once down. */
async function startNight(ends?: Ends) {
  const night = await begin({}, ends);
  const [first] = night.counties as [string];
  const begun = night.clock.now();
  const seen: number[] = [];
  for (const [stations, UDX, TNX] of [
    [10, 1_000, 900],
    [40, 4_000, 3_500],
    [90, 8_000, 8_500],
    [95, 7_000, 9_000],
    [120, 11_000, 12_000],
  ] as const) {
    seen.push(await night.see({ stations, votes: { UDX, TNX }, rejected: 7 }, first));
  }
  return { ...night, first, begun, seen, url: `${night.url}/?place=${first}` };
}

describe.skipIf(!present)('the explorer’s time line in a browser', () => {
  const browser = useBrowser();
  const sharedNight = useNight(startNight);

  async function open(url: string, width = 1440, colorScheme: 'light' | 'dark' = 'light') {
    // Nobody follows the parts of a county.
    const connection = new URL(url).searchParams.has('at') ? 'past' : 'polled';
    const opened = await browser.open(url, { width, colorScheme, connection });
    await opened.page.locator('.time .chart canvas').waitFor();
    return opened;
  }

  const slider = (page: Page) => page.getByLabel('Show the count as it was known');
  const atOf = (page: Page) => new URL(page.url()).searchParams.get('at');
  const key = (page: Page) => page.locator('.lines li').allInnerTexts();
  const steps = (page: Page) =>
    page
      .locator('.steps li')
      .evaluateAll((all) => Object.fromEntries(all.map((one) => [(one as HTMLElement).dataset.step, one.className])));

  async function check(page: Page) {
    await page.getByRole('button', { name: 'Check it in this browser' }).click();
    await page.locator('.verdict').waitFor();
    return { verdict: await page.locator('.verdict').innerText(), steps: await steps(page) };
  }

  /** How many pixels of the chart have nearly this colour. */
  const drawn = (page: Page, color: string) =>
    page.locator('.chart canvas').evaluate((canvas, wanted) => {
      const { width, height } = canvas as HTMLCanvasElement;
      const { data } = (canvas as HTMLCanvasElement).getContext('2d')!.getImageData(0, 0, width, height);
      const [r, g, b] = wanted.match(/\d+/g)!.map(Number) as [number, number, number];
      let found = 0;
      for (let at = 0; at < data.length; at += 4) {
        const far = Math.abs(data[at]! - r) + Math.abs(data[at + 1]! - g) + Math.abs(data[at + 2]! - b);
        if (far < 24 && data[at + 3]! > 200) found++;
      }
      return found;
    }, color);
  const strokes = (page: Page) =>
    page.locator('.lines path').evaluateAll((paths) => paths.map((path) => getComputedStyle(path).stroke));

  it.each([
    [360, 'light'],
    [768, 'dark'],
    [1440, 'light'],
    [1440, 'dark'],
  ] as const)('draws the count at %i pixels, %s', async (width, scheme) => {
    const night = await sharedNight();
    const { page, complaints } = await open(night.url, width, scheme);
    await expect
      .poll(() => key(page))
      .toEqual([
        expect.stringMatching(/^Candidate Tnx\s+12,000$/),
        expect.stringMatching(/^Candidate Udx\s+11,000$/),
        expect.stringMatching(/^Stations reported.*\s+120$/),
      ]);
    const least = async () =>
      Math.min(...(await Promise.all((await strokes(page)).slice(0, 2).map((color) => drawn(page, color)))));
    await expect.poll(least).toBeGreaterThan(80);
    const flag = page.locator('.time .quality li').first();
    expect(await flag.innerText()).toContain('CANDIDATE UDX has 1000 fewer votes in version');

    await page.getByText('The same as a table').click();
    const rows = async () =>
      (await page.locator('.time tbody tr').allInnerTexts()).map((row) => row.replace(/\s+/g, ' '));
    await expect.poll(rows).toEqual(
      // Of whom a version says nothing, nothing is known.
      ['– –', '10 900 1,000', '40 3,500 4,000', '90 8,500 8,000', '95 9,000 7,000', '120 12,000 11,000'].map(
        (figures) => expect.stringMatching(new RegExp(` ${figures}$`)),
      ),
    );
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    expect((await check(page)).verdict).toContain('all 5 steps hold');
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    await page.getByText('What was checked').click();
    await page.locator('.time').screenshot({ path: `${SCREENSHOTS}explorer-time-${width}-${scheme}.png` });
    expect(await problems(page)).toEqual([]);
    expect(complaints).toEqual([]);
  });

  it('goes back to each moment by key, and to now', async () => {
    const night = await sharedNight();
    const { page, complaints } = await open(night.url);
    await slider(page).focus();
    expect(await slider(page).getAttribute('aria-valuetext')).toMatch(/^Now: /);
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('ArrowLeft');
    const third = new Date(night.seen[2]!).toISOString();
    await expect.poll(() => atOf(page)).toBe(third);
    expect((await key(page)).join()).toMatch(/8,500.*8,000.*90/s);
    expect(await slider(page).getAttribute('aria-valuetext')).not.toContain('Now');
    // So do the map and the panel.
    await page.locator('.past', { hasText: 'As it was known at' }).waitFor();
    expect(await page.locator('.panel .bars .votes').allInnerTexts()).toEqual(['8,500', '8,000']);
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('moment');
    // What was then is proved as it is now.
    expect((await check(page)).verdict).toContain('all 5 steps hold');

    // Who gets the address sees the same; a moment without a version has that of the last before.
    const between = new URL(page.url());
    between.searchParams.set('at', new Date(night.seen[2]! + 20_000).toISOString());
    const again = await open(between.href);
    expect((await key(again.page)).join()).toMatch(/8,500.*8,000.*90/s);
    expect(await again.page.locator('#moment').inputValue()).toBe(await page.locator('#moment').inputValue());

    await page.getByRole('button', { name: 'Now', exact: true }).click();
    await expect.poll(() => atOf(page)).toBeNull();
    expect((await key(page)).join()).toMatch(/12,000.*11,000.*120/s);
    await page.locator('.time .quality button').first().click();
    await expect.poll(() => atOf(page)).toBe(new Date(night.seen[3]!).toISOString());
    await slider(page).focus();
    await page.keyboard.press('ArrowLeft');
    await expect.poll(() => atOf(page)).toBe(new Date(night.seen[2]!).toISOString());
    // Back is out of the past, however many moments one has seen of it.
    await page.goBack();
    await expect.poll(() => key(page).then(String)).toMatch(/12,000/);
    // A click into the chart, left.
    await page.locator('.chart .u-over').click({ position: { x: 2, y: 40 } });
    await expect.poll(() => atOf(page)).toBe(new Date(night.begun).toISOString());
    expect(complaints).toEqual([]);
  });

  it('goes on as the count does', async () => {
    const night = await startNight();
    const { page, complaints } = await open(night.url);
    await night.see({ stations: 130, votes: { UDX: 15_000, TNX: 14_000 } }, night.first);
    // Somebody comes back to the page, which then asks at once.
    await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
    await expect.poll(() => key(page).then(String), LIVE).toMatch(/15,000.*14,000.*130/s);
    expect((await check(page)).verdict).toContain('all 5 steps hold');
    // Where somebody looks at a moment, it stays.
    await slider(page).focus();
    await page.keyboard.press('Home');
    await expect.poll(() => atOf(page)).toBe(new Date(night.begun).toISOString());
    expect(complaints).toEqual([]);
  });

  it.each([
    ['a figure on the page', 'Results', (text: string) => text.replaceAll('"votes":12000', '"votes":12345'), 'figures'],
    ['a vote in the leaf', 'Proof', (text: string) => text.replace('votes\\":12000', 'votes\\":12345'), 'hash'],
    ['the path', 'Proof', (text: string) => text.replace(/"path":\["./, '"path":["/'), 'checkpoint'],
    ['the checkpoint', 'Proof', (text: string) => text.replace(/"checkpoint":"[^\\]+/, '$&x'), 'signature'],
  ] as const)('refuses %s that was changed on its way', async (_name, operation, bend, step) => {
    const night = await sharedNight();
    const context = await browser.newContext();
    onTestFinished(() => context.close());
    const page = await context.newPage();
    let bent = 0;
    await page.route(/\/graphql\?/, async (route) => {
      if (!new URL(route.request().url()).searchParams.get('query')?.includes(`query ${operation}(`)) {
        // The stream would put right what the page shows.
        return route.request().headers().accept?.includes('event-stream') ? route.abort() : route.continue();
      }
      const response = await route.fetch();
      const text = await response.text();
      if (bend(text) !== text) bent++;
      return route.fulfill({ response, body: bend(text) });
    });
    await page.goto(night.url);
    await page.locator('.time .chart canvas').waitFor();
    const checked = await check(page);
    expect(bent).toBeGreaterThan(0);
    expect(checked.steps).toMatchObject({ [step]: 'bad' });
    expect(checked.verdict).toMatch(/refused, step \d fails/);
    if (step === 'figures') {
      expect(checked.steps).toEqual({
        figures: 'bad',
        hash: 'good',
        checkpoint: 'good',
        signature: 'good',
        now: 'good',
      });
      await page.locator('.time').screenshot({ path: `${SCREENSHOTS}explorer-time-refused.png` });
      expect(await problems(page)).toEqual([]);
    }
  });

  it('checks with a key that somebody has from elsewhere', async () => {
    const night = await sharedNight();
    const { page } = await open(night.url);
    await check(page);
    const other = await startNight();
    const foreign = await (await other.app.fetch(new Request('http://gateway/log/key'))).text();
    await page.getByLabel('The log’s key, as you have it from elsewhere').fill(foreign);
    expect((await check(page)).steps).toEqual({
      ...{ figures: 'good', hash: 'good', checkpoint: 'good' },
      ...{ signature: 'bad', now: 'bad' },
    });
    const own = await (await night.app.fetch(new Request('http://gateway/log/key'))).text();
    await page.getByLabel('The log’s key, as you have it from elsewhere').fill(own);
    await expect.poll(() => check(page).then(({ verdict }) => verdict)).toContain('all 5 steps hold');
  });

  it.each([
    [
      'no Ed25519',
      () => {
        SubtleCrypto.prototype.importKey = async () => {
          throw new DOMException('Unrecognized algorithm name', 'NotSupportedError');
        };
      },
      /no step fails, but not all could be checked in this browser/,
    ],
    [
      'no Web Crypto, as of a page over HTTP',
      () => Object.defineProperty(crypto, 'subtle', { value: undefined }),
      /only over HTTPS or on this machine/,
    ],
  ] as const)('says what a browser with %s cannot check', async (_name, without, words) => {
    const night = await sharedNight();
    const context = await browser.newContext();
    onTestFinished(() => context.close());
    const page = await context.newPage();
    await page.addInitScript(without);
    // Nor is there a chart where its program does not come.
    await page.route('**/chart-*.js', (route) => route.abort());
    await page.goto(night.url);
    await page.getByText('The chart could not be loaded').waitFor();
    await page.getByRole('button', { name: 'Check it in this browser' }).click();
    await page.locator('.check [role=status] p', { hasText: words }).waitFor();
    if (_name === 'no Ed25519') {
      expect(await steps(page)).toEqual({
        ...{ figures: 'good', hash: 'good', checkpoint: 'good' },
        ...{ signature: 'unknown', now: 'unknown' },
      });
    }
  });

  it('says what is not there yet, and what cannot be read', async () => {
    const night = await sharedNight();
    const { page } = await open(night.url);
    await page.route(/query=[^&]*Proof/, async (route) => {
      const response = await route.fetch();
      const body = await response.json();
      body.data.node.result.latestVersion.proof = null;
      await route.fulfill({ response, json: body });
    });
    await page.getByRole('button', { name: 'Check it in this browser' }).click();
    await page.getByText('This version is not yet in the log’s checkpoint; try again shortly.').waitFor();
    await page.unrouteAll();
    await page.route('**/log/checkpoint', (route) =>
      route.fulfill({ status: 503, body: 'The log cannot be read at the moment.\n' }),
    );
    await page.getByRole('button', { name: 'Check it in this browser' }).click();
    await page.getByText('It could not be checked: The log cannot be read at the moment.').waitFor();

    await page.route(/query=[^&]*OverTime/, (route) => route.abort());
    await page.reload();
    await page.locator('.time [role=alert]', { hasText: 'It is tried again by itself.' }).waitFor();
    await page.unrouteAll();
    await page.locator('.time .chart canvas').waitFor();
    expect(await page.locator('.time [role=alert]').count()).toBe(0);
  });
});
