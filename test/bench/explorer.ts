import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { type Browser, chromium, type Page } from 'playwright-core';
import { type Child, startChild } from './child.ts';
import { median, progress, type Verdict } from './verdicts.ts';

// What somebody at the front page waits for: the first picture of the map from a server that has just started, and the
// next one after a change of all constituencies. `soak`: what the page keeps of ten minutes of changes.

const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';
const CONSTITUENCIES = 291;
const PLACES_OF_MAP = 48;
const REPAINTS = 7;
const SOAK_MINUTES = 10;
const COLLECTIONS = 4;

/** Over the sandboxes, in whose time the count moves by itself. */
const startGateway = (env: Record<string, string> = {}): Promise<Child> =>
  startChild(
    new URL('../../src/main.js', import.meta.url),
    { NODE_ENV: '', PORT: '0', DATA_DIR: mkdtempSync(join(tmpdir(), 'bench-explorer-')), LOG_LEVEL: 'silent', ...env },
    [],
    'ignore',
  );

const openBrowser = () => chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });

export async function explorer({ quick }: { quick: boolean }): Promise<Verdict[]> {
  const browser = await openBrowser();
  try {
    const colds: Cold[] = [];
    for (let round = 0; round < (quick ? 1 : 3); round++) {
      progress(`explorer: cold start ${round + 1}`);
      colds.push(await cold(browser));
    }
    progress('explorer: repaints');
    const repaint = await repaints(browser);
    progress('');
    const first = median(colds.map(({ firstMs }) => firstMs));
    const whole = median(colds.map(({ wholeMs }) => wholeMs));
    console.log(
      `\nExplorer, cold: first picture of the map ${first.toFixed(0)} ms after the document, whole after ${whole.toFixed(0)} ms; ${CONSTITUENCIES} constituencies anew in ${repaint.toFixed(0)} ms`,
    );
    return [
      { what: 'explorer, first picture of the map', value: first / 1000, must: 1, aim: 0.7, less: true, unit: ' s' },
      { what: 'explorer, the whole map', value: whole / 1000, must: 2, aim: 1.5, less: true, unit: ' s' },
      { what: 'explorer, a change of all constituencies', value: repaint, must: 50, aim: 25, less: true, unit: ' ms' },
    ];
  } finally {
    await browser.close();
  }
}

type Cold = { firstMs: number; wholeMs: number };

/** Seen by the page itself, in each picture that it makes. */
function watchPictures(places: number): void {
  const seen = { first: 0, whole: 0 };
  Object.assign(globalThis, { seen });
  const look = (now: number) => {
    const areas = document.querySelectorAll('.area');
    const colored = document.querySelectorAll('.area .fill:not([fill="none"])');
    if (areas.length > 0) seen.first ||= now;
    if (areas.length >= places && colored.length >= places - 1 && document.querySelector('tbody tr'))
      seen.whole ||= now;
    if (!seen.whole) requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}

async function cold(browser: Browser): Promise<Cold> {
  const gateway = await startGateway();
  const page = await browser.newPage();
  await page.addInitScript(watchPictures, PLACES_OF_MAP - 1);
  await page.goto(gateway.url);
  // biome-ignore lint/suspicious/noExplicitAny: a global of the page
  await page.waitForFunction(() => (globalThis as any).seen.whole > 0);
  const times = await page.evaluate(() => {
    const [{ responseEnd }] = performance.getEntriesByType('navigation') as [PerformanceNavigationTiming];
    // biome-ignore lint/suspicious/noExplicitAny: a global of the page
    const { first, whole } = (globalThis as any).seen;
    return { firstMs: first - responseEnd, wholeMs: whole - responseEnd };
  });
  await page.close();
  await gateway.stop();
  return times;
}

/** From when an answer with other figures has been read to when the page has shown them. */
async function repaints(browser: Browser): Promise<number> {
  const gateway = await startGateway();
  const page = await openConstituencies(browser, gateway.url);
  const times: number[] = [];
  for (let round = 0; round < REPAINTS; round++) {
    // Figures are asked for again once they are no longer fresh, and have moved by then.
    await wait(6_000);
    times.push(await page.evaluate(nextPicture));
  }
  await page.close();
  await gateway.stop();
  return median(times);
}

async function openConstituencies(browser: Browser, url: string): Promise<Page> {
  const page = await browser.newPage();
  await page.addInitScript(() => {
    const { json } = Response.prototype;
    Response.prototype.json = async function read(this: Response) {
      const body = await json.call(this);
      if (body.data?.parts) dispatchEvent(new Event('figures'));
      return body;
    };
  });
  await page.goto(`${url}/?by=CONSTITUENCY`);
  await page.waitForFunction((count) => document.querySelectorAll('.area').length >= count, CONSTITUENCIES);
  return page;
}

/** Asks as if somebody had come back to the page; resolves with the ms from the answer to the end of the next picture. */
function nextPicture(): Promise<number> {
  const { promise, resolve } = Promise.withResolvers<number>();
  addEventListener(
    'figures',
    () => {
      const began = performance.now();
      const shown = new MessageChannel();
      shown.port1.onmessage = () => resolve(performance.now() - began);
      // The page makes its own picture before this one; a message comes after that has been painted.
      requestAnimationFrame(() => requestAnimationFrame(() => shown.port2.postMessage(null)));
    },
    { once: true },
  );
  document.dispatchEvent(new Event('visibilitychange'));
  return promise;
}

/** `npm run bench -- explorer-soak`: what a page's memory comes to while the counts move. */
export async function explorerSoak(): Promise<void> {
  const gateway = await startGateway({
    RECORD: 'PRESIDENT@county',
    IEBC_POLL_MS: '1000',
    RECORD_REQUESTS_PER_MINUTE: '3000',
  });
  const browser = await openBrowser();
  const page = await browser.newPage();
  await page.goto(gateway.url);
  await page.locator('.connection.live').waitFor();
  const session = await page.context().newCDPSession(page);
  const heap = async () => {
    // What one collection finishes with the next one frees.
    for (let round = 0; round < COLLECTIONS; round++) await session.send('HeapProfiler.collectGarbage');
    const { usedSize } = await session.send('Runtime.getHeapUsage');
    const nodes = await page.evaluate(() => document.querySelectorAll('*').length);
    return { mb: usedSize / 1024 / 1024, nodes };
  };
  for (let minute = 0; minute <= SOAK_MINUTES; minute++) {
    const { mb, nodes } = await heap();
    console.log(`${minute} min: ${mb.toFixed(2)} MB of heap, ${nodes} elements`);
    if (minute < SOAK_MINUTES) await wait(60_000);
  }
  await browser.close();
  await gateway.stop();
}
