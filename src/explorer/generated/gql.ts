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
    "mutation CancelCheck($id: ID!) {\n  cancelRegistrationCheck(id: $id) {\n    __typename\n    ... on CancelRegistrationCheckSuccess {\n      check {\n        ...Check\n      }\n    }\n    ... on Error {\n      message\n    }\n  }\n}": typeof types.CancelCheckDocument,
    "query Centres($ward: ID!) {\n  ward(code: $ward) {\n    code\n    pollingCentres(first: 100) {\n      totalCount\n      nodes {\n        id\n        name\n        streams {\n          code\n        }\n      }\n    }\n  }\n}": typeof types.CentresDocument,
    "fragment Check on RegistrationCheck {\n  id\n  version\n  state\n  progress\n  jurisdiction\n  outcome\n  requestedAt\n  expiresAt\n  credential\n  failure {\n    code\n    message\n  }\n  addresses {\n    position\n    label\n    state\n    outcome\n    message\n    resolvedAddress\n    matches\n  }\n}": typeof types.CheckFragmentDoc,
    "query Counties {\n  counties {\n    code\n    name\n    constituencies {\n      code\n      name\n    }\n  }\n}": typeof types.CountiesDocument,
    "query CountyParts($county: ID!) {\n  county(code: $county) {\n    code\n    name\n    constituencies {\n      code\n      name\n      wards {\n        code\n        name\n      }\n    }\n  }\n}": typeof types.CountyPartsDocument,
    "mutation EraseCheck($id: ID!) {\n  eraseRegistrationCheck(id: $id) {\n    __typename\n    ... on EraseRegistrationCheckSuccess {\n      erasedId\n    }\n    ... on Error {\n      message\n    }\n  }\n}": typeof types.EraseCheckDocument,
    "fragment Figures on ContestResult {\n  id\n  asOf\n  stale\n  status\n  statusMessage\n  stationsReported\n  registeredVoters\n  turnout\n  margin\n  ballots {\n    cast\n    valid\n    rejected\n  }\n  quality {\n    code\n    message\n  }\n  tallies {\n    votes\n    share\n    candidate {\n      ...Who\n    }\n  }\n  leader {\n    candidate {\n      code\n    }\n  }\n}": typeof types.FiguresFragmentDoc,
    "query Find($text: String!) {\n  findPlaces(text: $text, kinds: [COUNTY, CONSTITUENCY, WARD], first: 8) {\n    __typename\n    id\n    name\n    ... on County {\n      code\n    }\n    ... on Constituency {\n      code\n      county {\n        code\n        name\n      }\n    }\n    ... on Ward {\n      code\n      constituency {\n        code\n        name\n      }\n      county {\n        code\n        name\n      }\n    }\n  }\n}": typeof types.FindDocument,
    "subscription Live($post: Post!, $level: ReportingLevel!, $within: ID!, $after: String) {\n  resultsUpdated(\n    filter: {post: $post, level: $level, within: $within}\n    after: $after\n  ) {\n    cursor\n    result {\n      ...Part\n    }\n  }\n}": typeof types.LiveDocument,
    "query MyChecks {\n  registrationChecks(first: 10) {\n    totalCount\n    nodes {\n      id\n      requestedAt\n      jurisdiction\n      state\n      outcome\n    }\n  }\n}": typeof types.MyChecksDocument,
    "query OverTime($place: ID!, $post: Post!) {\n  node(id: $place) {\n    ... on ReportingUnit {\n      result(post: $post) {\n        id\n        timeline(buckets: 120) {\n          ...Point\n        }\n        recordFlags(first: 50) {\n          code\n          message\n          after {\n            ...Point\n          }\n        }\n      }\n    }\n  }\n}\n\nfragment Point on ContestResultVersion {\n  id\n  version\n  asOf\n  isReported\n  stationsReported\n  tallies {\n    votes\n    candidate {\n      code\n      name\n      party {\n        code\n      }\n    }\n  }\n}": typeof types.OverTimeDocument,
    "fragment Part on ContestResult {\n  id\n  asOf\n  stale\n  status\n  statusMessage\n  stationsReported\n  turnout\n  margin\n  reportingUnit {\n    code\n    name\n  }\n  tallies {\n    votes\n  }\n  leader {\n    votes\n    share\n    candidate {\n      ...Who\n    }\n  }\n}": typeof types.PartFragmentDoc,
    "query Proof($place: ID!, $post: Post!, $at: DateTime!) {\n  node(id: $place) {\n    ... on ReportingUnit {\n      result(post: $post, at: $at) {\n        id\n        latestVersion {\n          id\n          version\n          asOf\n          proof {\n            leaf\n            leafHash\n            logIndex\n            treeSize\n            path\n            checkpoint\n          }\n        }\n      }\n    }\n  }\n}": typeof types.ProofDocument,
    "mutation RequestCheck($input: RequestRegistrationCheckInput!, $idempotencyKey: String) {\n  requestRegistrationCheck(input: $input, idempotencyKey: $idempotencyKey) {\n    __typename\n    ... on RequestRegistrationCheckSuccess {\n      check {\n        ...Check\n      }\n    }\n    ... on Error {\n      message\n    }\n    ... on InvalidInput {\n      field\n    }\n  }\n}": typeof types.RequestCheckDocument,
    "query Results($post: Post!, $place: ID!, $placeLevel: ReportingLevel!, $within: ID!, $level: ReportingLevel!, $at: DateTime, $isPlaceCounted: Boolean!, $arePartsCounted: Boolean!) {\n  place: results(\n    filter: {post: $post, level: $placeLevel, within: $place, at: $at}\n    first: 1\n  ) @include(if: $isPlaceCounted) {\n    nodes {\n      ...Figures\n      election {\n        code\n        name\n        isTest\n      }\n      reportingUnit {\n        id\n        code\n        name\n      }\n    }\n  }\n  parts: results(\n    filter: {post: $post, level: $level, within: $within, at: $at}\n    first: 300\n  ) @include(if: $arePartsCounted) {\n    totals {\n      places\n      placesUnavailable\n      placesWithoutFigures\n      byParty {\n        votes\n        leads\n        party {\n          code\n          name\n          abbreviation\n          color\n        }\n      }\n    }\n    nodes {\n      ...Part\n      election {\n        code\n        name\n        isTest\n      }\n    }\n  }\n}": typeof types.ResultsDocument,
    "query Sources {\n  sources {\n    name\n    mode\n    breaker\n    openEndpoints\n    lastSuccessAt\n    lastFailureAt\n    placesIndex {\n      complete\n      stale\n      districts\n      stations\n      wardsWithoutStations\n    }\n    boundariesIndex {\n      complete\n      stale\n      wards\n      wardsWithoutBoundary\n      wardsUntold\n    }\n  }\n}": typeof types.SourcesDocument,
    "query Stations($post: Post!, $place: ID!, $placeLevel: ReportingLevel!, $within: ID!, $level: ReportingLevel!, $isPlaceCounted: Boolean!, $arePartsCounted: Boolean!) {\n  place: results(\n    filter: {post: $post, level: $placeLevel, within: $place}\n    first: 1\n  ) @include(if: $isPlaceCounted) {\n    nodes {\n      id\n      stationsTotal\n    }\n  }\n  parts: results(\n    filter: {post: $post, level: $level, within: $within}\n    first: 300\n  ) @include(if: $arePartsCounted) {\n    nodes {\n      id\n      stationsTotal\n      reportingUnit {\n        code\n      }\n    }\n  }\n}": typeof types.StationsDocument,
    "query VerifyCredential($credential: String!) {\n  verifyRegistrationCredential(credential: $credential) {\n    isValid\n    reason\n    message\n    outcome\n    jurisdiction\n    source\n    answeredAt\n    issuedAt\n    expiresAt\n    issuer\n    disclosed\n  }\n}": typeof types.VerifyCredentialDocument,
    "subscription WatchCheck($id: ID!) {\n  registrationCheckUpdated(id: $id) {\n    ...Check\n  }\n}": typeof types.WatchCheckDocument,
    "fragment Who on Candidate {\n  code\n  name\n  party {\n    code\n    name\n    abbreviation\n    color\n  }\n}": typeof types.WhoFragmentDoc,
};
const documents: Documents = {
    "mutation CancelCheck($id: ID!) {\n  cancelRegistrationCheck(id: $id) {\n    __typename\n    ... on CancelRegistrationCheckSuccess {\n      check {\n        ...Check\n      }\n    }\n    ... on Error {\n      message\n    }\n  }\n}": types.CancelCheckDocument,
    "query Centres($ward: ID!) {\n  ward(code: $ward) {\n    code\n    pollingCentres(first: 100) {\n      totalCount\n      nodes {\n        id\n        name\n        streams {\n          code\n        }\n      }\n    }\n  }\n}": types.CentresDocument,
    "fragment Check on RegistrationCheck {\n  id\n  version\n  state\n  progress\n  jurisdiction\n  outcome\n  requestedAt\n  expiresAt\n  credential\n  failure {\n    code\n    message\n  }\n  addresses {\n    position\n    label\n    state\n    outcome\n    message\n    resolvedAddress\n    matches\n  }\n}": types.CheckFragmentDoc,
    "query Counties {\n  counties {\n    code\n    name\n    constituencies {\n      code\n      name\n    }\n  }\n}": types.CountiesDocument,
    "query CountyParts($county: ID!) {\n  county(code: $county) {\n    code\n    name\n    constituencies {\n      code\n      name\n      wards {\n        code\n        name\n      }\n    }\n  }\n}": types.CountyPartsDocument,
    "mutation EraseCheck($id: ID!) {\n  eraseRegistrationCheck(id: $id) {\n    __typename\n    ... on EraseRegistrationCheckSuccess {\n      erasedId\n    }\n    ... on Error {\n      message\n    }\n  }\n}": types.EraseCheckDocument,
    "fragment Figures on ContestResult {\n  id\n  asOf\n  stale\n  status\n  statusMessage\n  stationsReported\n  registeredVoters\n  turnout\n  margin\n  ballots {\n    cast\n    valid\n    rejected\n  }\n  quality {\n    code\n    message\n  }\n  tallies {\n    votes\n    share\n    candidate {\n      ...Who\n    }\n  }\n  leader {\n    candidate {\n      code\n    }\n  }\n}": types.FiguresFragmentDoc,
    "query Find($text: String!) {\n  findPlaces(text: $text, kinds: [COUNTY, CONSTITUENCY, WARD], first: 8) {\n    __typename\n    id\n    name\n    ... on County {\n      code\n    }\n    ... on Constituency {\n      code\n      county {\n        code\n        name\n      }\n    }\n    ... on Ward {\n      code\n      constituency {\n        code\n        name\n      }\n      county {\n        code\n        name\n      }\n    }\n  }\n}": types.FindDocument,
    "subscription Live($post: Post!, $level: ReportingLevel!, $within: ID!, $after: String) {\n  resultsUpdated(\n    filter: {post: $post, level: $level, within: $within}\n    after: $after\n  ) {\n    cursor\n    result {\n      ...Part\n    }\n  }\n}": types.LiveDocument,
    "query MyChecks {\n  registrationChecks(first: 10) {\n    totalCount\n    nodes {\n      id\n      requestedAt\n      jurisdiction\n      state\n      outcome\n    }\n  }\n}": types.MyChecksDocument,
    "query OverTime($place: ID!, $post: Post!) {\n  node(id: $place) {\n    ... on ReportingUnit {\n      result(post: $post) {\n        id\n        timeline(buckets: 120) {\n          ...Point\n        }\n        recordFlags(first: 50) {\n          code\n          message\n          after {\n            ...Point\n          }\n        }\n      }\n    }\n  }\n}\n\nfragment Point on ContestResultVersion {\n  id\n  version\n  asOf\n  isReported\n  stationsReported\n  tallies {\n    votes\n    candidate {\n      code\n      name\n      party {\n        code\n      }\n    }\n  }\n}": types.OverTimeDocument,
    "fragment Part on ContestResult {\n  id\n  asOf\n  stale\n  status\n  statusMessage\n  stationsReported\n  turnout\n  margin\n  reportingUnit {\n    code\n    name\n  }\n  tallies {\n    votes\n  }\n  leader {\n    votes\n    share\n    candidate {\n      ...Who\n    }\n  }\n}": types.PartFragmentDoc,
    "query Proof($place: ID!, $post: Post!, $at: DateTime!) {\n  node(id: $place) {\n    ... on ReportingUnit {\n      result(post: $post, at: $at) {\n        id\n        latestVersion {\n          id\n          version\n          asOf\n          proof {\n            leaf\n            leafHash\n            logIndex\n            treeSize\n            path\n            checkpoint\n          }\n        }\n      }\n    }\n  }\n}": types.ProofDocument,
    "mutation RequestCheck($input: RequestRegistrationCheckInput!, $idempotencyKey: String) {\n  requestRegistrationCheck(input: $input, idempotencyKey: $idempotencyKey) {\n    __typename\n    ... on RequestRegistrationCheckSuccess {\n      check {\n        ...Check\n      }\n    }\n    ... on Error {\n      message\n    }\n    ... on InvalidInput {\n      field\n    }\n  }\n}": types.RequestCheckDocument,
    "query Results($post: Post!, $place: ID!, $placeLevel: ReportingLevel!, $within: ID!, $level: ReportingLevel!, $at: DateTime, $isPlaceCounted: Boolean!, $arePartsCounted: Boolean!) {\n  place: results(\n    filter: {post: $post, level: $placeLevel, within: $place, at: $at}\n    first: 1\n  ) @include(if: $isPlaceCounted) {\n    nodes {\n      ...Figures\n      election {\n        code\n        name\n        isTest\n      }\n      reportingUnit {\n        id\n        code\n        name\n      }\n    }\n  }\n  parts: results(\n    filter: {post: $post, level: $level, within: $within, at: $at}\n    first: 300\n  ) @include(if: $arePartsCounted) {\n    totals {\n      places\n      placesUnavailable\n      placesWithoutFigures\n      byParty {\n        votes\n        leads\n        party {\n          code\n          name\n          abbreviation\n          color\n        }\n      }\n    }\n    nodes {\n      ...Part\n      election {\n        code\n        name\n        isTest\n      }\n    }\n  }\n}": types.ResultsDocument,
    "query Sources {\n  sources {\n    name\n    mode\n    breaker\n    openEndpoints\n    lastSuccessAt\n    lastFailureAt\n    placesIndex {\n      complete\n      stale\n      districts\n      stations\n      wardsWithoutStations\n    }\n    boundariesIndex {\n      complete\n      stale\n      wards\n      wardsWithoutBoundary\n      wardsUntold\n    }\n  }\n}": types.SourcesDocument,
    "query Stations($post: Post!, $place: ID!, $placeLevel: ReportingLevel!, $within: ID!, $level: ReportingLevel!, $isPlaceCounted: Boolean!, $arePartsCounted: Boolean!) {\n  place: results(\n    filter: {post: $post, level: $placeLevel, within: $place}\n    first: 1\n  ) @include(if: $isPlaceCounted) {\n    nodes {\n      id\n      stationsTotal\n    }\n  }\n  parts: results(\n    filter: {post: $post, level: $level, within: $within}\n    first: 300\n  ) @include(if: $arePartsCounted) {\n    nodes {\n      id\n      stationsTotal\n      reportingUnit {\n        code\n      }\n    }\n  }\n}": types.StationsDocument,
    "query VerifyCredential($credential: String!) {\n  verifyRegistrationCredential(credential: $credential) {\n    isValid\n    reason\n    message\n    outcome\n    jurisdiction\n    source\n    answeredAt\n    issuedAt\n    expiresAt\n    issuer\n    disclosed\n  }\n}": types.VerifyCredentialDocument,
    "subscription WatchCheck($id: ID!) {\n  registrationCheckUpdated(id: $id) {\n    ...Check\n  }\n}": types.WatchCheckDocument,
    "fragment Who on Candidate {\n  code\n  name\n  party {\n    code\n    name\n    abbreviation\n    color\n  }\n}": types.WhoFragmentDoc,
};

