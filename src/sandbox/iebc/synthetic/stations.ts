import { between, guid, hash, mix, pick, unit } from './random.ts';

export type Stations = {
  count: number;
  /** Voters of each station. */
  registered: Uint16Array;
  /** Stations of a ward: from the first to before the last. */
  ofWard(number: number): readonly [number, number];
  code(station: number): string;
  /** Names of all stations of a ward, in order. */
  names(ward: number): string[];
  byCode(code: string): number | undefined;
  /**
   * How far it lies from its ward's centre in degrees, as do all streams of its site; undefined for the many whose position
   * the API lacks.
   */
  offset(ward: number, station: number): readonly [number, number] | undefined;
};

const MOST_IN_A_WARD = 69;
const SYLLABLES =
  'BA BO CHE GA GI GO KA KE KI KO KU LA LE LI MA MBO MU NA NDA NGO NI NYA RI RO SA SI TA THI TU WA YA'.split(' ');
const SITES = [
  'PRIMARY SCHOOL',
  'PRIMARY SCHOOL',
  'PRIMARY SCHOOL',
  'NURSERY SCHOOL',
  'SECONDARY SCHOOL',
  'SOCIAL HALL',
  'DISPENSARY',
  'MARKET',
  'POLYTECHNIC',
  'TEA BUYING CENTRE',
  'CATTLE DIP',
];

/** Decides how many stations each ward has and how many voters each station; names and codes are made when asked for. */
export function layStations(seed: string, wards: number): Stations {
  const key = hash(`${seed} stations`);
  const codeKey = mix(key, 1);
  const sizeKey = mix(key, 2);
  const starts = new Int32Array(wards + 1);
  for (let ward = 1; ward <= wards; ward++) starts[ward] = starts[ward - 1]! + stationsIn(mix(mix(key, 3), ward));
  const count = starts[wards]!;

  const registered = new Uint16Array(count);
  for (let station = 0; station < count; station++) registered[station] = between(mix(sizeKey, station), 90, 810);

  const names = new Map<number, string[]>();
  const codes: string[] = [];
  let numbers: Map<string, number> | undefined;
  const code = (station: number): string => {
    codes[station] ??= guid(codeKey, station);
    return codes[station];
  };

  const namesOf = (ward: number): string[] => {
    let list = names.get(ward);
    if (list === undefined) {
      list = stationNames(mix(mix(key, 4), ward), starts[ward]! - starts[ward - 1]!);
      names.set(ward, list);
    }
    return list;
  };

  return {
    count,
    registered,
    ofWard: (ward) => [starts[ward - 1]!, starts[ward]!],
    code,
    names: namesOf,
    byCode(text) {
      numbers ??= new Map(Array.from({ length: count }, (_, station) => [code(station), station]));
      return numbers.get(text.toLowerCase());
    },
    offset(ward, station) {
      const site = namesOf(ward)[station - starts[ward - 1]!]!.replace(/\d+$/, '');
      const first = site.endsWith('/') ? namesOf(ward).indexOf(`${site}01`) + starts[ward - 1]! : station;
      const h = mix(mix(key, 5), first);
      if (h % 6 === 0) return undefined;
      return [(unit(mix(h, 1)) - 0.5) * 0.05, (unit(mix(h, 2)) - 0.5) * 0.05];
    },
  };
}

/** Uneven as the real ones, 1 to 69 with 22 on average. */
function stationsIn(h: number): number {
  const x = (unit(mix(h, 1)) + unit(mix(h, 2))) / 2;
  return 1 + Math.round((MOST_IN_A_WARD - 1) * x ** 1.8);
}

/** One site after another; a large one has several streams, `/01`, `/02` (sources/iebc/WIRE.md), and a few name none. */
function stationNames(key: number, count: number): string[] {
  const names: string[] = [];
  const sites = new Set<string>();
  for (let site = 0; names.length < count; site++) {
    const h = mix(key, site);
    const name = siteName(h);
    if (sites.has(name)) continue;
    sites.add(name);
    const streams = Math.min(count - names.length, mix(h, 20) % 5 === 0 ? between(mix(h, 21), 2, 5) : 1);
    if (streams === 1 && mix(h, 22) % 12 === 0) names.push(name);
    else for (let stream = 1; stream <= streams; stream++) names.push(`${name}/${String(stream).padStart(2, '0')}`);
  }
  return names;
}

function siteName(h: number): string {
  let word = '';
  const syllables = between(mix(h, 1), 2, 4);
  for (let i = 0; i < syllables; i++) word += pick(mix(h, 2 + i), SYLLABLES);
  // Stray stops and double spaces are in the recordings.
  const gap = mix(h, 10) % 40 === 0 ? '  ' : ' ';
  const stop = mix(h, 11) % 25 === 0 ? '.' : '';
  return `${word}${gap}${pick(mix(h, 12), SITES)}${stop}`;
}
