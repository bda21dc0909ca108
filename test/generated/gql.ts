/* eslint-disable */
import * as types from './graphql.ts';
import type { TypedDocumentNode as DocumentNode } from '@graphql-typed-document-node/core';

/**
 * Map of all GraphQL operations in the project.
 *
 * This map has several performance disadvantages:
 * 1. It is not tree-shakeable, so it will include all operations in the project.
 * 2. It is not minifiable, so the string of a GraphQL query will be multiple times inside the bundle.
 * 3. It does not support dead code elimination, so it will add unused operations.
 *
 * Therefore it is highly recommended to use the babel or swc plugin for production.
 * Learn more about it here: https://the-guild.dev/graphql/codegen/plugins/presets/preset-client#reducing-bundle-size
 */
type Documents = {
    "fragment FinderCentre on PollingCentre {\n  id\n  name\n  location {\n    latitude\n    longitude\n  }\n  streams {\n    code\n    stream\n  }\n  ward {\n    id\n    name\n  }\n  constituency {\n    id\n    name\n  }\n  county {\n    id\n    name\n  }\n}": typeof types.FinderCentreFragmentDoc,
    "query FinderCentresOfWard($code: ID!, $after: String) {\n  ward(code: $code) {\n    name\n    pollingCentres(first: 50, after: $after) {\n      totalCount\n      nodes {\n        ...FinderCentre\n      }\n      pageInfo {\n        endCursor\n        hasNextPage\n      }\n    }\n  }\n}": typeof types.FinderCentresOfWardDocument,
    "query FinderNearMe($near: CoordinatesInput!) {\n  nearbyPollingCentres(near: $near, withinMeters: 20000, first: 20) {\n    distanceMeters\n    centre {\n      ...FinderCentre\n    }\n  }\n}": typeof types.FinderNearMeDocument,
    "query FinderPollingCentre($id: ID!) {\n  node(id: $id) {\n    __typename\n    ... on PollingCentre {\n      ...FinderCentre\n      registeredVoters\n      ward {\n        registeredVoters\n        candidates(first: 50) {\n          nodes {\n            code\n            name\n            post\n            party {\n              abbreviation\n            }\n          }\n        }\n      }\n    }\n  }\n}": typeof types.FinderPollingCentreDocument,
    "query FinderSearch($text: String!, $within: ID) {\n  findPlaces(text: $text, within: $within, first: 8) {\n    __typename\n    id\n    name\n    ... on Constituency {\n      county {\n        name\n      }\n    }\n    ... on Ward {\n      constituency {\n        name\n      }\n      county {\n        name\n      }\n    }\n    ... on PollingCentre {\n      ward {\n        name\n      }\n      county {\n        name\n      }\n      location {\n        latitude\n        longitude\n      }\n    }\n  }\n}": typeof types.FinderSearchDocument,
    "query FinderWhereDoIVote($code: ID!) {\n  voter(code: $code) {\n    county\n    constituency\n    ward\n    contests\n    registeredCounty {\n      id\n      name\n    }\n    registeredConstituency {\n      id\n      name\n    }\n    registeredWard {\n      id\n      name\n    }\n    pollingStation {\n      name\n      point {\n        latitude\n        longitude\n      }\n      pointAsReported\n      accessibility\n      disability\n      station {\n        code\n        name\n        stream\n      }\n      centre {\n        ...FinderCentre\n      }\n    }\n  }\n}": typeof types.FinderWhereDoIVoteDocument,
    "query CountyResults($post: Post!, $election: ID) {\n  counties {\n    code\n    name\n    result(post: $post, election: $election) {\n      ...Count\n    }\n  }\n}\n\nfragment Count on ContestResult {\n  status\n  registeredVoters\n  stationsReported\n  turnout\n  ballots {\n    cast\n    valid\n    rejected\n  }\n  tallies {\n    votes\n    share\n    rank\n    candidate {\n      code\n      name\n      isIndependent\n      party {\n        abbreviation\n        color\n      }\n    }\n  }\n  quality {\n    code\n    message\n  }\n  asOf\n  stale\n}": typeof types.CountyResultsDocument,
    "query Places {\n  counties {\n    id\n    name\n    registeredVoters\n    constituencies {\n      id\n      name\n      wards {\n        id\n        name\n      }\n    }\n  }\n}": typeof types.PlacesDocument,
    "query StationsOfWard($code: ID!, $first: Int, $after: String) {\n  ward(code: $code) {\n    name\n    county {\n      name\n    }\n    pollingStations(first: $first, after: $after) {\n      totalCount\n      nodes {\n        code\n        name\n        stream\n        location {\n          latitude\n          longitude\n        }\n      }\n      pageInfo {\n        endCursor\n        hasNextPage\n      }\n    }\n  }\n}": typeof types.StationsOfWardDocument,
    "subscription WatchResult($unit: ID!, $post: Post!) {\n  contestResultUpdated(reportingUnit: $unit, post: $post) {\n    status\n    stationsReported\n    tallies {\n      votes\n      candidate {\n        name\n      }\n    }\n    asOf\n    stale\n  }\n}": typeof types.WatchResultDocument,
};
const documents: Documents = {
    "fragment FinderCentre on PollingCentre {\n  id\n  name\n  location {\n    latitude\n    longitude\n  }\n  streams {\n    code\n    stream\n  }\n  ward {\n    id\n    name\n  }\n  constituency {\n    id\n    name\n  }\n  county {\n    id\n    name\n  }\n}": types.FinderCentreFragmentDoc,
    "query FinderCentresOfWard($code: ID!, $after: String) {\n  ward(code: $code) {\n    name\n    pollingCentres(first: 50, after: $after) {\n      totalCount\n      nodes {\n        ...FinderCentre\n      }\n      pageInfo {\n        endCursor\n        hasNextPage\n      }\n    }\n  }\n}": types.FinderCentresOfWardDocument,
    "query FinderNearMe($near: CoordinatesInput!) {\n  nearbyPollingCentres(near: $near, withinMeters: 20000, first: 20) {\n    distanceMeters\n    centre {\n      ...FinderCentre\n    }\n  }\n}": types.FinderNearMeDocument,
    "query FinderPollingCentre($id: ID!) {\n  node(id: $id) {\n    __typename\n    ... on PollingCentre {\n      ...FinderCentre\n      registeredVoters\n      ward {\n        registeredVoters\n        candidates(first: 50) {\n          nodes {\n            code\n            name\n            post\n            party {\n              abbreviation\n            }\n          }\n        }\n      }\n    }\n  }\n}": types.FinderPollingCentreDocument,
    "query FinderSearch($text: String!, $within: ID) {\n  findPlaces(text: $text, within: $within, first: 8) {\n    __typename\n    id\n    name\n    ... on Constituency {\n      county {\n        name\n      }\n    }\n    ... on Ward {\n      constituency {\n        name\n      }\n      county {\n        name\n      }\n    }\n    ... on PollingCentre {\n      ward {\n        name\n      }\n      county {\n        name\n      }\n      location {\n        latitude\n        longitude\n      }\n    }\n  }\n}": types.FinderSearchDocument,
    "query FinderWhereDoIVote($code: ID!) {\n  voter(code: $code) {\n    county\n    constituency\n    ward\n    contests\n    registeredCounty {\n      id\n      name\n    }\n    registeredConstituency {\n      id\n      name\n    }\n    registeredWard {\n      id\n      name\n    }\n    pollingStation {\n      name\n      point {\n        latitude\n        longitude\n      }\n      pointAsReported\n      accessibility\n      disability\n      station {\n        code\n        name\n        stream\n      }\n      centre {\n        ...FinderCentre\n      }\n    }\n  }\n}": types.FinderWhereDoIVoteDocument,
    "query CountyResults($post: Post!, $election: ID) {\n  counties {\n    code\n    name\n    result(post: $post, election: $election) {\n      ...Count\n    }\n  }\n}\n\nfragment Count on ContestResult {\n  status\n  registeredVoters\n  stationsReported\n  turnout\n  ballots {\n    cast\n    valid\n    rejected\n  }\n  tallies {\n    votes\n    share\n    rank\n    candidate {\n      code\n      name\n      isIndependent\n      party {\n        abbreviation\n        color\n      }\n    }\n  }\n  quality {\n    code\n    message\n  }\n  asOf\n  stale\n}": types.CountyResultsDocument,
    "query Places {\n  counties {\n    id\n    name\n    registeredVoters\n    constituencies {\n      id\n      name\n      wards {\n        id\n        name\n      }\n    }\n  }\n}": types.PlacesDocument,
    "query StationsOfWard($code: ID!, $first: Int, $after: String) {\n  ward(code: $code) {\n    name\n    county {\n      name\n    }\n    pollingStations(first: $first, after: $after) {\n      totalCount\n      nodes {\n        code\n        name\n        stream\n        location {\n          latitude\n          longitude\n        }\n      }\n      pageInfo {\n        endCursor\n        hasNextPage\n      }\n    }\n  }\n}": types.StationsOfWardDocument,
    "subscription WatchResult($unit: ID!, $post: Post!) {\n  contestResultUpdated(reportingUnit: $unit, post: $post) {\n    status\n    stationsReported\n    tallies {\n      votes\n      candidate {\n        name\n      }\n    }\n    asOf\n    stale\n  }\n}": types.WatchResultDocument,
};

