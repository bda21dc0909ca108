import { feature } from 'topojson-client';
import { describe, expect, it } from 'vitest';
import { type Gateway, startGateway } from '../support/gateway.ts';

const get = ({ app }: Gateway, path: string, headers: Record<string, string> = {}, method = 'GET') =>
  app.fetch(new Request(`http://gateway${path}`, { method, headers }));

const asked = (gateway: Gateway) => gateway.upstream().filter((path) => path.startsWith('/geojson/'));

// biome-ignore lint/suspicious/noExplicitAny: the shape of the file
const shapesOf = (map: any) => feature(map, map.objects.places) as any;

describe('/map/county.json', () => {
  it('holds every county as the gateway names them, in a file that is small and kept', async () => {
    const gateway = await startGateway();
    const answer = await get(gateway, '/map/county.json');
    const text = await answer.text();
    const { features } = shapesOf(JSON.parse(text));
    const { data } = await gateway.query('{ counties { code name } }');
    expect(features.map(({ properties }: { properties: object }) => properties)).toEqual(data.counties);
    expect(JSON.parse(text).missing).toEqual([]);
    expect(text.length).toBeLessThan(60_000);
    expect(answer.headers.get('cache-control')).toBe('public, max-age=3600');

    const etag = answer.headers.get('etag')!;
    const again = await get(gateway, '/map/county.json', { 'if-none-match': etag });
    expect([again.status, await again.text()]).toEqual([304, '']);
    const head = await get(gateway, '/map/county.json', {}, 'HEAD');
    expect([head.status, head.headers.get('etag'), await head.text()]).toEqual([200, etag, '']);
    // A request a county, once for all who ask.
    expect(asked(gateway)).toHaveLength(data.counties.length);
  });

  it('names a county without a boundary, and where it is', async () => {
    const gateway = await startGateway();
    gateway.sandbox.faults.set({ kind: 'status', status: 404, path: '/geojson/county_30.geojson' });
    const { missing, ...map } = (await (await get(gateway, '/map/county.json')).json()) as { missing: object[] };
    const { data } = await gateway.query('{ counties { code name number center { latitude longitude } } }');
    const { number: _, ...baringo } = data.counties.find(({ number }: { number: number }) => number === 30);
    expect(missing).toEqual([baringo]);
    expect(shapesOf(map).features).toHaveLength(46);
  });

  it('says that all are missing where the source has none, and holds that for a minute only', async () => {
    const gateway = await startGateway();
    gateway.sandbox.faults.set({ kind: 'status', status: 404, path: '/geojson/' });
    const answer = await get(gateway, '/map/county.json');
    const { missing, ...map } = (await answer.json()) as { missing: object[] };
    expect(missing).toHaveLength(47);
    expect(shapesOf(map).features).toEqual([]);
    expect(answer.headers.get('cache-control')).toBe('public, max-age=60');
  });

  it('is no map while the source fails, and comes afterwards', async () => {
    const gateway = await startGateway();
    gateway.sandbox.faults.set({ kind: 'status', status: 500, path: '/geojson/county_30.geojson' });
    const failed = await get(gateway, '/map/county.json');
    expect([failed.status, failed.headers.get('cache-control')]).toEqual([503, 'no-store']);
    expect(Number(failed.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await failed.json()).toMatchObject({ errors: [{ extensions: { code: 'SOURCE_UNAVAILABLE' } }] });

    gateway.sandbox.faults.clear();
    await expect.poll(async () => (await get(gateway, '/map/county.json')).status).toBe(200);
  });

  it('is no map while a boundary is on its way, and comes with it', async () => {
    const gateway = await startGateway({ env: { IEBC_HEADERS_TIMEOUT_MS: '6000' } });
    gateway.sandbox.faults.set({ kind: 'hang', path: '/geojson/county_31.geojson', times: 1 });
    const late = await get(gateway, '/map/county.json');
    expect(late.status).toBe(503);
    expect(await late.json()).toMatchObject({ errors: [{ extensions: { code: 'DEADLINE_EXCEEDED' } }] });
    await expect.poll(async () => (await get(gateway, '/map/county.json')).status).toBe(200);
  });
});

describe('/map/constituency.json and /map/ward.json', () => {
  it('hold those of one county', async () => {
    const gateway = await startGateway();
    const { data } = await gateway.query('{ counties { code constituencies { code name wards { code name } } } }');
    const [county] = data.counties;
    const inside = async (level: string) => {
      const map = await (await get(gateway, `/map/${level}.json?within=${county.code.toLowerCase()}`)).json();
      // biome-ignore lint/suspicious/noExplicitAny: the shape of the file
      const { missing } = map as any;
      // biome-ignore lint/suspicious/noExplicitAny: the shape of the file
      const places: any[] = [...shapesOf(map).features.map(({ properties }: any) => properties), ...missing];
      return places.map(({ code, name }) => `${code} ${name}`).sort();
    };
    // biome-ignore lint/suspicious/noExplicitAny: the shape of the query
    const known = (places: any[]) => places.map(({ code, name }) => `${code} ${name}`).sort();
    expect(await inside('constituency')).toEqual(known(county.constituencies));
    expect(await inside('ward')).toEqual(
      // biome-ignore lint/suspicious/noExplicitAny: the shape of the query
      known(county.constituencies.flatMap(({ wards }: any) => wards)),
    );
  });

  it.each([
    ['/map/county.json?within=1', 400],
    ['/map/ward.json', 400],
    ['/map/ward.json?within=a=b', 400],
    ['/map/ward.json?within=no-county', 404],
    ['/map/country.json', 404],
  ])('%s is refused', async (path, status) => {
    const gateway = await startGateway();
    const answer = await get(gateway, path);
    expect(answer.status).toBe(status);
    if (path !== '/map/country.json') expect(await answer.text()).toContain('within: ');
  });
});
