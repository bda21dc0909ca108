import { describe, expect, it } from 'vitest';
import { CACHING_CLIENTS, type CachingClient } from './caching-clients.ts';
import { serve } from './serve.ts';

const MINUTE = 60_000;
const FIGURES = 'id stationsReported tallies { id votes share rank candidate { id name } }';

type Figures = { id: string; stationsReported: number; tallies: { id: string; votes: number }[] };

/** A gateway that follows a count which moves when the test says so. */
async function serveNight() {
  let now = Date.parse('2013-03-04T18:00:00Z');
  const gateway = await serve({
    sandbox: { now: () => now },
    env: { RECORD: 'PRESIDENT@county', RECORD_REQUESTS_PER_MINUTE: '60000', IEBC_POLL_MS: '100' },
  });
  const { data } = await gateway.query('{ counties { code name } }');
  const later = (ms: number) => {
    now += ms;
  };
  return { ...gateway, county: data.counties[0].code as string, later };
}

/** What is told one after the other, to be waited for. */
function told<T>() {
  let seen: T[] = [];
  let more = Promise.withResolvers<void>();
  return {
    tell(one: T) {
      seen = [...seen, one];
      more.resolve();
      more = Promise.withResolvers();
    },
    all: () => seen,
    /** The first, or the first after so many, that is as it should be. */
    async until(holds: (one: T) => boolean, after = 0): Promise<T> {
      for (;;) {
        const found = seen.slice(after).find(holds);
        if (found !== undefined) return found;
        await more.promise;
      }
    },
  };
}

function watched(client: CachingClient, county: string) {
  const shown = told<Figures>();
  client.watch(`query Shown { county(code: "${county}") { id name result(post: PRESIDENT) { ${FIGURES} } } }`, (data) =>
    shown.tell(data.county.result),
  );
  return shown;
}

const STREAMS = {
  resultsUpdated: (county: string) =>
    `subscription Map { resultsUpdated(filter: { post: PRESIDENT, level: COUNTY, within: "${county}" }) {
      cursor result { ${FIGURES} } } }`,
  contestResultUpdated: (county: string) =>
    `subscription Watch { contestResultUpdated(reportingUnit: "${county}", post: PRESIDENT) { ${FIGURES} } }`,
};

const WAYS = Object.entries(CACHING_CLIENTS).flatMap(([name, create]) =>
  Object.entries(STREAMS).map(([stream, subscription]) => ({ name, create, stream, subscription })),
);

it.each(WAYS)('$name shows what $stream says, without code for it', async ({ create, stream, subscription }) => {
  const gateway = await serveNight();
  const client = create(gateway);
  const shown = watched(client, gateway.county);
  const first = await shown.until(({ stationsReported }) => stationsReported > 0);

  const events = told<Figures>();
  client.subscribe(subscription(gateway.county), (data) => events.tell(data[stream].result ?? data[stream]));
  await events.until(({ id }) => id === first.id);
  let before = first.stationsReported;
  for (let change = 0; change < 2; change++) {
    gateway.later(5 * MINUTE);
    const event = await events.until(({ stationsReported }) => stationsReported > before);
    const now = await shown.until(({ stationsReported }) => stationsReported > before);
    expect(now).toEqual(event);
    expect(now.id).toBe(first.id);
    expect(now.tallies).not.toEqual(first.tallies);
    before = event.stationsReported;
  }
});

describe.each(Object.entries(CACHING_CLIENTS))('%s', (_name, create) => {
  it('keeps a past moment, a version and one party’s votes apart from the present count', async () => {
    const gateway = await serveNight();
    const { county } = gateway;
    const client = create(gateway);
    const shown = watched(client, county);
    const first = await shown.until(({ stationsReported }) => stationsReported > 0);
    const events = told<Figures>();
    client.subscribe(STREAMS.resultsUpdated(county), (data) => events.tell(data.resultsUpdated.result));
    await events.until(({ id }) => id === first.id);
    gateway.later(5 * MINUTE);
    const second = await shown.until(({ stationsReported }) => stationsReported > first.stationsReported);

    const versions = `query Versions { county(code: "${county}") { id result(post: PRESIDENT) {
      id history(first: 5) { nodes { id version asOf stationsReported tallies { id votes } } } } } }`;
    const { nodes } = (await client.read(versions)).county.result.history;
    expect(nodes.map(({ stationsReported }: Figures) => stationsReported)).toEqual([
      second.stationsReported,
      first.stationsReported,
    ]);

    const past = `query Past { county(code: "${county}") { id name result(post: PRESIDENT, at: "${nodes[1].asOf}") { ${FIGURES} } } }`;
    const then = (await client.read(past)).county.result as Figures;
    expect(then).toMatchObject({ stationsReported: first.stationsReported });
    expect(then.tallies.map(({ votes }) => votes)).toEqual(first.tallies.map(({ votes }) => votes));
    expect(then.id).not.toBe(first.id);

    const { data } = await gateway.query(
      `{ county(code: "${county}") { result(post: PRESIDENT) { leader { candidate { party { code } } } } } }`,
    );
    const { party } = data.county.result.leader.candidate;
    const alone = `query Party { results(filter: { district: "${county}", post: PRESIDENT, party: "${party.code}" }, first: 1) {
      nodes { ${FIGURES} } } }`;
    const [theirs] = (await client.read(alone)).results.nodes as Figures[];
    expect(theirs!.tallies.length).toBeLessThan(first.tallies.length);
    expect(theirs!.id).not.toBe(first.id);

    // None of that was news of the present count, and the next event of it is none of what was.
    expect(shown.all().at(-1)).toEqual(second);
    gateway.later(5 * MINUTE);
    const third = await shown.until(({ stationsReported }) => stationsReported > second.stationsReported);
    expect(third.tallies).toHaveLength(first.tallies.length);
    expect((await client.read(past)).county.result).toEqual(then);
  });
});
