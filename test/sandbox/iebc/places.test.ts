import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type IebcSandbox, sandboxVoters, startIebcSandbox } from '../../../src/sandbox/iebc/index.ts';
import { type Client, connect, type PlaceEntry, read } from './client.ts';

let sandbox: IebcSandbox;
let client: Client;
let counties: PlaceEntry[];
let constituencies: PlaceEntry[];
let wards: PlaceEntry[];

const list = async (path: string, filters = {}): Promise<PlaceEntry[]> =>
  (await client.get(path, filters)).region.locations;
const voters = (places: PlaceEntry[]): number => places.reduce((sum, { registered }) => sum + Number(registered), 0);

beforeAll(async () => {
  sandbox = await startIebcSandbox();
  client = await connect(sandbox);
  [counties, constituencies, wards] = await Promise.all([list('/county/'), list('/constituency/'), list('/ward/')]);
});
afterAll(() => sandbox.close());

describe('places', () => {
  it('are 47 counties, 290 constituencies and 1,451 wards, each with a code of its own', () => {
    expect([counties.length, constituencies.length, wards.length]).toEqual([47, 290, 1451]);
    const codes = [...counties, ...constituencies, ...wards].map(({ code }) => code);
    expect(new Set(codes).size).toBe(47 + 290 + 1451);
    for (const code of codes) expect(code).toMatch(/^[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}$/);
  });

  it('have names in upper case, of which wards repeat some and spell some with stray spaces', () => {
    for (const { name } of [...counties, ...constituencies, ...wards]) expect(name).toBe(name.toUpperCase());
    const names = wards.map(({ name }) => name);
    expect(new Set(names).size).toBeLessThan(names.length);
    expect(names.some((name) => name.endsWith(' '))).toBe(true);
    expect(names.some((name) => /\S {2}\S/.test(name))).toBe(true);
    expect(names.every((name) => !name.startsWith(' '))).toBe(true);
    expect(constituencies.filter(({ name }) => name === 'TETU')).toHaveLength(1);
    expect(constituencies.filter(({ name }) => name === 'BUDALANGI')).toHaveLength(1);
  });

  it("carry IEBC's numbers in their boundaries' URLs", () => {
    const numbers = (places: PlaceEntry[], level: string): number[] =>
      places
        .map(({ polygon }) => Number(new RegExp(`/geojson/${level}_(\\d+)\\.geojson$`).exec(polygon)?.[1]))
        .sort((a, b) => a - b);
    const upTo = (last: number): number[] => Array.from({ length: last }, (_, index) => index + 1);
    expect(numbers(counties, 'county')).toEqual(upTo(47));
    expect(numbers(constituencies, 'constituency')).toEqual(upTo(290));
    expect(numbers(wards, 'ward')).toEqual(upTo(1451));
    expect(counties.find(({ name }) => name === 'BARINGO')?.polygon).toMatch(/county_30\.geojson$/);
  });

  it('lie in Kenya, but for the few whose position is 0,0', () => {
    const placed = [...counties, ...constituencies, ...wards].filter(
      ({ center }) => center.lat !== 0 || center.lon !== 0,
    );
    expect(placed.length).toBe(47 + 290 + 1451 - 4);
    for (const { center } of placed) {
      expect(Math.abs(center.lat)).toBeLessThan(5.1);
      expect(center.lon).toBeGreaterThan(33.8);
      expect(center.lon).toBeLessThan(42);
    }
  });

  it('hold one another, with voters that add up', async () => {
    let count = 0;
    for (const county of counties) {
      const inside = await list('/constituency/', { county: county.code });
      expect(voters(inside)).toBe(Number(county.registered));
      expect(voters(await list('/ward/', { county: county.code }))).toBe(Number(county.registered));
      for (const constituency of inside) {
        const within = await list('/ward/', { constituency: constituency.code });
        expect(voters(within)).toBe(Number(constituency.registered));
        count += within.length;
      }
    }
    expect(count).toBe(1451);
  });

  it('are found by a code in either case', async () => {
    const [county] = counties;
    expect((await client.get(`/county/${county!.code.toLowerCase()}/`)).region).toEqual(county);
    expect((await client.get(`/ward/${county!.code}/`)).status).toBe('ID_ERROR');
  });
});

