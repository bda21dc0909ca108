// What the gateway and its peers are asked, as an explorer of results would: one result, all counties' counts, the tree
// of all districts, and every polling station of the country.

const FIGURES = `{
      asOf status registeredVoters stationsReported stationsTotal turnout
      ballots { cast valid rejected spoilt disputed }
      tallies { votes share rank candidate { name party { name color } } }
    }`;
const resultOf = (post: string) => `result(post: ${post}) ${FIGURES}`;
const RESULT = resultOf('PRESIDENT');

/** Q1 of any post. */
export const resultQuery = (county: string, post: string) =>
  `query Q1 { county(code: "${county}") { code name ${resultOf(post)} } }`;

export const resultSubscription = (county: string) =>
  `subscription Watch { contestResultUpdated(reportingUnit: "${county}", post: PRESIDENT) ${FIGURES} }`;

/** The same figures from the record, each version of them. Of one county, so that a step of the source is one event. */
export const recordSubscription = (county: string) =>
  `subscription Follow { resultsUpdated(filter: { post: PRESIDENT, level: COUNTY, within: "${county}" }) { cursor result ${FIGURES} } }`;

const TREE = `counties { code name constituencies { code name wards { code name } } }`;

export type Query = {
  name: string;
  text: string;
  /** The variable `code` of each request is another: of the same county, for codes are equal without case. */
  dynamic?: true;
};

/** `county` is the code of the one whose result Q1 is. */
export const queriesFor = (county: string) =>
  ({
    q1: { name: 'Q1, one result', text: resultQuery(county, 'PRESIDENT') },
    q2: { name: "Q2, all counties' results", text: `query Q2 { counties { code name ${RESULT} } }` },
    q3: { name: 'Q3, all districts', text: `query Q3 { ${TREE} }` },
    q4: {
      name: 'Q4, all stations',
      text: `query Q4 { counties { constituencies { wards { pollingStations(first: 100) {
        nodes { code name location { latitude longitude } } } } } } }`,
    },
    dynamicQ1: {
      name: 'Q1, dynamic',
      text: `query Q1($code: ID!) { county(code: $code) { code name ${RESULT} } }`,
      dynamic: true,
    },
    dynamicQ3: {
      name: 'Q3, dynamic',
      text: `query Q3($code: ID!) { county(code: $code) { name } ${TREE} }`,
      dynamic: true,
    },
  }) satisfies Record<string, Query>;

/** For the choice of a county: of a result that has votes, under a code that can be written in many ways. */
export const COUNTIES = '{ counties { code result(post: PRESIDENT) { tallies { votes } } } }';

type Counted = { code: string; result: { tallies: unknown[] } | null };

export function chooseCounty({ counties }: { counties: Counted[] }): string {
  const letters = ({ code }: Counted) => code.replace(/[^a-z]/gi, '').length;
  const counted = counties.filter(({ result }) => result && result.tallies.length > 0);
  return counted.toSorted((a, b) => letters(b) - letters(a))[0]!.code;
}

const variablesOf = (query: Query, county: string) => (query.dynamic ? { code: county } : undefined);

export const bodyOf = (query: Query, county: string): string =>
  JSON.stringify({ query: query.text, variables: variablesOf(query, county) });
