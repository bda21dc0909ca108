import { promisify } from 'node:util';
import { brotliCompress, brotliDecompress, constants } from 'node:zlib';
import { codeKey } from '../../domain/codes.ts';
import { type District, KENYA, type PollingStation } from '../../domain/places.ts';
import type { Clock } from '../../infra/clock.ts';
import type { Fleet } from '../../infra/fleet.ts';
import type { Tree, WardStations } from './walk.ts';

/** What one instance has walked, for all others. */
export type Snapshots = {
  head(): Promise<Head | null>;
  /** Null where a part of it is not there any more. */
  load(head: Head): Promise<{ tree: Tree; lists: WardStations[] | null } | null>;
  /** `lists` null: not walked yet. `failing`: the walk is not finished, and another try will follow. Null when it could not be kept. */
  save(tree: Tree, lists: WardStations[] | null, failing: boolean): Promise<Head | null>;
  /** The next walk does not come to its end, either. */
  markFailing(head: Head): Promise<void>;
};

/** `at`: when it was saved, by the wall's clock. `counties`: whose stations are in it, each in a part of its own. */
export type Head = { version: string; at: number; failing: boolean; counties: string[] | null };

/** First part of the name of every part: another form of what is written is another name. */
const FORM = 'places:1';
const KEEP_MS = 7 * 24 * 60 * 60 * 1000;
// The middle of the scale takes seconds for what the low end does nearly as well.
const QUICKLY = { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } };
const squeeze = promisify<string, object, Buffer>(brotliCompress);
const expand = promisify(brotliDecompress);

type Options = { fleet: Fleet; clock: Clock; keyPrefix: string; election: string };

export function createSnapshots({ fleet, clock, keyPrefix, election }: Options): Snapshots {
  const name = `${FORM}:${keyPrefix}:${election}`;
  const partName = (version: string, part: string) => `${name}:${version}:${part}`;

  /** A county at a time: a mebibyte at once would keep Redis and this process from everything else. */
  async function write(part: string, value: unknown): Promise<boolean> {
    const squeezed = await squeeze(JSON.stringify(value), QUICKLY);
    return fleet.write(part, squeezed.toString('base64'), KEEP_MS);
  }
  /** What cannot be read is not there. */
  async function read<T>(part: string): Promise<T | null> {
    try {
      const text = await fleet.read(part);
      return text ? (JSON.parse((await expand(Buffer.from(text, 'base64'))).toString()) as T) : null;
    } catch {
      return null;
    }
  }
  async function point(head: Head): Promise<Head | null> {
    return (await write(name, head)) ? head : null;
  }

  return {
    head: () => read<Head>(name),
    async load({ version, counties }) {
      const levels = await read<Levels>(partName(version, 'tree'));
      if (!levels) return null;
      const tree = treeOf(levels);
      if (!counties) return { tree, lists: null };
      const lists: WardStations[] = [];
      for (const county of counties) {
        const wards = await read<WardsOfCounty>(partName(version, county));
        if (!wards) return null;
        for (const [ward, list] of wards) lists.push({ ward: tree.places.get(ward)!, list });
      }
      return { tree, lists };
    },
    async save(tree, lists, failing) {
      const version = clock.uuid();
      const parts = lists && byCounty(tree, lists);
      let kept = await write(partName(version, 'tree'), [...tree.childrenOf]);
      for (const [county, wards] of parts ?? []) kept &&= await write(partName(version, county), wards);
      const head = { version, at: clock.now(), failing, counties: parts && [...parts.keys()] };
      return kept ? point(head) : null;
    },
    async markFailing(head) {
      if (!head.failing) await point({ ...head, failing: true });
    },
  };
}

type Levels = [parent: string, children: District[]][];
type WardsOfCounty = [ward: string, list: PollingStation[] | null][];

function treeOf(levels: Levels): Tree {
  const lists = levels.flatMap(([parent, children]) => children.map((child) => ({ parent, child })));
  return {
    places: new Map(lists.map(({ child }) => [codeKey(child.code), child])),
    parents: new Map(lists.map(({ parent, child }) => [codeKey(child.code), parent])),
    childrenOf: new Map(levels),
  };
}

function byCounty({ parents }: Tree, lists: WardStations[]): Map<string, WardsOfCounty> {
  const counties = new Map<string, WardsOfCounty>();
  for (const { ward, list } of lists) {
    let county = codeKey(ward.code);
    for (let above = parents.get(county); above && above !== KENYA.code; above = parents.get(county)) county = above;
    const wards = counties.get(county) ?? [];
    wards.push([codeKey(ward.code), list]);
    counties.set(county, wards);
  }
  return counties;
}
