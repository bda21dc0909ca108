import { data } from './data.mjs';

/** The part of the gateway's schema that is asked for, with the same types and arguments. */
export const typeDefs = /* GraphQL */ `
  type Query {
    counties: [County!]
    county(code: ID!): County
  }
  interface ReportingUnit {
    code: ID!
    name: String!
    registeredVoters: Int
    result(post: Post!, election: ID): ContestResult
  }
  type County implements ReportingUnit {
    code: ID!
    name: String!
    registeredVoters: Int
    constituencies: [Constituency!]
    result(post: Post!, election: ID): ContestResult
  }
  type Constituency implements ReportingUnit {
    code: ID!
    name: String!
    registeredVoters: Int
    wards: [Ward!]
    result(post: Post!, election: ID): ContestResult
  }
  type Ward implements ReportingUnit {
    code: ID!
    name: String!
    registeredVoters: Int
    pollingStations(first: Int = 20): PollingStationConnection
    result(post: Post!, election: ID): ContestResult
  }
  type PollingStationConnection {
    nodes: [PollingStation!]!
  }
  type PollingStation {
    code: ID!
    name: String!
    location: Coordinates
  }
  type Coordinates {
    latitude: Float!
    longitude: Float!
  }
  enum Post {
    PRESIDENT
    GOVERNOR
    SENATOR
    MEMBER_OF_NATIONAL_ASSEMBLY
    WOMAN_REPRESENTATIVE
    MEMBER_OF_COUNTY_ASSEMBLY
  }
  enum ResultStatus {
    COMPLETE
    NOT_COUNTED_HERE
    NOT_REPORTED
    PARTIAL
    UNKNOWN
  }
  scalar DateTime
  type ContestResult {
    asOf: DateTime!
    stale: Boolean!
    status: ResultStatus!
    registeredVoters: Int
    stationsReported: Int
    stationsTotal: Int
    turnout: Float
    ballots: BallotCounts
    tallies: [Tally!]!
  }
  type BallotCounts {
    cast: Int
    valid: Int
    rejected: Int
    spoilt: Int
    disputed: Int
  }
  type Tally {
    votes: Int!
    share: Float
    rank: Int
    candidate: Candidate!
  }
  type Candidate {
    code: ID!
    name: String!
    party: Party
  }
  type Party {
    code: ID!
    name: String!
    color: String
  }
`;

const counties = data.counties;
const countiesByCode = new Map(counties.map((county) => [county.code.toUpperCase(), county]));
const result = (unit, { post }) => unit.results?.[post] ?? null;

/** Over objects in memory; what is a plain property needs no resolver. */
export const resolvers = {
  Query: {
    counties: () => counties,
    county: (_root, { code }) => countiesByCode.get(code.toUpperCase()) ?? null,
  },
  County: { result },
  Constituency: { result },
  Ward: { result, pollingStations: ({ stations }, { first }) => ({ nodes: stations.slice(0, first) }) },
};
