import { type DocumentNode, print } from 'graphql';
import { expect, it } from 'vitest';
import { serve } from '../e2e/serve.ts';
import {
  MapChangesDocument,
  type MapChangesSubscription,
  MapCountiesDocument,
  type MapCountiesQuery,
  MapCountyDocument,
  type MapCountyQuery,
} from '../generated/graphql.ts';
import { type Gateway, manualClock, startGateway } from '../support/gateway.ts';
import { streamAt } from '../support/results-stream.ts';

const COUNTIES = 47;
const MINUTE = 60_000;
const NAIROBI = '2F34010D-1592-6F3F-CBFF-91C2123E062C';
// A new count is waited for, however busy the machine is: no copy stands in.
const env = { STALE_AFTER_MS: '30000' };

type Count = NonNullable<MapCountiesQuery['country']['result']>;

/** What a page shows, and what was asked of the source for it: the part of each path that says what it is about. */
async function page<T>({ query, upstream }: Gateway, document: unknown, variables = {}): Promise<[T, string[]]> {
  const before = upstream().length;
  const { data, errors } = await query(print(document as DocumentNode), variables);
  expect(errors).toBeUndefined();
  const paths = upstream().slice(before);
  return [
    data,
    paths.map((path) =>
      path
        .split('/')
        .slice(1, path.startsWith('/results/') ? 3 : 2)
        .join('/'),
    ),
  ];
}

const counted = (kinds: string[]) =>
  Object.fromEntries(Object.entries(Object.groupBy(kinds, (kind) => kind)).map(([kind, all]) => [kind, all!.length]));

/** Started long ago: the index of places is there. */
async function startMap() {
  const clock = manualClock();
  const gateway = await startGateway({ clock, sandbox: { now: clock.now }, env });
  await gateway.query('{ findPlaces(text: "nairobi") { id } }');
  return { gateway, clock };
}

const votesByCandidate = (counts: (Count | null)[]) => {
  const votes: Record<string, number> = {};
  for (const { candidate, votes: more } of counts.flatMap((count) => count!.tallies))
    votes[candidate.code] = (votes[candidate.code] ?? 0) + more;
  return votes;
};

it('shows the country and all counties in one round trip, a request a count', async () => {
  const { gateway, clock } = await startMap();
  const [{ country }, asked] = await page<MapCountiesQuery>(gateway, MapCountiesDocument);
  expect(counted(asked)).toEqual({ 'results/country': 1, 'results/county': COUNTIES });
  const counties = country.counties!;
  expect(counties).toHaveLength(COUNTIES);
  for (const { center, result } of counties) {
    expect(center).not.toBeNull();
    const { leader, tallies, margin, stationsReported, stationsTotal } = result!;
    expect(leader).toEqual(tallies[0]);
    expect(margin).toBe(tallies[0]!.votes - tallies[1]!.votes);
    expect(stationsReported).toBeLessThanOrEqual(stationsTotal!);
    expect(result).toMatchObject({ status: 'PARTIAL', stale: false });
  }
  const results = counties.map(({ result }) => result);
  // The sandbox has a few generous wards.
  const flagged = results.flatMap((result) => result!.quality.map(({ code }) => code));
  expect(new Set(flagged)).toEqual(new Set(['VALID_NOT_SUM_OF_VOTES']));
  expect(flagged.length).toBeLessThanOrEqual(3);
  expect(votesByCandidate([country.result])).toEqual(votesByCandidate(results));

  const [again, askedAgain] = await page<MapCountiesQuery>(gateway, MapCountiesDocument);
  expect([again.country, askedAgain]).toEqual([country, []]);
  // Places stay known, counts for fifteen seconds.
  clock.advance(MINUTE);
  const [later, askedLater] = await page<MapCountiesQuery>(gateway, MapCountiesDocument);
  expect(counted(askedLater)).toEqual(counted(asked));
  expect(later.country.result!.stationsReported).toBeGreaterThan(country.result!.stationsReported!);
});

it('shows it to whoever comes first, for one more request a place that has others in it', async () => {
  const gateway = await startGateway({ env });
  const [{ country }, asked] = await page<MapCountiesQuery>(gateway, MapCountiesDocument);
  // `status` does not wait for the number of stations, which comes with the same answer.
  for (const { result } of country.counties!)
    expect(result).toMatchObject({ status: 'UNKNOWN', stationsTotal: expect.any(Number) });
  expect(counted(asked)).toEqual({
    ...{ 'results/country': 1, 'results/county': COUNTIES },
    // What `stationsTotal` waits for.
    ...{ county: 1, constituency: COUNTIES, ward: 290, pollingstation: 1451 },
  });
});

