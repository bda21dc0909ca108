import divisions from 'kenya-administrative-divisions/county.json' with { type: 'json' };
import { DISTRICTS, type District } from '../contract.ts';
import { COUNTY_CENTRES } from './centres.ts';
import { degrees, guid, hash, mix, unit } from './random.ts';
import { layStations, type Stations } from './stations.ts';

export type Place = {
  level: District;
  /** IEBC's number, as in the name of the boundary's file. */
  number: number;
  code: string;
  name: string;
  /** Numbers of the places it lies in, or its own. */
  county: number;
  constituency: number;
  center: { lat: number; lon: number };
  registered: number;
  /** Its polling stations, from the first to before the last: places are numbered so that they lie together. */
  stations: readonly [number, number];
};

export type Atlas = {
  /** By number, from 1; the first entry of each list is number 1. */
  county: Place[];
  constituency: Place[];
  ward: Place[];
  byCode: ReadonlyMap<string, Place>;
  stations: Stations;
  /** Voters of the whole country. */
  registered: number;
  /** The ward's number of each polling station. */
  wardOf: Uint16Array;
};

type Division = { county: string; number: number; constituency: string; wards: string[] };

/** By seed: all sandboxes of a process are in one country, whose atlas nothing changes. */
const atlases = new Map<string, Atlas>();

export function atlasOf(seed: string): Atlas {
  const known = atlases.get(seed) ?? buildAtlas(seed);
  atlases.set(seed, known);
  return known;
}

function buildAtlas(seed: string): Atlas {
  const key = hash(`${seed} places`);
  const list = corrected();
  const stations = layStations(
    seed,
    list.reduce((sum, { wards }) => sum + wards.length, 0),
  );
  const atlas = { county: [] as Place[], constituency: [] as Place[], ward: [] as Place[] };

  const add = (level: District, name: string, parent: Place | undefined, centre: Place['center']): Place => {
    const number = atlas[level].length + 1;
    const place: Place = {
      level,
      number,
      code: guid(mix(key, DISTRICTS.indexOf(level)), number).toUpperCase(),
      name: printed(name, level, number),
      county: level === 'county' ? number : parent!.county,
      constituency: level === 'constituency' ? number : (parent?.constituency ?? 0),
      center: centre,
      registered: 0,
      stations: [0, 0],
    };
    atlas[level].push(place);
    return place;
  };

  for (const { county: countyName, number, constituency: name, wards } of list) {
    let county = atlas.county[number - 1];
    if (county === undefined) {
      const [lat, lon] = COUNTY_CENTRES[number - 1]!;
      county = add('county', countyName, undefined, { lat, lon });
    }
    const constituency = add(
      'constituency',
      name,
      county,
      nearby(county, 0.2, mix(key, 1000 + atlas.constituency.length)),
    );
    for (const ward of wards)
      add('ward', ward, constituency, nearby(constituency, 0.06, mix(key, 5000 + atlas.ward.length)));
  }

  const wardOf = new Uint16Array(stations.count);
  for (const ward of atlas.ward) {
    const [from, to] = stations.ofWard(ward.number);
    wardOf.fill(ward.number, from, to);
    let registered = 0;
    for (let station = from; station < to; station++) registered += stations.registered[station]!;
    for (const place of [ward, atlas.constituency[ward.constituency - 1]!, atlas.county[ward.county - 1]!]) {
      place.stations = [place.registered === 0 ? from : place.stations[0], to];
      place.registered += registered;
    }
    // sources/iebc/WIRE.md: a place without a position is sent as 0,0.
    if (ward.number % 480 === 7) ward.center = { lat: 0, lon: 0 };
  }
  const all = [...atlas.county, ...atlas.constituency, ...atlas.ward];
  const registered = atlas.county.reduce((sum, county) => sum + county.registered, 0);
  return {
    ...atlas,
    registered,
    byCode: new Map(all.map((place) => [place.code.toLowerCase(), place])),
    stations,
    wardOf,
  };
}

/**
 * The package's list, one constituency an entry, with its defects repaired: Nyeri holds Tetu twice while Busia's
 * Budalangi is missing, and Wajir West has the ward Ganyure/Wagalla as two. That leaves the true 290 and 1,451.
 */
function corrected(): Division[] {
  const list: Division[] = [];
  for (const { county_name: county, county_code: number, constituencies } of divisions) {
    const names = new Set<string>();
    for (const { constituency_name: constituency, wards } of constituencies) {
      if (names.has(constituency)) continue;
      names.add(constituency);
      const joined = wards.includes('Ganyure')
        ? [...wards.filter((ward) => ward !== 'Ganyure' && ward !== 'Wagalla'), 'Ganyure/Wagalla']
        : wards;
      list.push({ county, number, constituency, wards: joined });
    }
    if (county === 'Busia') {
      const wards = ['Bunyala Central', 'Bunyala North', 'Bunyala West', 'Bunyala South'];
      list.push({ county, number, constituency: 'Budalangi', wards });
    }
  }
  return list;
}

/** Upper case as the API has it; the package's stray spaces go, and a few of the API's own come (sources/iebc/WIRE.md). */
function printed(name: string, level: District, number: number): string {
  const clean = name.trim().replace(/\s+/g, ' ').replaceAll('’', "'").toUpperCase();
  if (level === 'ward' && number % 200 === 36) return `${clean}  `;
  if (level === 'ward' && number % 150 === 50) return clean.replace(/[ /]/, '$&  ').replace('   ', '  ');
  return clean;
}

function nearby({ center }: Place, reach: number, h: number): Place['center'] {
  return {
    lat: degrees(center.lat + (unit(mix(h, 1)) - 0.5) * 2 * reach),
    lon: degrees(center.lon + (unit(mix(h, 2)) - 0.5) * 2 * reach),
  };
}