/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 *
 *
 * @example
 * ```ts
 * const query = graphql(`query GetUser($id: ID!) { user(id: $id) { name } }`);
 * ```
 *
 * The query argument is unknown!
 * Please regenerate the types.
 */
export function graphql(source: string): unknown;

/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "fragment FinderCentre on PollingCentre {\n  id\n  name\n  location {\n    latitude\n    longitude\n  }\n  streams {\n    code\n    stream\n  }\n  ward {\n    id\n    name\n  }\n  constituency {\n    id\n    name\n  }\n  county {\n    id\n    name\n  }\n}"): (typeof documents)["fragment FinderCentre on PollingCentre {\n  id\n  name\n  location {\n    latitude\n    longitude\n  }\n  streams {\n    code\n    stream\n  }\n  ward {\n    id\n    name\n  }\n  constituency {\n    id\n    name\n  }\n  county {\n    id\n    name\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query FinderCentresOfWard($code: ID!, $after: String) {\n  ward(code: $code) {\n    name\n    pollingCentres(first: 50, after: $after) {\n      totalCount\n      nodes {\n        ...FinderCentre\n      }\n      pageInfo {\n        endCursor\n        hasNextPage\n      }\n    }\n  }\n}"): (typeof documents)["query FinderCentresOfWard($code: ID!, $after: String) {\n  ward(code: $code) {\n    name\n    pollingCentres(first: 50, after: $after) {\n      totalCount\n      nodes {\n        ...FinderCentre\n      }\n      pageInfo {\n        endCursor\n        hasNextPage\n      }\n    }\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query FinderNearMe($near: CoordinatesInput!) {\n  nearbyPollingCentres(near: $near, withinMeters: 20000, first: 20) {\n    distanceMeters\n    centre {\n      ...FinderCentre\n    }\n  }\n}"): (typeof documents)["query FinderNearMe($near: CoordinatesInput!) {\n  nearbyPollingCentres(near: $near, withinMeters: 20000, first: 20) {\n    distanceMeters\n    centre {\n      ...FinderCentre\n    }\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query FinderPollingCentre($id: ID!) {\n  node(id: $id) {\n    __typename\n    ... on PollingCentre {\n      ...FinderCentre\n      registeredVoters\n      ward {\n        registeredVoters\n        candidates(first: 50) {\n          nodes {\n            code\n            name\n            post\n            party {\n              abbreviation\n            }\n          }\n        }\n      }\n    }\n  }\n}"): (typeof documents)["query FinderPollingCentre($id: ID!) {\n  node(id: $id) {\n    __typename\n    ... on PollingCentre {\n      ...FinderCentre\n      registeredVoters\n      ward {\n        registeredVoters\n        candidates(first: 50) {\n          nodes {\n            code\n            name\n            post\n            party {\n              abbreviation\n            }\n          }\n        }\n      }\n    }\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query FinderSearch($text: String!, $within: ID) {\n  findPlaces(text: $text, within: $within, first: 8) {\n    __typename\n    id\n    name\n    ... on Constituency {\n      county {\n        name\n      }\n    }\n    ... on Ward {\n      constituency {\n        name\n      }\n      county {\n        name\n      }\n    }\n    ... on PollingCentre {\n      ward {\n        name\n      }\n      county {\n        name\n      }\n      location {\n        latitude\n        longitude\n      }\n    }\n  }\n}"): (typeof documents)["query FinderSearch($text: String!, $within: ID) {\n  findPlaces(text: $text, within: $within, first: 8) {\n    __typename\n    id\n    name\n    ... on Constituency {\n      county {\n        name\n      }\n    }\n    ... on Ward {\n      constituency {\n        name\n      }\n      county {\n        name\n      }\n    }\n    ... on PollingCentre {\n      ward {\n        name\n      }\n      county {\n        name\n      }\n      location {\n        latitude\n        longitude\n      }\n    }\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query FinderWhereDoIVote($code: ID!) {\n  voter(code: $code) {\n    county\n    constituency\n    ward\n    contests\n    registeredCounty {\n      id\n      name\n    }\n    registeredConstituency {\n      id\n      name\n    }\n    registeredWard {\n      id\n      name\n    }\n    pollingStation {\n      name\n      point {\n        latitude\n        longitude\n      }\n      pointAsReported\n      accessibility\n      disability\n      station {\n        code\n        name\n        stream\n      }\n      centre {\n        ...FinderCentre\n      }\n    }\n  }\n}"): (typeof documents)["query FinderWhereDoIVote($code: ID!) {\n  voter(code: $code) {\n    county\n    constituency\n    ward\n    contests\n    registeredCounty {\n      id\n      name\n    }\n    registeredConstituency {\n      id\n      name\n    }\n    registeredWard {\n      id\n      name\n    }\n    pollingStation {\n      name\n      point {\n        latitude\n        longitude\n      }\n      pointAsReported\n      accessibility\n      disability\n      station {\n        code\n        name\n        stream\n      }\n      centre {\n        ...FinderCentre\n      }\n    }\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query CountyResults($post: Post!, $election: ID) {\n  counties {\n    code\n    name\n    result(post: $post, election: $election) {\n      ...Count\n    }\n  }\n}\n\nfragment Count on ContestResult {\n  status\n  registeredVoters\n  stationsReported\n  turnout\n  ballots {\n    cast\n    valid\n    rejected\n  }\n  tallies {\n    votes\n    share\n    rank\n    candidate {\n      code\n      name\n      isIndependent\n      party {\n        abbreviation\n        color\n      }\n    }\n  }\n  quality {\n    code\n    message\n  }\n  asOf\n  stale\n}"): (typeof documents)["query CountyResults($post: Post!, $election: ID) {\n  counties {\n    code\n    name\n    result(post: $post, election: $election) {\n      ...Count\n    }\n  }\n}\n\nfragment Count on ContestResult {\n  status\n  registeredVoters\n  stationsReported\n  turnout\n  ballots {\n    cast\n    valid\n    rejected\n  }\n  tallies {\n    votes\n    share\n    rank\n    candidate {\n      code\n      name\n      isIndependent\n      party {\n        abbreviation\n        color\n      }\n    }\n  }\n  quality {\n    code\n    message\n  }\n  asOf\n  stale\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query Places {\n  counties {\n    id\n    name\n    registeredVoters\n    constituencies {\n      id\n      name\n      wards {\n        id\n        name\n      }\n    }\n  }\n}"): (typeof documents)["query Places {\n  counties {\n    id\n    name\n    registeredVoters\n    constituencies {\n      id\n      name\n      wards {\n        id\n        name\n      }\n    }\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query StationsOfWard($code: ID!, $first: Int, $after: String) {\n  ward(code: $code) {\n    name\n    county {\n      name\n    }\n    pollingStations(first: $first, after: $after) {\n      totalCount\n      nodes {\n        code\n        name\n        stream\n        location {\n          latitude\n          longitude\n        }\n      }\n      pageInfo {\n        endCursor\n        hasNextPage\n      }\n    }\n  }\n}"): (typeof documents)["query StationsOfWard($code: ID!, $first: Int, $after: String) {\n  ward(code: $code) {\n    name\n    county {\n      name\n    }\n    pollingStations(first: $first, after: $after) {\n      totalCount\n      nodes {\n        code\n        name\n        stream\n        location {\n          latitude\n          longitude\n        }\n      }\n      pageInfo {\n        endCursor\n        hasNextPage\n      }\n    }\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "subscription WatchResult($unit: ID!, $post: Post!) {\n  contestResultUpdated(reportingUnit: $unit, post: $post) {\n    status\n    stationsReported\n    tallies {\n      votes\n      candidate {\n        name\n      }\n    }\n    asOf\n    stale\n  }\n}"): (typeof documents)["subscription WatchResult($unit: ID!, $post: Post!) {\n  contestResultUpdated(reportingUnit: $unit, post: $post) {\n    status\n    stationsReported\n    tallies {\n      votes\n      candidate {\n        name\n      }\n    }\n    asOf\n    stale\n  }\n}"];

export function graphql(source: string) {
  return (documents as any)[source] ?? {};
}

export type DocumentType<TDocumentNode extends DocumentNode<any, any>> = TDocumentNode extends DocumentNode<  infer TType,  any>  ? TType  : never;