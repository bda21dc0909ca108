import { isCode } from './domain/codes.ts';
import type { District, DistrictLevel, PollingStation } from './domain/places.ts';
import { isCountedAt, POSTS } from './domain/posts.ts';
import { ask, ExportError, type Gateway, historyLines } from './export-reader.ts';
import { factsOf, type LeafFacts } from './services/record/leaf.ts';
import { encodeDistricts, encodeResult, encodeStations } from './sources/iebc/encode.ts';

/** Undefined: the only one that there is. */
export type Wanted = { election: string | undefined; source: string | undefined };
export type Found = { election: string; source: string; versions: number };

type Stations = { nodes: Omit<PollingStation, 'kind'>[]; pageInfo: { hasNextPage: boolean; endCursor: string | null } };
type Place<Inner = unknown> = Omit<District, 'kind'> & Inner;
type Ward = Place<{ pollingStations: Stations }>;
type Constituency = Place<{ wards: Ward[] }>;
type County = Place<{ constituencies: Constituency[] }>;

const PLACE = 'code name number registeredVoters center { latitude longitude }';
const STATIONS = 'nodes { code name location { latitude longitude } } pageInfo { hasNextPage endCursor }';
/** In one operation: it costs a stranger a seventh of what a ward at a time would. */
const PLACES = `{ counties { ${PLACE} constituencies { ${PLACE} wards { ${PLACE} pollingStations(first: 100) { ${STATIONS} } } } } }`;
const MORE = `query ($ward: ID!, $after: String) { ward(code: $ward) { pollingStations(first: 100, after: $after) { ${STATIONS} } } }`;

const TOLD_EVERY = 10_000;

/**
 * The lines of an archive: all places, then each version of the record with its instant. Returns what is in it. Throws an
 * ExportError, also where nothing was recorded.
 */
export async function* archiveLines(
  gateway: Gateway,
  wanted: Wanted,
  progress: (line: string) => void,
): AsyncGenerator<string, Found> {
  progress(`Reading the places of ${gateway.url}`);
  yield* placesLines(gateway);
  progress('Reading the record');
  let found: Found | undefined;
  for await (const { index, line } of historyLines(gateway, wanted.election)) {
    const { contest, asOf, figures } = factsIn(gateway, index, line);
    if (wanted.source !== undefined && contest.source !== wanted.source) continue;
    found ??= { election: contest.election, source: contest.source, versions: 0 };
    requireSame('election', found, contest);
    requireSame('source', found, contest);
    found.versions++;
    if (found.versions % TOLD_EVERY === 0) progress(`${found.versions} versions`);
    const path = `/results/${contest.level}/${contest.unitCode}/`;
    yield written(path, { post: String(POSTS[contest.post]) }, encodeResult(figures), asOf);
  }
  if (!found) throw new ExportError(`${gateway.url}: nothing of that is recorded.`);
  return found;
}

async function* placesLines(gateway: Gateway): AsyncGenerator<string> {
  const { counties } = await ask<{ counties: County[] }>(gateway, PLACES);
  yield districts('county', {}, counties);
  for (const county of counties) {
    yield districts('constituency', { county: county.code }, county.constituencies);
    for (const constituency of county.constituencies) {
      yield districts('ward', { constituency: constituency.code }, constituency.wards);
      for (const ward of constituency.wards) {
        yield written('/pollingstation/', { ward: ward.code }, encodeStations(await allStations(gateway, ward)));
      }
    }
  }
}

const KINDS = { county: 'County', constituency: 'Constituency', ward: 'Ward' } as const;

function districts(level: DistrictLevel, query: Record<string, string>, places: readonly Place[]): string {
  const [first, ...others] = places.map((place) => ({ ...place, kind: KINDS[level] }));
  // The gateway that plays it would take such a list for a source in trouble.
  if (!first) throw new ExportError(`The gateway knows a place without a ${level} in it.`);
  return written(`/${level}/`, query, encodeDistricts([first, ...others]));
}

async function allStations(gateway: Gateway, { code, pollingStations }: Ward): Promise<PollingStation[]> {
  const all = [...pollingStations.nodes];
  for (let { hasNextPage, endCursor } = pollingStations.pageInfo; hasNextPage; ) {
    const { ward } = await ask<{ ward: Pick<Ward, 'pollingStations'> }>(gateway, MORE, {
      ward: code,
      after: endCursor,
    });
    all.push(...ward.pollingStations.nodes);
    ({ hasNextPage, endCursor } = ward.pollingStations.pageInfo);
  }
  return all.map((station) => ({ ...station, kind: 'PollingStation' }));
}

/** Members in the order in which the archive's reader takes a body's own bytes. */
function written(path: string, query: Record<string, string>, body: object, at?: number): string {
  return `${JSON.stringify({ ...(at !== undefined && { at: new Date(at).toISOString() }), path, query, body })}\n`;
}

function factsIn({ url }: Gateway, index: number, line: string): LeafFacts {
  try {
    const facts = factsOf(JSON.stringify((JSON.parse(line) as { leaf: unknown }).leaf));
    const { level, post, unitCode } = facts.contest;
    if (isCode(unitCode) && isCountedAt(level, post) && !Number.isNaN(facts.asOf)) return facts;
  } catch {}
  throw new ExportError(`${url}: version ${index} of the log is not to be read.`);
}

/** An archive is of one election, as one source counts it. */
function requireSame(name: 'election' | 'source', found: Found, contest: LeafFacts['contest']): void {
  if (contest[name] === found[name]) return;
  const both = `${found[name]} and ${contest[name]}`;
  throw new ExportError(`The record is of more than one ${name}, ${both}: name the one that is wanted with --${name}.`);
}