describe('polling stations', () => {
  it('are about 32,000, from one to 69 a ward', async () => {
    const { polling_stations: all } = await client.get('/pollingstation/');
    expect(all.length).toBeGreaterThan(30_000);
    expect(all.length).toBeLessThan(34_000);
    expect(new Set(all.map(({ code }) => code)).size).toBe(all.length);
    expect(all.some(({ name }) => name.endsWith('/02'))).toBe(true);
    expect(all.some(({ name }) => !/\/\d\d$/.test(name))).toBe(true);
    const sizes: number[] = [];
    for (const { code } of wards) {
      sizes.push((await client.get('/pollingstation/', { ward: code })).polling_stations.length);
    }
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(all.length);
    expect(Math.min(...sizes)).toBeLessThanOrEqual(2);
    expect(Math.max(...sizes)).toBeGreaterThan(55);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(69);
  });

  it('have codes in lower case, and a position only when an election is named', async () => {
    const constituency = constituencies[0]!.code;
    const plain = (await client.get('/pollingstation/', { constituency })).polling_stations;
    for (const station of plain) {
      expect(Object.keys(station)).toEqual(['code', 'name']);
      expect(station.code).toBe(station.code.toLowerCase());
    }
    const placed = (await client.get('/pollingstation/', { constituency, election: 'GEK2013-TEST' })).polling_stations;
    expect(placed.map(({ code }) => code)).toEqual(plain.map(({ code }) => code));
    expect(placed.some(({ location }) => location === null)).toBe(true);
    expect(placed.some(({ location }) => typeof location?.lat === 'number')).toBe(true);
  });

  it('lie where the other streams of their school lie', async () => {
    const filters = { ward: wards[0]!.code, election: 'GEK2013-TEST' };
    const sites = Map.groupBy((await client.get('/pollingstation/', filters)).polling_stations, ({ name }) =>
      name.replace(/\/\d\d$/, ''),
    );
    const points = [...sites.values()].map((streams) => new Set(streams.map((each) => JSON.stringify(each.location))));
    expect(points.every(({ size }) => size === 1)).toBe(true);
    expect(new Set(points.flatMap((own) => [...own])).size).toBeGreaterThan(2);
    expect(points.length).toBeLessThan([...sites.values()].flat().length);
  });

  it("answer one by one in the document's form, misspelt", async () => {
    const [station] = (await client.get('/pollingstation/', { ward: wards[0]!.code })).polling_stations;
    const { info } = await client.get(`/pollingstation/${station!.code.toUpperCase()}/`);
    expect(info).toMatchObject(station!);
    expect(Object.keys(info).sort()).toEqual(
      'accessibilty code disability electricity facility_type female location male name networks streams voters'.split(
        ' ',
      ),
    );
  });
});

