/* eslint-disable */
import * as types from './graphql.ts';



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
    "fragment Figures on ContestResult {\n  id\n  asOf\n  stale\n  status\n  statusMessage\n  stationsReported\n  registeredVoters\n  turnout\n  margin\n  ballots {\n    cast\n    valid\n    rejected\n  }\n  quality {\n    code\n    message\n  }\n  tallies {\n    votes\n    share\n    candidate {\n      code\n      name\n      party {\n        code\n        name\n        abbreviation\n        color\n      }\n    }\n  }\n  leader {\n    candidate {\n      code\n    }\n  }\n}": typeof types.FiguresFragmentDoc,
    "subscription Live($post: Post!, $after: String) {\n  resultsUpdated(filter: {post: $post, level: COUNTY}, after: $after) {\n    cursor\n    result {\n      reportingUnit {\n        code\n      }\n      ...Figures\n    }\n  }\n}": typeof types.LiveDocument,
    "query Overview($post: Post!) {\n  country {\n    code\n    name\n    result(post: $post) {\n      election {\n        code\n        name\n        isTest\n      }\n      ...Figures\n    }\n    counties {\n      code\n      name\n      result(post: $post) {\n        election {\n          code\n          name\n          isTest\n        }\n        ...Figures\n      }\n    }\n  }\n}": typeof types.OverviewDocument,
    "query Stations($post: Post!) {\n  country {\n    code\n    result(post: $post) {\n      id\n      stationsTotal\n    }\n    counties {\n      code\n      result(post: $post) {\n        id\n        stationsTotal\n      }\n    }\n  }\n}": typeof types.StationsDocument,
};
const documents: Documents = {
    "fragment Figures on ContestResult {\n  id\n  asOf\n  stale\n  status\n  statusMessage\n  stationsReported\n  registeredVoters\n  turnout\n  margin\n  ballots {\n    cast\n    valid\n    rejected\n  }\n  quality {\n    code\n    message\n  }\n  tallies {\n    votes\n    share\n    candidate {\n      code\n      name\n      party {\n        code\n        name\n        abbreviation\n        color\n      }\n    }\n  }\n  leader {\n    candidate {\n      code\n    }\n  }\n}": types.FiguresFragmentDoc,
    "subscription Live($post: Post!, $after: String) {\n  resultsUpdated(filter: {post: $post, level: COUNTY}, after: $after) {\n    cursor\n    result {\n      reportingUnit {\n        code\n      }\n      ...Figures\n    }\n  }\n}": types.LiveDocument,
    "query Overview($post: Post!) {\n  country {\n    code\n    name\n    result(post: $post) {\n      election {\n        code\n        name\n        isTest\n      }\n      ...Figures\n    }\n    counties {\n      code\n      name\n      result(post: $post) {\n        election {\n          code\n          name\n          isTest\n        }\n        ...Figures\n      }\n    }\n  }\n}": types.OverviewDocument,
    "query Stations($post: Post!) {\n  country {\n    code\n    result(post: $post) {\n      id\n      stationsTotal\n    }\n    counties {\n      code\n      result(post: $post) {\n        id\n        stationsTotal\n      }\n    }\n  }\n}": types.StationsDocument,
};

/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "fragment Figures on ContestResult {\n  id\n  asOf\n  stale\n  status\n  statusMessage\n  stationsReported\n  registeredVoters\n  turnout\n  margin\n  ballots {\n    cast\n    valid\n    rejected\n  }\n  quality {\n    code\n    message\n  }\n  tallies {\n    votes\n    share\n    candidate {\n      code\n      name\n      party {\n        code\n        name\n        abbreviation\n        color\n      }\n    }\n  }\n  leader {\n    candidate {\n      code\n    }\n  }\n}"): typeof import('./graphql.ts').FiguresFragmentDoc;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "subscription Live($post: Post!, $after: String) {\n  resultsUpdated(filter: {post: $post, level: COUNTY}, after: $after) {\n    cursor\n    result {\n      reportingUnit {\n        code\n      }\n      ...Figures\n    }\n  }\n}"): typeof import('./graphql.ts').LiveDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query Overview($post: Post!) {\n  country {\n    code\n    name\n    result(post: $post) {\n      election {\n        code\n        name\n        isTest\n      }\n      ...Figures\n    }\n    counties {\n      code\n      name\n      result(post: $post) {\n        election {\n          code\n          name\n          isTest\n        }\n        ...Figures\n      }\n    }\n  }\n}"): typeof import('./graphql.ts').OverviewDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query Stations($post: Post!) {\n  country {\n    code\n    result(post: $post) {\n      id\n      stationsTotal\n    }\n    counties {\n      code\n      result(post: $post) {\n        id\n        stationsTotal\n      }\n    }\n  }\n}"): typeof import('./graphql.ts').StationsDocument;


export function graphql(source: string) {
  return (documents as any)[source] ?? {};
}