it('shows the page of a county in one round trip: its own counts, its constituencies’, and who stands', async () => {
  const { gateway } = await startMap();
  await page(gateway, MapCountiesDocument);
  const [{ county }, asked] = await page<MapCountyQuery>(gateway, MapCountyDocument, { code: NAIROBI });
  const { constituencies, contests, candidates, ...shown } = county!;
  const places = constituencies!.length;
  expect(places).toBe(17);
  // The presidential count is that of the map.
  expect(counted(asked)).toEqual({
    ...{ county: 1, contest: 1, candidate: 1, 'results/county': 3, 'results/constituency': 2 * places },
  });
  expect(contests!.map(({ post }) => post)).toEqual(['GOVERNOR', 'SENATOR', 'WOMAN_REPRESENTATIVE']);
  expect(candidates!.nodes).toHaveLength(candidates!.totalCount);
  for (const [post, { tallies }] of Object.entries({
    GOVERNOR: shown.governor!,
    SENATOR: shown.senator!,
    WOMAN_REPRESENTATIVE: shown.womanRepresentative!,
  })) {
    const standing = candidates!.nodes.filter((candidate) => candidate.post === post).map(({ id }) => id);
    expect(tallies.map(({ candidate }) => candidate.id).toSorted()).toEqual(standing.toSorted());
  }
  const presidents = constituencies!.map(({ president }) => president);
  expect(votesByCandidate(presidents)).toEqual(votesByCandidate([shown.president]));
  for (const { memberOfNationalAssembly, wards } of constituencies!) {
    expect(memberOfNationalAssembly!.tallies.length).toBeGreaterThan(0);
    expect(wards!.length).toBeGreaterThan(0);
  }
  const [again, askedAgain] = await page<MapCountyQuery>(gateway, MapCountyDocument, { code: NAIROBI });
  expect([again.county, askedAgain]).toEqual([county, []]);
});

it('is kept alive by the subscription: each change goes where its id is, and the map is as if asked for anew', async () => {
  const clock = manualClock();
  const follows = { RECORD: 'PRESIDENT@county', RECORD_REQUESTS_PER_MINUTE: '1' };
  const gateway = await serve({ clock, sandbox: { now: clock.now }, env: { ...env, ...follows } });
  await gateway.query('{ findPlaces(text: "nairobi") { id } }');
  const countsOf = ({ country }: MapCountiesQuery) =>
    new Map(country.counties!.map(({ result }) => [result!.id, result!]));
  const [opened] = await page<MapCountiesQuery>(gateway, MapCountiesDocument);
  const shown = countsOf(opened);

  const query = print(MapChangesDocument as unknown as DocumentNode);
  const events = streamAt(gateway.url, { query, variables: {} });
  const take = async () => {
    const { value } = await events.next();
    const { result, version } = (value!.data as MapChangesSubscription).resultsUpdated;
    expect(shown.has(result.id)).toBe(true);
    shown.set(result.id, result);
    return version;
  };
  // First the map as it is: a version each.
  for (let n = 0; n < COUNTIES; n++) expect((await take()).version).toBe(1);
  expect(figuresOf(shown)).toEqual(figuresOf(countsOf(opened)));

  clock.advance(MINUTE);
  const before = gateway.upstream().length;
  const [moved] = await page<MapCountiesQuery>(gateway, MapCountiesDocument);
  const changed = [...countsOf(moved)].filter(
    ([id, { stationsReported }]) => shown.get(id)!.stationsReported !== stationsReported,
  );
  expect(changed.length).toBeGreaterThan(0);
  for (let n = 0; n < changed.length; n++) expect((await take()).version).toBe(2);
  expect(figuresOf(shown)).toEqual(figuresOf(countsOf(moved)));
  // The events are made of what the page's counts brought.
  expect(gateway.upstream()).toHaveLength(before + 1 + COUNTIES);
  await events.return();
});

const figuresOf = (counts: Map<string, Count>) =>
  [...counts.values()].map(({ asOf: _asOf, ...figures }) => figures).toSorted((a, b) => (a.id < b.id ? -1 : 1));