/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "mutation CancelCheck($id: ID!) {\n  cancelRegistrationCheck(id: $id) {\n    __typename\n    ... on CancelRegistrationCheckSuccess {\n      check {\n        ...Check\n      }\n    }\n    ... on Error {\n      message\n    }\n  }\n}"): typeof import('./graphql.ts').CancelCheckDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query Centres($ward: ID!) {\n  ward(code: $ward) {\n    code\n    pollingCentres(first: 100) {\n      totalCount\n      nodes {\n        id\n        name\n        streams {\n          code\n        }\n      }\n    }\n  }\n}"): typeof import('./graphql.ts').CentresDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "fragment Check on RegistrationCheck {\n  id\n  version\n  state\n  progress\n  jurisdiction\n  outcome\n  requestedAt\n  expiresAt\n  credential\n  failure {\n    code\n    message\n  }\n  addresses {\n    position\n    label\n    state\n    outcome\n    message\n    resolvedAddress\n    matches\n  }\n}"): typeof import('./graphql.ts').CheckFragmentDoc;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query Counties {\n  counties {\n    code\n    name\n    constituencies {\n      code\n      name\n    }\n  }\n}"): typeof import('./graphql.ts').CountiesDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query CountyParts($county: ID!) {\n  county(code: $county) {\n    code\n    name\n    constituencies {\n      code\n      name\n      wards {\n        code\n        name\n      }\n    }\n  }\n}"): typeof import('./graphql.ts').CountyPartsDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "mutation EraseCheck($id: ID!) {\n  eraseRegistrationCheck(id: $id) {\n    __typename\n    ... on EraseRegistrationCheckSuccess {\n      erasedId\n    }\n    ... on Error {\n      message\n    }\n  }\n}"): typeof import('./graphql.ts').EraseCheckDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "fragment Figures on ContestResult {\n  id\n  asOf\n  stale\n  status\n  statusMessage\n  stationsReported\n  registeredVoters\n  turnout\n  margin\n  ballots {\n    cast\n    valid\n    rejected\n  }\n  quality {\n    code\n    message\n  }\n  tallies {\n    votes\n    share\n    candidate {\n      ...Who\n    }\n  }\n  leader {\n    candidate {\n      code\n    }\n  }\n}"): typeof import('./graphql.ts').FiguresFragmentDoc;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query Find($text: String!) {\n  findPlaces(text: $text, kinds: [COUNTY, CONSTITUENCY, WARD], first: 8) {\n    __typename\n    id\n    name\n    ... on County {\n      code\n    }\n    ... on Constituency {\n      code\n      county {\n        code\n        name\n      }\n    }\n    ... on Ward {\n      code\n      constituency {\n        code\n        name\n      }\n      county {\n        code\n        name\n      }\n    }\n  }\n}"): typeof import('./graphql.ts').FindDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "subscription Live($post: Post!, $level: ReportingLevel!, $within: ID!, $after: String) {\n  resultsUpdated(\n    filter: {post: $post, level: $level, within: $within}\n    after: $after\n  ) {\n    cursor\n    result {\n      ...Part\n    }\n  }\n}"): typeof import('./graphql.ts').LiveDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query MyChecks {\n  registrationChecks(first: 10) {\n    totalCount\n    nodes {\n      id\n      requestedAt\n      jurisdiction\n      state\n      outcome\n    }\n  }\n}"): typeof import('./graphql.ts').MyChecksDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query OverTime($place: ID!, $post: Post!) {\n  node(id: $place) {\n    ... on ReportingUnit {\n      result(post: $post) {\n        id\n        timeline(buckets: 120) {\n          ...Point\n        }\n        recordFlags(first: 50) {\n          code\n          message\n          after {\n            ...Point\n          }\n        }\n      }\n    }\n  }\n}\n\nfragment Point on ContestResultVersion {\n  id\n  version\n  asOf\n  isReported\n  stationsReported\n  tallies {\n    votes\n    candidate {\n      code\n      name\n      party {\n        code\n      }\n    }\n  }\n}"): typeof import('./graphql.ts').OverTimeDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "fragment Part on ContestResult {\n  id\n  asOf\n  stale\n  status\n  statusMessage\n  stationsReported\n  turnout\n  margin\n  reportingUnit {\n    code\n    name\n  }\n  tallies {\n    votes\n  }\n  leader {\n    votes\n    share\n    candidate {\n      ...Who\n    }\n  }\n}"): typeof import('./graphql.ts').PartFragmentDoc;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query Proof($place: ID!, $post: Post!, $at: DateTime!) {\n  node(id: $place) {\n    ... on ReportingUnit {\n      result(post: $post, at: $at) {\n        id\n        latestVersion {\n          id\n          version\n          asOf\n          proof {\n            leaf\n            leafHash\n            logIndex\n            treeSize\n            path\n            checkpoint\n          }\n        }\n      }\n    }\n  }\n}"): typeof import('./graphql.ts').ProofDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "mutation RequestCheck($input: RequestRegistrationCheckInput!, $idempotencyKey: String) {\n  requestRegistrationCheck(input: $input, idempotencyKey: $idempotencyKey) {\n    __typename\n    ... on RequestRegistrationCheckSuccess {\n      check {\n        ...Check\n      }\n    }\n    ... on Error {\n      message\n    }\n    ... on InvalidInput {\n      field\n    }\n  }\n}"): typeof import('./graphql.ts').RequestCheckDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query Results($post: Post!, $place: ID!, $placeLevel: ReportingLevel!, $within: ID!, $level: ReportingLevel!, $at: DateTime, $isPlaceCounted: Boolean!, $arePartsCounted: Boolean!) {\n  place: results(\n    filter: {post: $post, level: $placeLevel, within: $place, at: $at}\n    first: 1\n  ) @include(if: $isPlaceCounted) {\n    nodes {\n      ...Figures\n      election {\n        code\n        name\n        isTest\n      }\n      reportingUnit {\n        id\n        code\n        name\n      }\n    }\n  }\n  parts: results(\n    filter: {post: $post, level: $level, within: $within, at: $at}\n    first: 300\n  ) @include(if: $arePartsCounted) {\n    totals {\n      places\n      placesUnavailable\n      placesWithoutFigures\n      byParty {\n        votes\n        leads\n        party {\n          code\n          name\n          abbreviation\n          color\n        }\n      }\n    }\n    nodes {\n      ...Part\n      election {\n        code\n        name\n        isTest\n      }\n    }\n  }\n}"): typeof import('./graphql.ts').ResultsDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query Sources {\n  sources {\n    name\n    mode\n    breaker\n    openEndpoints\n    lastSuccessAt\n    lastFailureAt\n    placesIndex {\n      complete\n      stale\n      districts\n      stations\n      wardsWithoutStations\n    }\n    boundariesIndex {\n      complete\n      stale\n      wards\n      wardsWithoutBoundary\n      wardsUntold\n    }\n  }\n}"): typeof import('./graphql.ts').SourcesDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query Stations($post: Post!, $place: ID!, $placeLevel: ReportingLevel!, $within: ID!, $level: ReportingLevel!, $isPlaceCounted: Boolean!, $arePartsCounted: Boolean!) {\n  place: results(\n    filter: {post: $post, level: $placeLevel, within: $place}\n    first: 1\n  ) @include(if: $isPlaceCounted) {\n    nodes {\n      id\n      stationsTotal\n    }\n  }\n  parts: results(\n    filter: {post: $post, level: $level, within: $within}\n    first: 300\n  ) @include(if: $arePartsCounted) {\n    nodes {\n      id\n      stationsTotal\n      reportingUnit {\n        code\n      }\n    }\n  }\n}"): typeof import('./graphql.ts').StationsDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query VerifyCredential($credential: String!) {\n  verifyRegistrationCredential(credential: $credential) {\n    isValid\n    reason\n    message\n    outcome\n    jurisdiction\n    source\n    answeredAt\n    issuedAt\n    expiresAt\n    issuer\n    disclosed\n  }\n}"): typeof import('./graphql.ts').VerifyCredentialDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "subscription WatchCheck($id: ID!) {\n  registrationCheckUpdated(id: $id) {\n    ...Check\n  }\n}"): typeof import('./graphql.ts').WatchCheckDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "fragment Who on Candidate {\n  code\n  name\n  party {\n    code\n    name\n    abbreviation\n    color\n  }\n}"): typeof import('./graphql.ts').WhoFragmentDoc;


export function graphql(source: string) {
  return (documents as any)[source] ?? {};
}
