import { connect, createServer, type Socket } from 'node:net';
import type { Page, Request } from 'playwright-core';
import { describe, expect, it, onTestFinished } from 'vitest';
import { area, lookAt, present, problems, row, startNight, useBrowser, useNight, VIEWS } from '../support/explorer.ts';

/** Before the page would ask by itself. */
const LIVE = { timeout: 12_000 };

/** A line to the gateway that can be cut. */
async function lineTo(url: string) {
  const sockets = new Set<Socket>();
  let isCut = false;
  const line = createServer((near) => {
    if (isCut) return void near.destroy();
    const far = connect(Number(new URL(url).port), '127.0.0.1');
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(one);
      one.pipe(other);
      one
        .on('error', () => {})
        .on('close', () => {
          sockets.delete(one);
          other.destroy();
        });
    }
  });
  await new Promise<void>((resolve) => line.listen(0, '127.0.0.1', resolve));
  const cut = () => {
    isCut = true;
    for (const socket of sockets) socket.destroy();
  };
  onTestFinished(() => {
    cut();
    line.close();
  });
  const { port } = line.address() as { port: number };
  return {
    url: `http://127.0.0.1:${port}`,
    cut,
    mend: () => {
      isCut = false;
    },
  };
}

describe.skipIf(!present)('the explorer in a browser', () => {
  const { open, newContext, newPage } = useBrowser();
  const sharedNight = useNight((ends) => startNight({}, ends));

  /** Numbers of counties by the label of who is ahead. */
  const inTable = (page: Page) =>
    page
      .locator('tbody td.leader')
      .allTextContents()
      .then((texts) => counted(texts.map((text) => text.trim())));
  const inLegend = (page: Page) =>
    page
      .locator('.legend li')
      .evaluateAll((entries) =>
        Object.fromEntries(
          entries.map((one) => [one.querySelector('abbr')!.textContent, Number(one.querySelector('b')!.textContent)]),
        ),
      );

  it('draws the count', async () => {
    const night = await sharedNight();
    const { page, complaints } = await open(night.url);
    expect(await page.locator('.area:not(.tile)').count()).toBe(46);
    expect(await page.locator('.area.tile').getAttribute('aria-label')).toMatch(/^Baringo: \S+ ahead with/);
    await expect.poll(() => row(page, night.counties[0]!).textContent()).toMatch(/%.*%.*%/);

    const table = await inTable(page);
    expect(await inLegend(page)).toEqual(table);
    expect(Object.values(table).reduce((sum, leads) => sum + leads, 0)).toBe(47);
    // The map names who is ahead as the table does.
    const code = night.counties[1]!;
    const label = (await row(page, code).locator('.leader').textContent())!.trim();
    expect(await area(page, code).getAttribute('aria-label')).toContain(`${label} ahead with`);

    await lookAt(page, 'explorer', VIEWS);
    expect(complaints).toEqual([]);
  });

  it('needs less than 80 kB, compressed, to show the map', async () => {
    const night = await sharedNight();
    const context = await newContext();
    onTestFinished(() => context.close());
    const page = await context.newPage();
    const loads: Promise<number>[] = [];
    const weigh = (request: Request) =>
      void loads.push(request.sizes().then(({ responseBodySize }) => responseBodySize));
    page.on('requestfinished', weigh);
    await page.goto(night.url);
    await page.locator('.area').first().waitFor();
    page.off('requestfinished', weigh);
    const sizes = await Promise.all(loads);
    expect(sizes.length).toBeGreaterThanOrEqual(5);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(80_000);
  });

  it('shows a change as it comes', async () => {
    const night = await startNight();
    const [first] = night.counties as [string];
    const { page, complaints } = await open(night.url);
    await night.see({ stations: 100, votes: { UDX: 9_000, TNX: 1_000 } }, first);
    await expect.poll(() => row(page, first).textContent(), LIVE).toMatch(/UDX90\.0%8,000/);
    await night.see({ stations: 101, votes: { UDX: 9_000, TNX: 11_000 } }, first);
    await expect.poll(() => row(page, first).textContent(), LIVE).toMatch(/TNX55\.0%2,000/);
    expect(await area(page, first).getAttribute('aria-label')).toMatch(/TNX ahead with 55\.0%/);
    expect(await inLegend(page)).toEqual(await inTable(page));
    expect(complaints).toEqual([]);
  });

  it('lets go of its connection while nobody looks, and catches up', async () => {
    const night = await startNight();
    const [first] = night.counties as [string];
    const { page, complaints } = await open(night.url);
    const followers = async () => {
      const metrics = await night.app.fetch(new Request('http://gateway/metrics'));
      return /^gateway_record_followers (\d+)$/m.exec(await metrics.text())![1];
    };
    // A browser without windows shows all its pages.
    const show = (isShown: boolean) =>
      page.evaluate((hidden) => {
        Object.defineProperty(document, 'hidden', { value: hidden, configurable: true });
        document.dispatchEvent(new Event('visibilitychange'));
      }, !isShown);
    // One, or two while it catches up with a stream that all share.
    await expect.poll(followers).not.toBe('0');
    await show(false);
    await expect.poll(followers).toBe('0');
    await night.see({ stations: 100, votes: { UDX: 9_000, TNX: 1_000 } }, first);
    await show(true);
    await expect.poll(() => row(page, first).textContent(), LIVE).toMatch(/UDX90\.0%8,000/);
    await expect.poll(followers).not.toBe('0');
    expect(complaints).toEqual([]);
  });

  it('is worked by key, and its address says what it shows', async () => {
    const night = await startNight();
    const { page, complaints } = await open(night.url);
    const focused = () => page.evaluate(() => document.activeElement?.getAttribute('data-code'));
    // One county of all takes part in the order of tabs.
    expect(await page.locator('.area[tabindex="0"]').count()).toBe(1);
    await page.locator('.area[tabindex="0"]').focus();
    const before = await focused();
    for (const key of ['ArrowRight', 'ArrowDown', 'ArrowLeft']) await page.keyboard.press(key);
    const code = (await focused())!;
    const name = (await row(page, code).locator('th').textContent())!;
    expect(code).not.toBe(before);
    expect(await page.locator('.area[tabindex="0"]').getAttribute('data-code')).toBe(code);
    await page.keyboard.press('Enter');
    await page.locator('.panel h2', { hasText: name }).waitFor();
    expect(new URL(page.url()).search).toBe(`?place=${code}`);
    expect(await problems(page)).toEqual([]);

    const again = await open(page.url(), { connection: 'polled' });
    await again.page.locator('.panel h2', { hasText: name }).waitFor();
    await page.keyboard.press('Escape');
    await page.locator('.panel h2', { hasText: 'Kenya' }).waitFor();
    await page.goBack();
    await page.locator('.panel h2', { hasText: name }).waitFor();
    await page.goBack();
    await page.locator('.panel h2', { hasText: 'Kenya' }).waitFor();

    // The greatest margin first, then the least.
    const margins = async () => {
      const cells = await page.locator('tbody td:nth-child(4)').allInnerTexts();
      return cells.map((text) => Number(text.replaceAll(',', '')));
    };
    await page.getByRole('button', { name: 'Margin' }).click();
    const sorted = await margins();
    expect(sorted).toEqual([...sorted].sort((a, b) => b - a));
    await page.getByRole('button', { name: 'Margin' }).click();
    expect(await margins()).toEqual(sorted.reverse());
    expect(complaints).toEqual([]);
  });

  it('says that the connection is lost, and catches up', async () => {
    const night = await startNight();
    const line = await lineTo(night.url);
    const [first] = night.counties as [string];
    const { page } = await open(line.url);
    line.cut();
    await page.locator('.connection.lost', { hasText: 'Connection lost. Newest count:' }).waitFor();
    await night.see({ stations: 100, votes: { UDX: 9_000, TNX: 1_000 } }, first);
    expect(await row(page, first).textContent()).not.toContain('UDX');
    line.mend();
    await page.locator('.connection.live').waitFor();
    await expect.poll(() => row(page, first).textContent()).toMatch(/UDX90\.0%8,000/);
  });

  it('says what is wrong, and shows no figures that it does not have', async () => {
    const night = await startNight();
    const page = await newPage();
    onTestFinished(() => page.close());
    await page.route('**/graphql?*', (route) => route.abort());
    await page.route('**/map/county.json', (route) =>
      route.fulfill({ status: 503, json: { errors: [{ message: 'The boundaries are still being fetched.' }] } }),
    );
    await page.goto(night.url);
    await page.locator('[role=alert]', { hasText: 'cannot be reached' }).waitFor();
    expect(await page.locator('main').textContent()).toContain('There are no figures to show');
    expect(await page.locator('table').count()).toBe(0);
    await page.unroute('**/graphql?*');
    await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
    await page.locator('.map', { hasText: 'The boundaries are still being fetched.' }).waitFor();
    await page.goto(`${night.url}/?place=NOWHERE`);
    await page.locator('.notice', { hasText: 'There is no such place.' }).waitFor();
    await page.goto(`${night.url}/?at=yesterday`);
    await page.locator('.notice', { hasText: 'yesterday' }).waitFor();
    await page.getByRole('link', { name: 'The whole country, as it is now' }).click();
    await page.locator('.panel h2', { hasText: 'Kenya' }).waitFor();
  });
});

function counted(labels: string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const label of labels) counts[label] = (counts[label] ?? 0) + 1;
  return counts;
}