describe('boundaries', () => {
  it('are open to all, and a query makes no difference', async () => {
    const plain = await (await fetch(wards[0]!.polygon)).text();
    expect(await (await fetch(`${wards[0]!.polygon}?token=x&token=y`)).text()).toBe(plain);
    expect(JSON.parse(plain)).toMatchObject({ type: 'FeatureCollection' });
  });

  it('are polygons or several, with no feature or two in places', async () => {
    const types = new Set<string>();
    const counts = new Set<number>();
    for (let number = 1; number <= 20; number++) {
      const response = await fetch(`${sandbox.url}/geojson/ward_${number}.geojson`);
      const { features } = (await response.json()) as { features: { geometry: { type: string } }[] };
      counts.add(features.length);
      for (const { geometry } of features) types.add(geometry.type);
    }
    expect([...types].sort()).toEqual(['MultiPolygon', 'Polygon']);
    expect([...counts].sort()).toEqual([0, 1, 2]);
  });

  it('divide the land: counties among constituencies, and those among wards', async () => {
    // The shoelace formula, in square degrees: of a ring that is counterclockwise, as RFC 7946 wants it, above zero.
    const areaOfRing = (ring: number[][]) =>
      ring.slice(1).reduce((sum, [x, y], i) => sum + (ring[i]![0]! * y! - x! * ring[i]![1]!) / 2, 0);
    const areaOf = async ({ polygon }: PlaceEntry): Promise<number> => {
      const { features } = (await (await fetch(polygon)).json()) as {
        features: { geometry: { type: string; coordinates: never } }[];
      };
      const polygons: number[][][][] = features.flatMap(({ geometry: { type, coordinates } }) =>
        type === 'Polygon' ? [coordinates] : coordinates,
      );
      const areas = polygons.map(([ring]) => areaOfRing(ring!));
      for (const area of areas) expect(area).toBeGreaterThan(0);
      return areas.reduce((sum, area) => sum + area, 0);
    };
    const sumOf = async (places: PlaceEntry[]) =>
      (await Promise.all(places.map(areaOf))).reduce((sum, area) => sum + area, 0);
    expect(await sumOf(counties)).toBeCloseTo(59.044, 3);
    expect(await sumOf(constituencies)).toBeCloseTo(await sumOf(counties), 3);
    const filed = wards.filter(({ polygon }) => !polygon.endsWith('/ward_5.geojson'));
    const [without] = constituencies.filter(({ polygon }) => polygon.endsWith('/constituency_1.geojson'));
    const all = await sumOf(constituencies);
    // One ward's file is empty.
    expect(await sumOf(filed)).toBeLessThan(all);
    expect(await sumOf(filed)).toBeGreaterThan(all - (await areaOf(without!)));
  });

  it.each(['ward_1452', 'ward_0', 'county_48', 'village_1'])('of %s do not exist', async (name) => {
    expect((await fetch(`${sandbox.url}/geojson/${name}.geojson`)).status).toBe(404);
  });
});

describe('the seed', () => {
  const everything = async (own: IebcSandbox): Promise<string> => {
    const { url } = await connect(own);
    const paths = [
      '/county/',
      '/ward/',
      '/pollingstation/',
      '/party/',
      '/candidate/',
      '/results/country/KE/',
      '/results/post/6/',
    ];
    const texts = await Promise.all(paths.map(async (path) => (await fetch(url(path))).text()));
    return texts.join('\n').replaceAll(own.url, '');
  };

  it('decides everything', async () => {
    const [one, same, other] = await Promise.all(
      ['a', 'a', 'b'].map((seed) => startIebcSandbox({ seed, now: () => 7 })),
    );
    const first = await everything(one!);
    expect((await everything(same!)) === first).toBe(true);
    expect((await everything(other!)) === first).toBe(false);
    await Promise.all([one!.close(), same!.close(), other!.close()]);
  });
});

describe('voters and guides', () => {
  it('answers for its invented people', async () => {
    for (const { id } of sandboxVoters) {
      const { status, voter_info: info } = await client.get(`/voter/${id}/`, { type: 'info' });
      expect(status).toBe('SUCCESS');
      expect(info.contests).toEqual([]);
    }
    const [{ id }, nobody] = [sandboxVoters[0]!, sandboxVoters.at(-1)!];
    const info = (await client.get(`/voter/${id}/`, { type: 'info' })).voter_info;
    expect(wards.map(({ name }) => name)).toContain(info.ward);
    expect((await client.get(`/voter/${id}/`, { type: 'results' })).voter_info.contests).toHaveLength(6);
    expect((await client.get(`/voter/${nobody.id}/`, { type: 'info' })).voter_info.name).toBe('');
  });

  it('never repeats an id that it does not know', async () => {
    const { status, message } = await client.get('/voter/98765432/', { type: 'info' });
    expect(status).toBe('ID_ERROR');
    expect(message).not.toContain('98765432');
  });

  it('lists guides and shows one', async () => {
    const { list: guides } = await client.get('/info/');
    expect(guides.length).toBeGreaterThan(1);
    expect((await client.get(`/info/${guides[0]!.code}/`)).info).toMatchObject(guides[0]!);
    expect((await read(`${sandbox.url}/info/VI999/?token=${sandbox.domainToken}`)).status).toBe('ID_ERROR');
  });
});
