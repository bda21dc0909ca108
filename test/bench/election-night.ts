import { type Connection, connect } from './connection.ts';
import { post, UNLIMITED } from './contenders.ts';
import { placesIndexed, startGatewayProcess } from './gateway-process.ts';
import { resultQuery } from './queries.ts';
import { requestsOf, startSource } from './source.ts';
import { progress, type Verdict } from './verdicts.ts';

// Every result changes at the source every five seconds, and 64 clients ask a mix of 50 as fast as they can. Each answer
// tells in its figures when the source gave it out: none may be older than a result's lifetime.

const CLIENTS = 64;
const RESULTS = 50;
const STEP_MS = 5_000;
/** As src/sources/iebc/reader.ts has it: fresh for 15 s, and shown for 5 s more while it is renewed. */
const FRESH_MS = 15_000;
const LIFETIME_MS = 20_000;
/** An answer's way to us, on a machine that is busy. */
const ON_THE_WAY_MS = 300;

export async function electionNight({ quick }: { quick: boolean }): Promise<Verdict[]> {
  const seconds = quick ? 25 : 60;
  const source = await startSource({ STEP_MS: String(STEP_MS) });
  const gateway = await startGatewayProcess(source, UNLIMITED);
  await placesIndexed(gateway);
  const bodies = await resultsThatCount(gateway.url);
  const connections = await Promise.all(Array.from({ length: CLIENTS }, () => connect(gateway.url)));
  progress('election night: warm Q1 by the same clients');
  const warmUp = () => rate(connections, bodies.slice(0, 1), quick ? 3 : 5, (_body, answer) => JSON.parse(answer));
  await warmUp();
  const before = await warmUp();

  const asked = (await requestsOf(source)).length;
  const first = new Map<string, number>();
  let oldest = 0;
  const check = (body: string, answer: string) => {
    const { ballots, tallies } = JSON.parse(answer).data.county.result as Result;
    const age = Date.now() - (source.startedAt + ballots.spoilt);
    oldest = Math.max(oldest, age);
    // What one answer says belongs together: votes of one step with the clock of another would be a figure that never was.
    const votes = tallies.reduce((sum, tally) => sum + tally.votes, 0) - Math.floor(ballots.spoilt / STEP_MS);
    const expected = first.get(body) ?? votes;
    first.set(body, expected);
    if (votes !== expected) throw new Error(`figures that do not fit: ${answer}`);
  };
  progress(`election night: ${seconds} s, ${CLIENTS} clients, ${bodies.length} results`);
  const night = await rate(connections, bodies, seconds, check);
  const requests = (await requestsOf(source)).slice(asked).filter(({ path }) => path.startsWith('/results/'));
  const after = await warmUp();
  for (const connection of connections) connection.close();
  await Promise.all([gateway.stop(), source.stop()]);
  progress('');

  const shortest = shortestPause(requests);
  console.log(
    `\nElection night: ${night.toFixed(0)} answers a second, the oldest ${(oldest / 1000).toFixed(1)} s old; ${requests.length} requests to the source for ${bodies.length} results in ${seconds} s, of one result ${(shortest / 1000).toFixed(1)} s apart at least; warm Q1 ${before.toFixed(0)} before and ${after.toFixed(0)} after`,
  );
  return [
    { what: 'election night: throughput to warm Q1', value: (2 * night) / (before + after), must: 0.7, aim: 0.7 },
    {
      what: 'election night: oldest answer',
      value: oldest / 1000,
      must: (LIFETIME_MS + ON_THE_WAY_MS) / 1000,
      aim: LIFETIME_MS / 1000,
      less: true,
      unit: ' s',
    },
    {
      what: 'election night: seconds between two requests for one result',
      value: shortest / 1000,
      must: (FRESH_MS - ON_THE_WAY_MS) / 1000,
      aim: FRESH_MS / 1000,
      unit: ' s',
    },
  ];
}

type Result = { ballots: { spoilt: number }; tallies: { votes: number }[] };

/** Request bodies for results of counties that have votes, in the order in which they are asked. */
async function resultsThatCount(url: string): Promise<string[]> {
  const bodies: string[] = [];
  for (const name of ['PRESIDENT', 'SENATOR', 'GOVERNOR']) {
    const query = `{ counties { code result(post: ${name}) { tallies { votes } } } }`;
    const { counties } = (await post(url, JSON.stringify({ query }))).data;
    for (const { code, result } of counties) {
      if (result?.tallies.length > 0) bodies.push(JSON.stringify({ query: resultQuery(code, name) }));
    }
  }
  return bodies.slice(0, RESULTS);
}

/** Answers a second, of all connections together. */
async function rate(
  connections: Connection[],
  bodies: string[],
  seconds: number,
  check: (body: string, answer: string) => void,
): Promise<number> {
  const end = performance.now() + seconds * 1_000;
  let answers = 0;
  await Promise.all(
    connections.map(async ({ post }, offset) => {
      for (let index = offset; performance.now() < end; index++) {
        const body = bodies[index % bodies.length]!;
        check(body, await post(body));
        answers++;
      }
    }),
  );
  return answers / seconds;
}

function shortestPause(requests: { path: string; query: string; at: number }[]): number {
  const last = new Map<string, number>();
  let shortest = Number.POSITIVE_INFINITY;
  for (const { path, query, at } of requests) {
    const key = `${path}?${query}`;
    shortest = Math.min(shortest, at - (last.get(key) ?? Number.NEGATIVE_INFINITY));
    last.set(key, at);
  }
  return shortest;
}
