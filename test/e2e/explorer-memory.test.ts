import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { present, row, startNight, useBrowser } from '../support/explorer.ts';

/** Its streams can be spoken into: `tell` says what one of them might have said, and ends when that is on the screen. */
function listenIn(page: Page) {
  return page.addInitScript(() => {
    const { EventSource: Original } = globalThis;
    const heard: { source: EventSource; data: string }[] = [];
    globalThis.EventSource = class extends Original {
      constructor(url: string | URL) {
        super(url);
        this.addEventListener('next', ({ data, isTrusted }) => isTrusted && heard.push({ source: this, data }));
      }
    };
    const painted = () =>
      new Promise<void>((resolve) => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => resolve();
        requestAnimationFrame(() => port2.postMessage(null));
      });
    let count = 0;
    Object.assign(globalThis, {
      heard,
      async tell() {
        count += 1;
        const { source, data } = heard[count % heard.length]!;
        const answer = JSON.parse(data);
        const { result } = answer.data.resultsUpdated;
        result.asOf = new Date(Date.parse(result.asOf) + count * 1_000).toISOString();
        result.stationsReported += count;
        for (const tally of result.tallies) tally.votes += count;
        source.dispatchEvent(new MessageEvent('next', { data: JSON.stringify(answer) }));
        await painted();
      },
    });
  });
}

type Ear = { heard: unknown[]; tell: () => Promise<void> };

describe.skipIf(!present)('the memory of the explorer in a browser', () => {
  const { open } = useBrowser();

  it('keeps nothing of the changes that it has shown among 290 constituencies', async () => {
    const night = await startNight({ RECORD: 'MEMBER_OF_NATIONAL_ASSEMBLY@constituency' });
    // 290 boundaries beside 290 polled counts take their time on a machine that does other things too.
    await expect.poll(async () => (await fetch(`${night.url}/map/constituency.json`)).status).toBe(200);
    const { page, complaints } = await open(`${night.url}/?post=MEMBER_OF_NATIONAL_ASSEMBLY`, { before: listenIn });
    const heard = () => page.evaluate(() => (globalThis as unknown as Ear).heard.length);
    await expect.poll(heard).toBe(290);
    const code = (await page.locator('.area').first().getAttribute('data-code'))!;
    await expect.poll(() => row(page, code).textContent()).toMatch(/%/);
    const tell = (times: number) =>
      page.evaluate(async (times) => {
        for (let told = 0; told < times; told += 1) await (globalThis as unknown as Ear).tell();
      }, times);

    const session = await page.context().newCDPSession(page);
    const heap = async () => {
      await session.send('HeapProfiler.collectGarbage');
      const { usedSize } = await session.send('Runtime.getHeapUsage');
      return usedSize;
    };
    await tell(300);
    const before = await heap();
    await tell(150);
    const grown = (await heap()) - before;
    expect(grown).toBeLessThan(1024 * 1024);
    expect(complaints).toEqual([]);
  });
});
