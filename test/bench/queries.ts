// What the gateway and its peers are asked, as an explorer of results would: one result, all counties' counts, the tree
// of all districts, and every polling station of the country.

const RESULT = `result(post: PRESIDENT) {
      asOf stale status registeredVoters stationsReported stationsTotal turnout
      ballots { cast valid rejected spoilt disputed }
      tallies { votes share rank candidate { code name party { code name color } } }
    }`;

const TREE = `counties { code name registeredVoters
      constituencies { code name registeredVoters wards { code name registeredVoters } } }`;

export type Query = {
  name: string;
  text: string;
  /** The variable `code` of each request is another: of the same county, for codes are equal without case. */
  dynamic?: true;
};

/** `county` is the code of the one whose result Q1 is. */
export const queriesFor = (county: string) =>
  ({
    q1: { name: 'Q1, one result', text: `query Q1 { county(code: "${county}") { code name ${RESULT} } }` },
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

const variablesOf = (query: Query, county: string) => (query.dynamic ? { code: county } : undefined);

export const bodyOf = (query: Query, county: string): string =>
  JSON.stringify({ query: query.text, variables: variablesOf(query, county) });
