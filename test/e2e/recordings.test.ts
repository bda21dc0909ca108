import { beforeAll, expect, it } from 'vitest';
import { type App, createApp } from '../../src/app.ts';
import { readConfig } from '../../src/config.ts';
import { createLog } from '../../src/infra/log.ts';
import { directory } from '../support/checks.ts';
import { type Answer, post } from '../support/gateway.ts';
import { ARCHIVE, describeRecordings, type Recording, readRecordings } from '../support/recordings.ts';

const POSTS = [
  'PRESIDENT',
  'GOVERNOR',
  'SENATOR',
  'MEMBER_OF_NATIONAL_ASSEMBLY',
  'WOMAN_REPRESENTATIVE',
  'MEMBER_OF_COUNTY_ASSEMBLY',
];

const RESULT = `
  fragment Figures on ContestResult {
    status registeredVoters turnoutAsReported stationsReported
    contest { code name }
    ballots { cast valid rejected spoilt disputed }
    tallies { votes candidate { code name party { code name } } }
    quality { code observed }
  }`;

const TREE = (field: string) =>
  `{ counties { code ${field} constituencies { code ${field} wards { code ${field} } } } }`;

// biome-ignore lint/suspicious/noExplicitAny: shape as queried above
type Unit = any;

describeRecordings('every recorded answer of 2013, through GraphQL', () => {
  let app: App;
  let recordings: Recording[];
  /** By upper-case code and post number, read a second time, when all figures are known. */
  const answered = new Map<string, Unit>();

  beforeAll(async () => {
    recordings = readRecordings();
    app = await createApp(
      readConfig({
        IEBC_ARCHIVE: ARCHIVE,
        IEBC_ELECTION: 'GEK2013',
        STRANGER_COST_PER_MINUTE: '1000000000',
        DATA_DIR: directory(),
      }),
      {
        log: createLog('silent'),
      },
    );
    // The checks against stations and sums do not wait for the index of places, so it has to be there.
    await post(app, '{ searchPlaces(text: "nairobi", first: 1) { name } }');
    for (const [index, name] of POSTS.entries()) {
      const query = `${TREE(`result(post: ${name}) { ...Figures }`)} ${RESULT}`;
      await post(app, query);
      const { data } = await post(app, query);
      for (const unit of unitsOf(data)) answered.set(`${unit.code.toUpperCase()}/${index + 1}`, unit.result);
    }
    return () => app.close();
  }, 120_000);

  const results = () => recordings.filter(({ path }) => path.startsWith('/results/'));
  const answerTo = ({ path, query }: Recording) => answered.get(`${path.split('/')[3]!.toUpperCase()}/${query.post}`);
  const figuresOf = ({ body }: Recording) => body.contests[0].locations?.[0];

  it('lists every place', async () => {
    const { data, errors } = await post(
      app,
      '{ counties { name constituencies { name wards { name pollingStations(first: 100) { totalCount nodes { code name } } } } } }',
    );
    expect(errors).toBeUndefined();
    const constituencies = data.counties.flatMap((county: Unit) => county.constituencies);
    const wards = constituencies.flatMap((constituency: Unit) => constituency.wards);
    const stations = wards.flatMap((ward: Unit) => ward.pollingStations.nodes);
    expect([data.counties.length, constituencies.length, wards.length, stations.length]).toEqual([
      48, 291, 1454, 31958,
    ]);
    const recorded = recordings.flatMap(({ body }) => body.polling_stations ?? []);
    const names = new Map(stations.map(({ code, name }: Unit) => [code, name]));
    expect(recorded.filter(({ code, name }) => names.get(code) !== name)).toEqual([]);
  });

  it('has the same polling centres whichever way they are asked for', async () => {
    const CENTRE = 'id name location { latitude } streams { code }';
    const { data, errors } = await post(
      app,
      `{ counties { constituencies { wards { code pollingCentres(first: 100) { totalCount nodes { ${CENTRE} } } } } } }`,
    );
    expect(errors).toBeUndefined();
    const wards: Unit[] = data.counties.flatMap((county: Unit) =>
      county.constituencies.flatMap((one: Unit) => one.wards),
    );
    const listed = new Map<string, Unit>(
      wards.flatMap((ward) => ward.pollingCentres.nodes).map((centre: Unit) => [centre.id, centre]),
    );
    expect(wards.every(({ pollingCentres }) => pollingCentres.totalCount === pollingCentres.nodes.length)).toBe(true);
    const streams = [...listed.values()].flatMap((centre) => centre.streams.map(({ code }: Unit) => code));
    expect([listed.size, streams.length, new Set(streams).size]).toEqual([24_551, 31_958, 31_958]);

    // From each stream, and of each district.
    const ofStreams = await post(
      app,
      `{ counties { constituencies { wards { pollingStations(first: 100) { nodes { code centre { id } } } } } } }`,
    );
    expect(ofStreams.errors).toBeUndefined();
    const strays = ofStreams.data.counties
      .flatMap((county: Unit) => county.constituencies.flatMap((one: Unit) => one.wards))
      .flatMap((ward: Unit) => ward.pollingStations.nodes)
      .filter(({ code, centre }: Unit) => !listed.get(centre.id).streams.some((stream: Unit) => stream.code === code));
    expect(strays).toEqual([]);
    const totals = await post(app, '{ counties { pollingCentres(first: 1) { totalCount } } }');
    const sum = totals.data.counties.reduce((all: number, county: Unit) => all + county.pollingCentres.totalCount, 0);
    expect(sum).toBe(24_551);

    // By id, as the client that asks again; and by name, in its ward: names repeat, and the best hundred hold them all.
    const ids = [...listed.keys()];
    for (let from = 0; from < ids.length; from += 100) {
      const { data: found } = await post(
        app,
        `query ($ids: [ID!]!) { nodes(ids: $ids) { ... on PollingCentre { ${CENTRE} } } }`,
        {
          ids: ids.slice(from, from + 100),
        },
      );
      expect(found.nodes).toEqual(ids.slice(from, from + 100).map((id) => listed.get(id)));
    }
    for (const { code, pollingCentres } of wards.filter((_, i) => i % 97 === 0)) {
      for (const centre of pollingCentres.nodes) {
        const { data: found } = await post(
          app,
          `query ($text: String!, $within: ID) {
            findPlaces(text: $text, kinds: [POLLING_CENTRE], within: $within, first: 100) { ... on PollingCentre { ${CENTRE} } } }`,
          { text: centre.name, within: code },
        );
        expect(found.findPlaces).toContainEqual(centre);
      }
    }
    // The recordings have no points: nobody is near anything.
    const { data: near } = await post(
      app,
      '{ nearbyPollingCentres(near: { latitude: -1.28, longitude: 36.82 }) { centre { id } } }',
    );
    expect(near.nearbyPollingCentres).toEqual([]);
  }, 60_000);

  it('gives back every figure, vote and name exactly', () => {
    let withFigures = 0;
    let silent = 0;
    for (const recording of results()) {
      const answer = answerTo(recording);
      const location = figuresOf(recording);
      if (!location) {
        silent++;
        expect(answer).toMatchObject({
          ballots: null,
          tallies: [],
          status: expect.stringMatching(/^NOT_(REPORTED|COUNTED_HERE)$/),
        });
        continue;
      }
      withFigures++;
      const { contests } = recording.body;
      expect({
        contest: answer.contest,
        registered: String(answer.registeredVoters),
        turnout: answer.turnoutAsReported,
        reported: answer.stationsReported,
        ballots: answer.ballots,
      }).toEqual({
        contest: { code: contests[0].contest_id, name: contests[0].contest },
        registered: location.registered,
        turnout: location.turnout,
        reported: location.reported,
        ballots: {
          cast: location.valid + location.rejected,
          valid: location.valid,
          rejected: location.rejected,
          spoilt: location.spoilt,
          disputed: location.disputed,
        },
      });
      const recorded = location.results.map((entry: Unit) => ({
        votes: entry.votes,
        candidate: {
          code: entry.code,
          name: entry.name,
          party: entry.party.code ? { code: entry.party.code, name: entry.party.name } : null,
        },
      }));
      expect(answer.tallies).toEqual(recorded.toSorted((a: Unit, b: Unit) => b.votes - a.votes));
    }
    expect({ withFigures, silent }).toEqual({ withFigures: 3932, silent: 332 });
  });

  it('flags the 96 results whose valid votes are not the sum of votes, and no other', () => {
    const wrong = (recording: Recording) => {
      const location = figuresOf(recording);
      return location && location.valid !== location.results.reduce((sum: number, { votes }: Unit) => sum + votes, 0);
    };
    const flagged = (recording: Recording) =>
      answerTo(recording).quality.some(({ code }: Unit) => code === 'VALID_NOT_SUM_OF_VOTES');
    expect(results().filter(flagged)).toHaveLength(96);
    expect(results().filter((recording) => Boolean(wrong(recording)) !== flagged(recording))).toEqual([]);
  });

  it('flags the factor 8 of the presidential figures, and no result of another post', () => {
    const factorOf = (recording: Recording) =>
      answerTo(recording).quality.find(({ code }: Unit) => code === 'COMMON_FACTOR')?.observed;
    for (const recording of results()) {
      const { rejected = 0, spoilt = 0, disputed = 0 } = figuresOf(recording) ?? {};
      const expected = recording.query.post === '1' && rejected + spoilt + disputed > 0 ? 8 : undefined;
      expect(factorOf(recording)).toBe(expected);
    }
  });

  it.each([
    ['COUNTY', 48, 10],
    ['CONSTITUENCY', 291, 66],
    ['WARD', 1_454, 498],
  ])(
    'adds up what was recorded of the president by %s, and counts the places that were not',
    async (level, places, missing) => {
      const { data, errors } = await post(
        app,
        `{ results(filter: { post: PRESIDENT, level: ${level} }, first: 1) { totalCount totals {
        places placesWithoutFigures placesUnavailable stationsReported stationsTotal
        ballots { valid rejected spoilt disputed } byCandidate { votes leads candidate { code } } } } }`,
      );
      expect(errors).toBeUndefined();
      const { byCandidate, ...totals } = data.results.totals;
      const locations = results()
        .filter(({ path, query }) => path.startsWith(`/results/${level.toLowerCase()}/`) && query.post === '1')
        .map(figuresOf);
      const sum = (name: string) => locations.reduce((all, location) => all + location[name], 0);
      expect(totals).toEqual({
        ...{ places, placesWithoutFigures: 0, placesUnavailable: missing },
        ...{ stationsReported: sum('reported'), stationsTotal: 31_958 },
        ballots: {
          ...{ valid: sum('valid'), rejected: sum('rejected'), spoilt: sum('spoilt'), disputed: sum('disputed') },
        },
      });
      expect(locations).toHaveLength(places - missing);
      const expected = new Map<string, { votes: number; leads: number }>();
      for (const { results: entries } of locations) {
        const most = Math.max(...entries.map((entry: Unit) => entry.votes));
        const first = entries.filter((entry: Unit) => entry.votes === most && most > 0);
        for (const entry of entries) {
          const { votes, leads } = expected.get(entry.code) ?? { votes: 0, leads: 0 };
          const led = first.length === 1 && first[0] === entry;
          expected.set(entry.code, { votes: votes + entry.votes, leads: leads + Number(led) });
        }
      }
      const shown = byCandidate.map(({ candidate, votes, leads }: Unit) => [candidate.code, { votes, leads }]);
      expect(new Map(shown)).toEqual(expected);
      expect(shown).toHaveLength(8);
    },
  );

  it('has the sums of 2013, in which the levels do not agree: each was recorded in part', async () => {
    const totals = async (level: string) => {
      const filter = `filter: { post: PRESIDENT, level: ${level} }`;
      const { data } = await post(app, `{ results(${filter}, first: 1) { totals { byCandidate { votes } } } }`);
      return data.results.totals.byCandidate.slice(0, 2).map(({ votes }: Unit) => votes);
    };
    expect(await totals('COUNTY')).toEqual([2_530_988, 1_755_954]);
    expect(await totals('CONSTITUENCY')).toEqual([2_296_249, 1_710_989]);
    expect(await totals('WARD')).toEqual([2_055_505, 1_620_287]);
    // That of the whole country was not recorded: nothing is made up in its place.
    const { data, errors } = await post(app, '{ country { result(post: PRESIDENT) { status } } }');
    expect([data.country, errors]).toMatchObject([{ result: null }, [{ extensions: { code: 'SOURCE_REFUSED' } }]]);
  });

  it('says nothing against sums and stations where nothing is wrong', () => {
    const codes = new Set(results().flatMap((recording) => answerTo(recording).quality.map(({ code }: Unit) => code)));
    expect([...codes].sort()).toEqual(['COMMON_FACTOR', 'VALID_NOT_SUM_OF_VOTES']);
  });
});

function unitsOf(data: Answer['data']): Unit[] {
  return data.counties.flatMap((county: Unit) => [
    county,
    ...county.constituencies.flatMap((constituency: Unit) => [constituency, ...constituency.wards]),
  ]);
}
