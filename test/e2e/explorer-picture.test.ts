import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { chromium } from 'playwright-core';
import { expect, it, onTestFinished } from 'vitest';
import { listen } from '../../src/listen.ts';
import { startRecordedNight } from '../support/recorded-night.ts';

const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';
const present = existsSync(CHROMIUM) || process.env.REQUIRE_CHROMIUM === '1';

/** `npm run picture` puts it into the README. */
const PICTURE = new URL('../screenshots/readme.webp', import.meta.url).pathname;

it.skipIf(!present)('makes the picture with which the README opens', async () => {
  const night = await startRecordedNight({ RECORD: 'PRESIDENT@county', RECORD_REQUESTS_PER_MINUTE: '1' });
  await (await night.app.fetch(new Request('http://gateway/map/county.json'))).text();
  await night.query('{ country { result(post: PRESIDENT) { stationsTotal } } }');
  const server = await listen(night.app, { port: 0, host: '127.0.0.1' });
  onTestFinished(() => server.close());
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
  onTestFinished(() => browser.close());
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 }, deviceScaleFactor: 0.75 });
  await page.goto(server.url);
  await page.locator('.connection.live').waitFor();
  await page.locator('.label').first().waitFor();
  await page.locator('.panel', { hasText: '33,' }).waitFor();
  const picture = Buffer.from(await page.evaluate(asWebp, (await page.screenshot()).toString('base64')), 'base64');
  mkdirSync(new URL('../screenshots/', import.meta.url), { recursive: true });
  writeFileSync(PICTURE, picture);
  expect(picture.toString('latin1', 8, 12)).toBe('WEBP');
  expect(picture.length).toBeLessThan(100_000);
});

/** By the browser: as a PNG it would be thrice as large. */
async function asWebp(png: string): Promise<string> {
  // biome-ignore lint/suspicious/noExplicitAny: this runs in the page
  const { Image, OffscreenCanvas, FileReader } = globalThis as any;
  const image = new Image();
  image.src = `data:image/png;base64,${png}`;
  await image.decode();
  const canvas = new OffscreenCanvas(image.width, image.height);
  canvas.getContext('2d').drawImage(image, 0, 0);
  const reader = new FileReader();
  reader.readAsDataURL(await canvas.convertToBlob({ type: 'image/webp', quality: 0.85 }));
  await new Promise((resolve) => {
    reader.onload = resolve;
  });
  return reader.result.split(',')[1];
}
