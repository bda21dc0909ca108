import { existsSync } from 'node:fs';
import axe from 'axe-core';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, onTestFinished } from 'vitest';
import { listen } from '../../src/listen.ts';
import { type RecordedNight, startRecordedNight } from './recorded-night.ts';

const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';
export const present = existsSync(CHROMIUM) || process.env.REQUIRE_CHROMIUM === '1';
if (!present) console.warn(`skipped: the explorer in a browser (needs ${CHROMIUM}, or CHROMIUM=path)`);

export const SCREENSHOTS = new URL('../screenshots/', import.meta.url).pathname;

type Night = RecordedNight & { url: string };

/** Baringo (30) has no boundary. The count stands still but for what the test says. */
export async function startNight(env: Record<string, string> = {}): Promise<Night> {
  const night = await startRecordedNight({ RECORD: 'PRESIDENT@county', RECORD_REQUESTS_PER_MINUTE: '1', ...env });
  night.sandbox.faults.set({ kind: 'status', status: 404, path: '/geojson/county_30.geojson' });
  await (await night.app.fetch(new Request('http://gateway/map/county.json'))).text();
  const server = await listen(night.app, { port: 0, host: '127.0.0.1' });
  onTestFinished(() => server.close());
  return { ...night, url: server.url };
}

type Opened = {
  width?: number;
  colorScheme?: 'light' | 'dark';
  connection?: string;
  before?: (page: Page) => Promise<unknown>;
};

/** One browser for all tests of a file. */
export function useBrowser() {
  let browser: Browser;
  beforeAll(async () => {
    if (present) browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
  });
  afterAll(() => browser?.close());

  return {
    newContext: () => browser.newContext(),
    newPage: () => browser.newPage(),
    /** Until it shows a map and what its connection has come to. What the page may not do is found at its end. */
    async open(url: string, { width = 1440, colorScheme = 'light', connection = 'live', before }: Opened = {}) {
      const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme });
      const page = await context.newPage();
      const complaints: string[] = [];
      page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
      page.on('pageerror', (error) => complaints.push(error.message));
      page.on('request', (request) => {
        const { protocol, origin } = new URL(request.url());
        if (protocol !== 'data:' && origin !== new URL(url).origin) complaints.push(`asked ${request.url()}`);
      });
      onTestFinished(() => context.close());
      await before?.(page);
      await page.goto(url);
      await page.locator(`.connection.${connection}`).waitFor();
      await page.locator('.area').first().waitFor();
      return { page, complaints };
    },
  };
}

export const area = (page: Page, code: string) => page.locator(`.area[data-code="${code}"]`);
export const row = (page: Page, code: string) => page.locator(`tr[data-code="${code}"]`);

/** What axe finds wrong. */
export async function problems(page: Page) {
  await page.evaluate(axe.source);
  // biome-ignore lint/suspicious/noExplicitAny: axe is a global of the page
  const { violations } = await page.evaluate(() => (globalThis as any).axe.run());
  // biome-ignore lint/suspicious/noExplicitAny: the shape of axe
  return violations.map(({ id, nodes }: any) => `${id}: ${nodes[0].html.slice(0, 160)}`);
}
