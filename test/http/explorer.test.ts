import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createApp } from '../../src/app.ts';
import { readConfig } from '../../src/config.ts';
import { createLog } from '../../src/infra/log.ts';
import { type Gateway, startGateway } from '../support/gateway.ts';

const get = ({ app }: Pick<Gateway, 'app'>, path: string, headers: Record<string, string> = {}, method = 'GET') =>
  app.fetch(new Request(`http://gateway${path}`, { method, headers }));

describe('the explorer', () => {
  it('is a page with nothing in it that runs, and files that a browser fetches once', async () => {
    const gateway = await startGateway();
    const page = await get(gateway, '/');
    const html = await page.text();
    const policy = page.headers.get('content-security-policy')!;
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(policy).toMatch(/^default-src 'none'; script-src 'self'; style-src 'self';/);
    expect(policy).not.toContain('unsafe');
    expect(html).not.toMatch(/<style|style=|<script>|\son\w+=/);
    expect(page.headers.get('cache-control')).toBe('no-cache');

    const etag = page.headers.get('etag')!;
    const again = await get(gateway, '/', { 'if-none-match': etag });
    expect([again.status, await again.text()]).toEqual([304, '']);
    const head = await get(gateway, '/', {}, 'HEAD');
    expect([head.status, head.headers.get('etag'), await head.text()]).toEqual([200, etag, '']);

    const addresses = [...html.matchAll(/(?:src|href)="(\/[^"]+)"/g)].map(([, address]) => address!);
    expect(addresses.map((address) => address.split('.').at(-1))).toEqual(['css', 'js']);
    let bytes = 0;
    for (const address of addresses) {
      const file = await get(gateway, address, { 'accept-encoding': 'gzip' });
      const packed = Buffer.from(await file.arrayBuffer());
      expect(file.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
      expect(gunzipSync(packed).length).toBeGreaterThan(1_000);
      bytes += packed.length;
    }
    expect(bytes).toBeLessThan(60_000);
    expect((await get(gateway, '/explorer/other.js')).status).toBe(404);
  });

  it('begins the map that it will ask for', async () => {
    const gateway = await startGateway();
    await (await get(gateway, '/')).text();
    const boundaries = () => gateway.upstream().filter((path) => path.startsWith('/geojson/county_'));
    await expect.poll(() => boundaries().length).toBe(47);
    expect((await get(gateway, '/map/county.json')).status).toBe(200);
    await (await get(gateway, '/')).text();
    expect(boundaries()).toHaveLength(47);
  });

  it('has the key of the demo over sandboxes alone, and is then kept by no cache', async () => {
    const DATA_DIR = mkdtempSync(join(tmpdir(), 'gateway-'));
    const app = await createApp(readConfig({ DATA_DIR, IEBC_PLACES_INDEX: 'on-demand' }), { log: createLog('silent') });
    onTestFinished(() => app.close());
    const page = await get({ app }, '/');
    expect(page.headers.get('cache-control')).toBe('no-store');
    expect(page.headers.get('etag')).toBe(null);
    expect(await page.text()).toContain(` data-key="${app.demoKey}">`);

    // One source that is real, and the key is for whoever reads the gateway's own output.
    const gateway = await startGateway();
    expect(gateway.app.demoKey).toMatch(/^demo-/);
    expect(await (await get(gateway, '/')).text()).not.toContain('data-key');
  });

  it('is not there with EXPLORER=0', async () => {
    const gateway = await startGateway({ env: { EXPLORER: '0' } });
    expect((await get(gateway, '/')).headers.get('location')).toBe('/graphql');
    expect((await get(gateway, '/explorer/any.js')).status).toBe(404);
  });
});
