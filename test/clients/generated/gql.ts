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
    "subscription CountiesChanged {\n  resultsUpdated(filter: {post: PRESIDENT, level: COUNTY}) {\n    result {\n      id\n      stationsReported\n      tallies {\n        id\n        votes\n      }\n      asOf\n    }\n    version {\n      version\n      logIndex\n    }\n  }\n}": typeof types.CountiesChangedDocument,
    "subscription CountyChanged($county: ID! = \"2F34010D-1592-6F3F-CBFF-91C2123E062C\") {\n  contestResultUpdated(reportingUnit: $county, post: PRESIDENT) {\n    id\n    stationsReported\n    tallies {\n      id\n      votes\n    }\n    asOf\n  }\n}": typeof types.CountyChangedDocument,
    "query CountyInParts($county: ID! = \"2F34010D-1592-6F3F-CBFF-91C2123E062C\") {\n  county(code: $county) {\n    id\n    name\n    ... @defer {\n      result(post: PRESIDENT) {\n        id\n        stationsReported\n        asOf\n      }\n    }\n  }\n}": typeof types.CountyInPartsDocument,
    "query County($county: ID! = \"2F34010D-1592-6F3F-CBFF-91C2123E062C\") {\n  county(code: $county) {\n    id\n    name\n    result(post: PRESIDENT) {\n      id\n      stationsReported\n      tallies {\n        id\n        votes\n        candidate {\n          id\n          name\n        }\n      }\n      asOf\n    }\n  }\n}": typeof types.CountyDocument,
    "query EveryScalar($at: DateTime, $credential: String!) {\n  counties {\n    boundary\n    result(post: PRESIDENT, at: $at) {\n      asOf\n    }\n  }\n  parties {\n    symbolUrl\n  }\n  ballotActivity {\n    nodes {\n      payload\n    }\n  }\n  verifyRegistrationCredential(credential: $credential) {\n    disclosed\n  }\n}\n\nmutation EveryScalarGiven($input: RequestRegistrationCheckInput!) {\n  requestRegistrationCheck(input: $input) {\n    __typename\n  }\n}": typeof types.EveryScalarDocument,
};
const documents: Documents = {
    "subscription CountiesChanged {\n  resultsUpdated(filter: {post: PRESIDENT, level: COUNTY}) {\n    result {\n      id\n      stationsReported\n      tallies {\n        id\n        votes\n      }\n      asOf\n    }\n    version {\n      version\n      logIndex\n    }\n  }\n}": types.CountiesChangedDocument,
    "subscription CountyChanged($county: ID! = \"2F34010D-1592-6F3F-CBFF-91C2123E062C\") {\n  contestResultUpdated(reportingUnit: $county, post: PRESIDENT) {\n    id\n    stationsReported\n    tallies {\n      id\n      votes\n    }\n    asOf\n  }\n}": types.CountyChangedDocument,
    "query CountyInParts($county: ID! = \"2F34010D-1592-6F3F-CBFF-91C2123E062C\") {\n  county(code: $county) {\n    id\n    name\n    ... @defer {\n      result(post: PRESIDENT) {\n        id\n        stationsReported\n        asOf\n      }\n    }\n  }\n}": types.CountyInPartsDocument,
    "query County($county: ID! = \"2F34010D-1592-6F3F-CBFF-91C2123E062C\") {\n  county(code: $county) {\n    id\n    name\n    result(post: PRESIDENT) {\n      id\n      stationsReported\n      tallies {\n        id\n        votes\n        candidate {\n          id\n          name\n        }\n      }\n      asOf\n    }\n  }\n}": types.CountyDocument,
    "query EveryScalar($at: DateTime, $credential: String!) {\n  counties {\n    boundary\n    result(post: PRESIDENT, at: $at) {\n      asOf\n    }\n  }\n  parties {\n    symbolUrl\n  }\n  ballotActivity {\n    nodes {\n      payload\n    }\n  }\n  verifyRegistrationCredential(credential: $credential) {\n    disclosed\n  }\n}\n\nmutation EveryScalarGiven($input: RequestRegistrationCheckInput!) {\n  requestRegistrationCheck(input: $input) {\n    __typename\n  }\n}": types.EveryScalarDocument,
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
export function graphql(source: "subscription CountiesChanged {\n  resultsUpdated(filter: {post: PRESIDENT, level: COUNTY}) {\n    result {\n      id\n      stationsReported\n      tallies {\n        id\n        votes\n      }\n      asOf\n    }\n    version {\n      version\n      logIndex\n    }\n  }\n}"): (typeof documents)["subscription CountiesChanged {\n  resultsUpdated(filter: {post: PRESIDENT, level: COUNTY}) {\n    result {\n      id\n      stationsReported\n      tallies {\n        id\n        votes\n      }\n      asOf\n    }\n    version {\n      version\n      logIndex\n    }\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "subscription CountyChanged($county: ID! = \"2F34010D-1592-6F3F-CBFF-91C2123E062C\") {\n  contestResultUpdated(reportingUnit: $county, post: PRESIDENT) {\n    id\n    stationsReported\n    tallies {\n      id\n      votes\n    }\n    asOf\n  }\n}"): (typeof documents)["subscription CountyChanged($county: ID! = \"2F34010D-1592-6F3F-CBFF-91C2123E062C\") {\n  contestResultUpdated(reportingUnit: $county, post: PRESIDENT) {\n    id\n    stationsReported\n    tallies {\n      id\n      votes\n    }\n    asOf\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query CountyInParts($county: ID! = \"2F34010D-1592-6F3F-CBFF-91C2123E062C\") {\n  county(code: $county) {\n    id\n    name\n    ... @defer {\n      result(post: PRESIDENT) {\n        id\n        stationsReported\n        asOf\n      }\n    }\n  }\n}"): (typeof documents)["query CountyInParts($county: ID! = \"2F34010D-1592-6F3F-CBFF-91C2123E062C\") {\n  county(code: $county) {\n    id\n    name\n    ... @defer {\n      result(post: PRESIDENT) {\n        id\n        stationsReported\n        asOf\n      }\n    }\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query County($county: ID! = \"2F34010D-1592-6F3F-CBFF-91C2123E062C\") {\n  county(code: $county) {\n    id\n    name\n    result(post: PRESIDENT) {\n      id\n      stationsReported\n      tallies {\n        id\n        votes\n        candidate {\n          id\n          name\n        }\n      }\n      asOf\n    }\n  }\n}"): (typeof documents)["query County($county: ID! = \"2F34010D-1592-6F3F-CBFF-91C2123E062C\") {\n  county(code: $county) {\n    id\n    name\n    result(post: PRESIDENT) {\n      id\n      stationsReported\n      tallies {\n        id\n        votes\n        candidate {\n          id\n          name\n        }\n      }\n      asOf\n    }\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query EveryScalar($at: DateTime, $credential: String!) {\n  counties {\n    boundary\n    result(post: PRESIDENT, at: $at) {\n      asOf\n    }\n  }\n  parties {\n    symbolUrl\n  }\n  ballotActivity {\n    nodes {\n      payload\n    }\n  }\n  verifyRegistrationCredential(credential: $credential) {\n    disclosed\n  }\n}\n\nmutation EveryScalarGiven($input: RequestRegistrationCheckInput!) {\n  requestRegistrationCheck(input: $input) {\n    __typename\n  }\n}"): (typeof documents)["query EveryScalar($at: DateTime, $credential: String!) {\n  counties {\n    boundary\n    result(post: PRESIDENT, at: $at) {\n      asOf\n    }\n  }\n  parties {\n    symbolUrl\n  }\n  ballotActivity {\n    nodes {\n      payload\n    }\n  }\n  verifyRegistrationCredential(credential: $credential) {\n    disclosed\n  }\n}\n\nmutation EveryScalarGiven($input: RequestRegistrationCheckInput!) {\n  requestRegistrationCheck(input: $input) {\n    __typename\n  }\n}"];

export function graphql(source: string) {
  return (documents as any)[source] ?? {};
}

export type DocumentType<TDocumentNode extends DocumentNode<any, any>> = TDocumentNode extends DocumentNode<  infer TType,  any>  ? TType  : never;