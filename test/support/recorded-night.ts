import { type Ends, type Gateway, manualClock, startGateway } from './gateway.ts';

/** What the source says of one contest: figures as they stand in its answers, each candidate's votes by its code. */
export type Said = {
  stations: number | null;
  votes: Record<string, number>;
  rejected?: number;
  spoilt?: number;
  /** Default: all votes together. */
  valid?: number;
  /** The source's other figures about its stations. */
  reportingPs?: { ps_reporting: number; ps_location_total: number };
};

export type RecordedNight = Gateway & {
  clock: ReturnType<typeof manualClock>;
  /** Codes of counties, in the source's order. */
  counties: string[];
  /** From now on the source says this of the presidential count in this county; null: nothing is reported. */
  say(said: Said | null, county?: string): void;
  /** A minute later the source says this, and somebody reads it. Gives back when, in ms since the epoch. */
  see(said: Said | null, county?: string): Promise<number>;
  /** As long after the last reading that it is asked for anew. */
  read(county?: string): Promise<number>;
  /** These fields of the presidential count of a county; an error fails the test. */
  // biome-ignore lint/suspicious/noExplicitAny: shape as queried
  result(fields: string, county?: string, args?: string): Promise<any>;
};

const MINUTE = 60_000;

/** A gateway and a source whose clocks the test moves together, and whose figures it may say. */
export async function startRecordedNight(env: Record<string, string> = {}, ends?: Ends): Promise<RecordedNight> {
  const clock = manualClock();
  // A new count is waited for, however busy the machine is: no copy stands in.
  const gateway = await startGateway({
    ...{ clock, sandbox: { now: clock.now }, env: { STALE_AFTER_MS: '30000', ...env } },
    ...(ends && { ends }),
  });
  const { query, sandbox } = gateway;
  const counties = (await query('{ counties { code } }')).data.counties.map(({ code }: { code: string }) => code);
  const [first] = counties as [string];
  const bodies = new Map<string, string>();

  async function result(fields: string, county = first, args = '') {
    const text = `{ county(code: "${county}") { result(post: PRESIDENT${args && `, ${args}`}) { ${fields} } } }`;
    const { data, errors } = await query(text);
    if (errors) throw new Error(errors.map(({ message }) => message).join('; '));
    return data.county.result;
  }
  function say(said: Said | null, county = first) {
    bodies.set(county, bodyOf(county, said));
    sandbox.faults.clear();
    for (const [code, body] of bodies) {
      sandbox.faults.set({ kind: 'json-text', path: `/results/county/${code}/`, body });
    }
  }
  async function read(county = first) {
    clock.advance(MINUTE);
    await result('asOf', county);
    return clock.now();
  }
  return {
    ...{ ...gateway, clock, counties, say, read, result },
    see(said, county) {
      say(said, county);
      return read(county);
    },
  };
}

function bodyOf(county: string, said: Said | null): string {
  if (!said) return JSON.stringify({ status: 'SUCCESS', contests: [{}] });
  const { stations, votes, rejected = 0, spoilt = 0 } = said;
  const results = Object.entries(votes).map(([code, count]) => ({
    ...{ code, votes: count, picture: '' },
    name: `CANDIDATE ${code}`,
    party: { code: `P${code}`, name: `PARTY ${code}`, abr: code, symbol: '', color: '' },
  }));
  const location = {
    ...{
      location_type: 'county',
      location_id: county,
      location: 'ONE',
      registered: '100000',
      results,
      rejected,
      spoilt,
    },
    valid: said.valid ?? Object.values(votes).reduce((sum, count) => sum + count, 0),
    disputed: 0,
    turnout: 12.5,
    ...(stations !== null && { reported: stations }),
    ...(said.reportingPs && { reporting_ps: said.reportingPs }),
  };
  const contest = { contest_id: 'K', contest_type: '1', contest: 'KENYA', locations: [location] };
  return JSON.stringify({ status: 'SUCCESS', contests: [contest] });
}
