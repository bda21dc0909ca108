import { existsSync } from 'node:fs';
import axe from 'axe-core';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFinished } from 'vitest';
import { listen } from '../../src/listen.ts';
import type { Ends } from './gateway.ts';
import { type RecordedNight, startRecordedNight } from './recorded-night.ts';

const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';
export const present = existsSync(CHROMIUM) || process.env.REQUIRE_CHROMIUM === '1';
if (!present) console.warn(`skipped: the explorer in a browser (needs ${CHROMIUM}, or CHROMIUM=path)`);

export const SCREENSHOTS = new URL('../screenshots/', import.meta.url).pathname;

type Night = RecordedNight & { url: string };

/** Baringo (30) has no boundary. The count stands still but for what the test says. */
export async function startNight(env: Record<string, string> = {}, ends: Ends = onTestFinished): Promise<Night> {
  const settings = { RECORD: 'PRESIDENT@county', RECORD_REQUESTS_PER_MINUTE: '1', ...env };
  const night = await startRecordedNight(settings, ends);
  night.sandbox.faults.set({ kind: 'status', status: 404, path: '/geojson/county_30.geojson' });
  await (await night.app.fetch(new Request('http://gateway/map/county.json'))).text();
  const server = await listen(night.app, { port: 0, host: '127.0.0.1' });
  ends(() => server.close());
  return { ...night, url: server.url };
}

/** One night for all tests of a file that change nothing of it. */
export function useNight<T>(start: (ends: Ends) => Promise<T>): () => Promise<T> {
  const open: (() => Promise<void>)[] = [];
  let night: Promise<T> | undefined;
  afterAll(async () => {
    for (const close of open.reverse()) await close();
  });
  return () => {
    night ??= start((close) => void open.push(close));
    return night;
  };
}

type Visited = { width?: number; colorScheme?: 'light' | 'dark'; before?: (page: Page) => Promise<unknown> };
type Opened = Visited & { connection?: string };

/** One browser for all tests of a file. */
export function useBrowser() {
  let browser: Browser;
  beforeAll(async () => {
    if (present) browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
  });
  afterAll(() => browser?.close());

  /** What the page may not do is found at its end. */
  async function visit(url: string, { width = 1440, colorScheme = 'light', before }: Visited = {}) {
    const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme });
    onTestFinished(() => context.close());
    const page = await context.newPage();
    const complaints: string[] = [];
    /** All that it asked, and where it was. */
    const addresses: string[] = [];
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('framenavigated', (frame) => addresses.push(frame.url()));
    page.on('request', (request) => {
      addresses.push(request.url());
      const { protocol, origin } = new URL(request.url());
      if (!['data:', 'blob:'].includes(protocol) && origin !== new URL(url).origin) {
        complaints.push(`asked ${request.url()}`);
      }
    });
    await before?.(page);
    await page.goto(url);
    return { page, complaints, addresses };
  }

  return {
    newContext: () => browser.newContext(),
    newPage: () => browser.newPage(),
    visit,
    /** Until it shows a map and what its connection has come to. */
    async open(url: string, { connection = 'live', ...how }: Opened = {}) {
      const visited = await visit(url, how);
      await visited.page.locator(`.connection.${connection}`).waitFor();
      await visited.page.locator('.area').first().waitFor();
      return visited;
    },
  };
}

export const area = (page: Page, code: string) => page.locator(`.area[data-code="${code}"]`);
export const row = (page: Page, code: string) => page.locator(`tr[data-code="${code}"]`);

/** Shows the page in each of these sizes and schemes: it fits, axe finds nothing, and there is a picture of it to look at. */
export async function lookAt(page: Page, name: string, views: readonly (readonly [number, 'light' | 'dark'])[]) {
  for (const [width, colorScheme] of views) {
    await page.setViewportSize({ width, height: 900 });
    await page.emulateMedia({ colorScheme });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    await page.screenshot({ path: `${SCREENSHOTS}${name}-${width}-${colorScheme}.jpg`, quality: 90, fullPage: true });
    expect(await problems(page), `${width} ${colorScheme}`).toEqual([]);
  }
}

export const VIEWS = [
  [360, 'light'],
  [360, 'dark'],
  [768, 'light'],
  [768, 'dark'],
  [1440, 'light'],
  [1440, 'dark'],
] as const;

/** What axe finds wrong. */
export async function problems(page: Page) {
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(axe.source);
  // biome-ignore lint/suspicious/noExplicitAny: axe is a global of the page
  const { violations } = await page.evaluate(() => (globalThis as any).axe.run({ resultTypes: ['violations'] }));
  // biome-ignore lint/suspicious/noExplicitAny: the shape of axe
  return violations.map(({ id, nodes }: any) => `${id}: ${nodes[0].html.slice(0, 160)}`);
}
