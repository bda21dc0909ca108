/* eslint-disable */
/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { TypedDocumentNode as DocumentNode } from '@graphql-typed-document-node/core';
/** An address, either as text or in parts; with a label of your own, if you like. */
export type AddressInput =
  {   /** Either, with a label that comes back. */
  labeled: LabeledAddressInput; parts?: never; text?: never; }
  |  { labeled?: never;   /** In parts. */
  parts: AddressPartsInput; text?: never; }
  |  { labeled?: never; parts?: never;   /** As one would write it; it may be partial: `117-719 Bloor St W, Toronto`. */
  text: string; };

/** How far the address that the upstream took is from the one that was asked. Case, accents, punctuation and usual abbreviations make no difference. */
export type AddressMatch =
  /** Another house number, street, postal code or province than was asked; or neither the street nor the postal code can be found in it. What the register says is about another address. */
  | 'DIFFERENT'
  /** All that was asked is there and the same; at most town, province and postal code were added. For a town alone, the town. */
  | 'EXACT'
  /** Nothing contradicts, and the street or the postal code agrees; but something is another or is not there: the unit, the house number, the town, the kind of street or its direction, a letter of its name. Look at `resolvedAddress`. */
  | 'SIMILAR';

/** A Canadian address in parts. */
export type AddressPartsInput = {
  /** Such as `Toronto`. */
  city?: string | null | undefined;
  /** Such as `M6G 1L5`. */
  postalCode: string;
  /** Two letters, such as `ON`. */
  province?: string | null | undefined;
  /** Such as `Bloor St W`. */
  streetName: string;
  /** Such as `719`. */
  streetNumber: string;
  /** Number of the unit, such as `117`. */
  unitNumber?: string | null | undefined;
  /** What follows the unit's number, such as `A`. */
  unitSuffix?: string | null | undefined;
};

/** A person as the Canadian register knows them. */
export type CanadianVoterInput = {
  /** 1 to 10 addresses where the person may be registered, such as an address history. Each is a check upstream. */
  addresses: Array<AddressInput>;
  /** Date of birth. */
  birthDate: string;
  /** Family name. */
  familyName: string;
  /** Given name. */
  givenName: string;
  /** Middle name, if the register has one. */
  middleName?: string | null | undefined;
};

/** Why a check gave no outcome. */
export type CheckFailureCode =
  /** The check did not end in time. Ask again later. */
  | 'DEADLINE'
  /** The check could not be carried out. */
  | 'INTERNAL'
  /** The upstream service forgot the check before it ended. Ask again. */
  | 'UPSTREAM_FORGOT'
  /** The upstream service answered something that cannot be read. */
  | 'UPSTREAM_MALFORMED'
  /** The upstream service refused the check. */
  | 'UPSTREAM_REFUSED'
  /** The upstream service failed while it was checking, as it also does with an address that it cannot find. Look at the address, or ask again later. */
  | 'UPSTREAM_TASK_FAILED'
  /** The register could not be reached in time. Ask again later. */
  | 'UPSTREAM_UNREACHABLE';

/** A point in WGS 84. */
export type CoordinatesInput = {
  /** Degrees, north positive, -90 to 90. */
  latitude: number;
  /** Degrees, east positive, -180 to 180. */
  longitude: number;
};

/** A person as the Kenyan register knows them. */
export type KenyanVoterInput = {
  /** Voter id or passport number. */
  voterId: string | number;
};

/** An address with a name of your own, either as text or in parts. */
export type LabeledAddressInput = {
  /** Comes back as the `label` of its AddressCheck: 1 to 100 characters, each label once in a check. Kept encrypted until the check expires or is erased, longer than the address itself: a number of yours will do, an address or a name should not be in it. */
  label: string;
  /** In parts; this or `text`. */
  parts?: AddressPartsInput | null | undefined;
  /** As in AddressInput; this or `parts`. */
  text?: string | null | undefined;
};

/** Whether an election can be voted in. */
export type OrganizationElectionState =
  /** It has not begun, or has ended: `stateAsReported` has the word. */
  | 'NOT_RUNNING'
  /** It can. */
  | 'RUNNING';

/** An elective post, as the constitution of 2010 has them. */
export type Post =
  /** Governor of a county (post 2). */
  | 'GOVERNOR'
  /** Member of the county assembly for a ward (post 6). */
  | 'MEMBER_OF_COUNTY_ASSEMBLY'
  /** Member of the National Assembly for a constituency (post 4). */
  | 'MEMBER_OF_NATIONAL_ASSEMBLY'
  /** President of the republic (the IEBC's post 1), one contest in the whole country. */
  | 'PRESIDENT'
  /** Senator of a county (post 3). */
  | 'SENATOR'
  /** Woman representative of a county in the National Assembly (post 5). */
  | 'WOMAN_REPRESENTATIVE';

/** What does not add up. */
export type QualityFlagCode =
  /** The results of the places just below, from as many stations, add up to something else. Checked without further requests, once all of them are known to the gateway. */
  | 'CHILDREN_DO_NOT_ADD_UP'
  /** All non-zero rejected, spoilt and disputed figures of this post at this level share a factor above 1, as in March 2013, when a fault multiplied them by 8. Found once 30 such figures are known to the gateway. */
  | 'COMMON_FACTOR'
  /** More ballots were cast than voters are registered. */
  | 'MORE_BALLOTS_THAN_VOTERS'
  /** More stations are said to have reported than exist. */
  | 'MORE_STATIONS_THAN_EXIST'
  /** Valid votes are not the sum of the candidates' votes. */
  | 'VALID_NOT_SUM_OF_VOTES';

/** How far a check is. */
export type RegistrationCheckState =
  /** Ended by its requester. */
  | 'CANCELED'
  /** Ended with an outcome. */
  | 'COMPLETED'
  /** Past its time: only the fact that there was a check is kept. */
  | 'EXPIRED'
  /** Ended without an outcome: `failure` says why. */
  | 'FAILED'
  /** Accepted, not begun. */
  | 'QUEUED'
  /** The upstream is being asked. */
  | 'RUNNING';

/** What the register says. "Cannot confirm" is not "not registered": no outcome says no. */
export type RegistrationOutcome =
  /** The upstream answered, but neither way; or only part of the addresses could be asked. */
  | 'INCONCLUSIVE'
  /** The register cannot confirm it from what was given: not a no. */
  | 'NOT_CONFIRMED'
  /** Registered under this name at this address, or under this id. */
  | 'REGISTERED';

/** Whom to check, and where. */
export type RequestRegistrationCheckInput =
  {   /** In Canada. */
  canada: CanadianVoterInput; kenya?: never; }
  |  { canada?: never;   /** In Kenya. */
  kenya: KenyanVoterInput; };

/** How far the count of one contest in one place is. */
export type ResultStatus =
  /** All stations have reported. */
  | 'COMPLETE'
  /** This post is not counted at this level; `countedAt` says where to ask. The source was not asked. */
  | 'NOT_COUNTED_HERE'
  /** The source has nothing here (yet). */
  | 'NOT_REPORTED'
  /** Some stations have reported, not all. */
  | 'PARTIAL'
  /** There are figures, but nobody knows (yet) how many stations there are or have reported. */
  | 'UNKNOWN';

/** Why a status is not known: the same codes as in `extensions.code` of errors. */
export type VoterStatusErrorCode =
  /** The request's time was over before it was this member's turn. */
  | 'DEADLINE_EXCEEDED'
  /** The operation had caused as many requests to sources as it may: ask for this one in another. */
  | 'QUERY_TOO_COMPLEX'
  /** ElectionBuddy answered something that cannot be read. */
  | 'SOURCE_MALFORMED'
  /** ElectionBuddy said no: `sourceStatus` has its reason where it gave one. */
  | 'SOURCE_REFUSED'
  /** ElectionBuddy did not answer in time. */
  | 'SOURCE_TIMEOUT'
  /** ElectionBuddy cannot be reached, or refuses everybody for a while. */
  | 'SOURCE_UNAVAILABLE';

export type FollowCheckSubscriptionVariables = Exact<{
  id: string | number;
}>;


export type FollowCheckSubscription = { registrationCheckUpdated: { id: string, state: RegistrationCheckState, progress: number, outcome: RegistrationOutcome | null, credential: string | null, addresses: Array<{ label: string | null, state: RegistrationCheckState, outcome: RegistrationOutcome | null, resolvedAddress: string | null, matches: AddressMatch | null, message: string | null }>, failure: { code: CheckFailureCode, message: string } | null } };

export type RequestCheckMutationVariables = Exact<{
  input: RequestRegistrationCheckInput;
  idempotencyKey: string;
}>;


export type RequestCheckMutation = { requestRegistrationCheck:
    | { __typename: 'IdempotencyConflict', message: string }
    | { __typename: 'InvalidInput', message: string, field: string | null }
    | { __typename: 'RequestRegistrationCheckSuccess', check: { id: string } }
   };

export type FinderCentreFragment = { id: string, name: string, location: { latitude: number, longitude: number } | null, streams: Array<{ code: string, stream: number | null }>, ward: { id: string, name: string } | null, constituency: { id: string, name: string } | null, county: { id: string, name: string } | null };

export type FinderCentresOfWardQueryVariables = Exact<{
  code: string | number;
  after?: string | null | undefined;
}>;


export type FinderCentresOfWardQuery = { ward: { name: string, pollingCentres: { totalCount: number, nodes: Array<{ id: string, name: string, location: { latitude: number, longitude: number } | null, streams: Array<{ code: string, stream: number | null }>, ward: { id: string, name: string } | null, constituency: { id: string, name: string } | null, county: { id: string, name: string } | null }>, pageInfo: { endCursor: string | null, hasNextPage: boolean } } | null } | null };

export type FinderNearMeQueryVariables = Exact<{
  near: CoordinatesInput;
}>;


export type FinderNearMeQuery = { nearbyPollingCentres: Array<{ distanceMeters: number, centre: { id: string, name: string, location: { latitude: number, longitude: number } | null, streams: Array<{ code: string, stream: number | null }>, ward: { id: string, name: string } | null, constituency: { id: string, name: string } | null, county: { id: string, name: string } | null } }> | null };

export type FinderPollingCentreQueryVariables = Exact<{
  id: string | number;
}>;


export type FinderPollingCentreQuery = { node:
    | { __typename: 'BallotActivity' }
    | { __typename: 'Candidate' }
    | { __typename: 'Constituency' }
    | { __typename: 'Contest' }
    | { __typename: 'ContestResult' }
    | { __typename: 'ContestResultVersion' }
    | { __typename: 'Country' }
    | { __typename: 'County' }
    | { __typename: 'Election' }
    | { __typename: 'OrganizationElection' }
    | { __typename: 'Party' }
    | { __typename: 'PollingCentre', registeredVoters: number | null, id: string, name: string, ward: { registeredVoters: number | null, id: string, name: string, candidates: { nodes: Array<{ code: string, name: string, post: Post | null, party: { abbreviation: string | null } | null }> } | null } | null, location: { latitude: number, longitude: number } | null, streams: Array<{ code: string, stream: number | null }>, constituency: { id: string, name: string } | null, county: { id: string, name: string } | null }
    | { __typename: 'PollingStation' }
    | { __typename: 'RegistrationCheck' }
    | { __typename: 'Tally' }
    | { __typename: 'VoterGuide' }
    | { __typename: 'Ward' }
   | null };

export type FinderSearchQueryVariables = Exact<{
  text: string;
  within?: string | number | null | undefined;
}>;


export type FinderSearchQuery = { findPlaces: Array<
    | { __typename: 'Constituency', id: string, name: string, county: { name: string } | null }
    | { __typename: 'County', id: string, name: string }
    | { __typename: 'PollingCentre', id: string, name: string, ward: { name: string } | null, county: { name: string } | null, location: { latitude: number, longitude: number } | null }
    | { __typename: 'PollingStation', id: string, name: string }
    | { __typename: 'Ward', id: string, name: string, constituency: { name: string } | null, county: { name: string } | null }
  > | null };

export type FinderWhereDoIVoteQueryVariables = Exact<{
  code: string | number;
}>;


export type FinderWhereDoIVoteQuery = { voter: { county: string | null, constituency: string | null, ward: string | null, contests: Array<string>, registeredCounty: { id: string, name: string } | null, registeredConstituency: { id: string, name: string } | null, registeredWard: { id: string, name: string } | null, pollingStation: { name: string | null, pointAsReported: string | null, accessibility: string | null, disability: string | null, point: { latitude: number, longitude: number } | null, station: { code: string, name: string, stream: number | null } | null, centre: { id: string, name: string, location: { latitude: number, longitude: number } | null, streams: Array<{ code: string, stream: number | null }>, ward: { id: string, name: string } | null, constituency: { id: string, name: string } | null, county: { id: string, name: string } | null } | null } | null } | null };

export type MemberHomeQueryVariables = Exact<{
  identifier: string | number;
}>;


export type MemberHomeQuery = { organizationVoter: { identifier: string, elections: Array<{ id: string, code: string, name: string, startsAt: string | null, endsAt: string | null, state: OrganizationElectionState, voterStatus: { hasVoted: boolean, electionState: OrganizationElectionState | null, endsAt: string | null } | null }> | null, votingLinks: Array<{ title: string, url: string, expiresAt: string | null, election: { id: string, code: string } | null }> | null } | null };

export type WhoHasVotedQueryVariables = Exact<{
  electionCode: string | number;
  memberIds: Array<string | number> | string | number;
}>;


export type WhoHasVotedQuery = { voterStatuses: Array<{ memberId: string, status: { hasVoted: boolean } | null, error: { code: VoterStatusErrorCode, message: string, retryable: boolean, retryAfter: number | null } | null }> };

export type CountyResultsQueryVariables = Exact<{
  post: Post;
  election?: string | number | null | undefined;
}>;


export type CountyResultsQuery = { counties: Array<{ code: string, name: string, result: { status: ResultStatus, registeredVoters: number | null, stationsReported: number | null, turnout: number | null, asOf: string, stale: boolean, ballots: { cast: number, valid: number, rejected: number } | null, tallies: Array<{ votes: number, share: number | null, rank: number | null, candidate: { code: string, name: string, isIndependent: boolean, party: { abbreviation: string | null, color: string | null } | null } }>, quality: Array<{ code: QualityFlagCode, message: string }> } | null }> | null };

export type CountFragment = { status: ResultStatus, registeredVoters: number | null, stationsReported: number | null, turnout: number | null, asOf: string, stale: boolean, ballots: { cast: number, valid: number, rejected: number } | null, tallies: Array<{ votes: number, share: number | null, rank: number | null, candidate: { code: string, name: string, isIndependent: boolean, party: { abbreviation: string | null, color: string | null } | null } }>, quality: Array<{ code: QualityFlagCode, message: string }> };

export type PlacesQueryVariables = Exact<{ [key: string]: never; }>;


export type PlacesQuery = { counties: Array<{ id: string, name: string, registeredVoters: number | null, constituencies: Array<{ id: string, name: string, wards: Array<{ id: string, name: string }> | null }> | null }> | null };

export type StationsOfWardQueryVariables = Exact<{
  code: string | number;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type StationsOfWardQuery = { ward: { name: string, county: { name: string } | null, pollingStations: { totalCount: number, nodes: Array<{ code: string, name: string, stream: number | null, location: { latitude: number, longitude: number } | null }>, pageInfo: { endCursor: string | null, hasNextPage: boolean } } | null } | null };

export type WatchResultSubscriptionVariables = Exact<{
  unit: string | number;
  post: Post;
}>;


export type WatchResultSubscription = { contestResultUpdated: { status: ResultStatus, stationsReported: number | null, asOf: string, stale: boolean, tallies: Array<{ votes: number, candidate: { name: string } }> } };

export const FinderCentreFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"FinderCentre"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"PollingCentre"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"location"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"latitude"}},{"kind":"Field","name":{"kind":"Name","value":"longitude"}}]}},{"kind":"Field","name":{"kind":"Name","value":"streams"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"stream"}}]}},{"kind":"Field","name":{"kind":"Name","value":"ward"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"constituency"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"county"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}}]}}]} as unknown as DocumentNode<FinderCentreFragment, unknown>;
export const CountFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"Count"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ContestResult"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"registeredVoters"}},{"kind":"Field","name":{"kind":"Name","value":"stationsReported"}},{"kind":"Field","name":{"kind":"Name","value":"turnout"}},{"kind":"Field","name":{"kind":"Name","value":"ballots"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cast"}},{"kind":"Field","name":{"kind":"Name","value":"valid"}},{"kind":"Field","name":{"kind":"Name","value":"rejected"}}]}},{"kind":"Field","name":{"kind":"Name","value":"tallies"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"votes"}},{"kind":"Field","name":{"kind":"Name","value":"share"}},{"kind":"Field","name":{"kind":"Name","value":"rank"}},{"kind":"Field","name":{"kind":"Name","value":"candidate"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"isIndependent"}},{"kind":"Field","name":{"kind":"Name","value":"party"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"abbreviation"}},{"kind":"Field","name":{"kind":"Name","value":"color"}}]}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"quality"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}}]}},{"kind":"Field","name":{"kind":"Name","value":"asOf"}},{"kind":"Field","name":{"kind":"Name","value":"stale"}}]}}]} as unknown as DocumentNode<CountFragment, unknown>;
export const FollowCheckDocument = {"__meta__":{"hash":"sha256:9bd1664fa0682b94b0755ccf9e7c046d63fabc1754137de86665dfdb2ff01358"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"subscription","name":{"kind":"Name","value":"FollowCheck"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"registrationCheckUpdated"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"state"}},{"kind":"Field","name":{"kind":"Name","value":"progress"}},{"kind":"Field","name":{"kind":"Name","value":"outcome"}},{"kind":"Field","name":{"kind":"Name","value":"addresses"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"label"}},{"kind":"Field","name":{"kind":"Name","value":"state"}},{"kind":"Field","name":{"kind":"Name","value":"outcome"}},{"kind":"Field","name":{"kind":"Name","value":"resolvedAddress"}},{"kind":"Field","name":{"kind":"Name","value":"matches"}},{"kind":"Field","name":{"kind":"Name","value":"message"}}]}},{"kind":"Field","name":{"kind":"Name","value":"failure"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}}]}},{"kind":"Field","name":{"kind":"Name","value":"credential"}}]}}]}}]} as unknown as DocumentNode<FollowCheckSubscription, FollowCheckSubscriptionVariables>;
export const RequestCheckDocument = {"__meta__":{"hash":"sha256:b1b0dfc3902d8e89829bf582b2ad6fbe928f8ef2d31941e97d2479f3853ef791"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"RequestCheck"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"RequestRegistrationCheckInput"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"idempotencyKey"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"requestRegistrationCheck"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}},{"kind":"Argument","name":{"kind":"Name","value":"idempotencyKey"},"value":{"kind":"Variable","name":{"kind":"Name","value":"idempotencyKey"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"RequestRegistrationCheckSuccess"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"check"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}}]}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Error"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"message"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"InvalidInput"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"field"}}]}}]}}]}}]} as unknown as DocumentNode<RequestCheckMutation, RequestCheckMutationVariables>;
export const FinderCentresOfWardDocument = {"__meta__":{"hash":"sha256:00b8e600006827952e332c86f09bfb51c0ed7cfe4bec153f8917f05340a33b39"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"FinderCentresOfWard"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"code"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"ward"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"code"},"value":{"kind":"Variable","name":{"kind":"Name","value":"code"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"pollingCentres"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"50"}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"totalCount"}},{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"FinderCentre"}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"endCursor"}},{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}}]}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"FinderCentre"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"PollingCentre"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"location"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"latitude"}},{"kind":"Field","name":{"kind":"Name","value":"longitude"}}]}},{"kind":"Field","name":{"kind":"Name","value":"streams"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"stream"}}]}},{"kind":"Field","name":{"kind":"Name","value":"ward"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"constituency"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"county"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}}]}}]} as unknown as DocumentNode<FinderCentresOfWardQuery, FinderCentresOfWardQueryVariables>;
export const FinderNearMeDocument = {"__meta__":{"hash":"sha256:45feba6f1d250399235b1046c31b851644ac5144f46355fec24dc0f4b08981c9"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"FinderNearMe"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"near"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"CoordinatesInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nearbyPollingCentres"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"near"},"value":{"kind":"Variable","name":{"kind":"Name","value":"near"}}},{"kind":"Argument","name":{"kind":"Name","value":"withinMeters"},"value":{"kind":"IntValue","value":"20000"}},{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"20"}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"distanceMeters"}},{"kind":"Field","name":{"kind":"Name","value":"centre"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"FinderCentre"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"FinderCentre"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"PollingCentre"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"location"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"latitude"}},{"kind":"Field","name":{"kind":"Name","value":"longitude"}}]}},{"kind":"Field","name":{"kind":"Name","value":"streams"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"stream"}}]}},{"kind":"Field","name":{"kind":"Name","value":"ward"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"constituency"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"county"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}}]}}]} as unknown as DocumentNode<FinderNearMeQuery, FinderNearMeQueryVariables>;
export const FinderPollingCentreDocument = {"__meta__":{"hash":"sha256:4bd14c63144351e01d906c70c61e5840f651b4d1dea2d56d4c04eda4c211596e"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"FinderPollingCentre"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"node"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"PollingCentre"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"FinderCentre"}},{"kind":"Field","name":{"kind":"Name","value":"registeredVoters"}},{"kind":"Field","name":{"kind":"Name","value":"ward"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"registeredVoters"}},{"kind":"Field","name":{"kind":"Name","value":"candidates"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"50"}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"post"}},{"kind":"Field","name":{"kind":"Name","value":"party"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"abbreviation"}}]}}]}}]}}]}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"FinderCentre"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"PollingCentre"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"location"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"latitude"}},{"kind":"Field","name":{"kind":"Name","value":"longitude"}}]}},{"kind":"Field","name":{"kind":"Name","value":"streams"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"stream"}}]}},{"kind":"Field","name":{"kind":"Name","value":"ward"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"constituency"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"county"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}}]}}]} as unknown as DocumentNode<FinderPollingCentreQuery, FinderPollingCentreQueryVariables>;
export const FinderSearchDocument = {"__meta__":{"hash":"sha256:f558238b59971163e9c8ebeb5a426c78a3c3c518291f9ecf50b4d81f8a89f5a0"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"FinderSearch"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"text"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"within"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"findPlaces"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"text"},"value":{"kind":"Variable","name":{"kind":"Name","value":"text"}}},{"kind":"Argument","name":{"kind":"Name","value":"within"},"value":{"kind":"Variable","name":{"kind":"Name","value":"within"}}},{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"8"}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Constituency"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"county"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}}]}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Ward"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"constituency"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"county"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}}]}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"PollingCentre"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"ward"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"county"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"location"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"latitude"}},{"kind":"Field","name":{"kind":"Name","value":"longitude"}}]}}]}}]}}]}}]} as unknown as DocumentNode<FinderSearchQuery, FinderSearchQueryVariables>;
export const FinderWhereDoIVoteDocument = {"__meta__":{"hash":"sha256:cb9394de0991ef9143f6a3da7bf1a11e3454558e66d8a0b00c6c7e57033d77f7"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"FinderWhereDoIVote"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"code"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"voter"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"code"},"value":{"kind":"Variable","name":{"kind":"Name","value":"code"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"county"}},{"kind":"Field","name":{"kind":"Name","value":"constituency"}},{"kind":"Field","name":{"kind":"Name","value":"ward"}},{"kind":"Field","name":{"kind":"Name","value":"contests"}},{"kind":"Field","name":{"kind":"Name","value":"registeredCounty"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"registeredConstituency"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"registeredWard"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"pollingStation"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"point"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"latitude"}},{"kind":"Field","name":{"kind":"Name","value":"longitude"}}]}},{"kind":"Field","name":{"kind":"Name","value":"pointAsReported"}},{"kind":"Field","name":{"kind":"Name","value":"accessibility"}},{"kind":"Field","name":{"kind":"Name","value":"disability"}},{"kind":"Field","name":{"kind":"Name","value":"station"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"stream"}}]}},{"kind":"Field","name":{"kind":"Name","value":"centre"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"FinderCentre"}}]}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"FinderCentre"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"PollingCentre"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"location"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"latitude"}},{"kind":"Field","name":{"kind":"Name","value":"longitude"}}]}},{"kind":"Field","name":{"kind":"Name","value":"streams"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"stream"}}]}},{"kind":"Field","name":{"kind":"Name","value":"ward"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"constituency"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"county"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}}]}}]} as unknown as DocumentNode<FinderWhereDoIVoteQuery, FinderWhereDoIVoteQueryVariables>;
export const MemberHomeDocument = {"__meta__":{"hash":"sha256:d555de9cbc8fe0aa6523a5034e1569f8e685abf150c0e9ddb5f57773f65ec198"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"MemberHome"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"identifier"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"organizationVoter"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"identifier"},"value":{"kind":"Variable","name":{"kind":"Name","value":"identifier"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"identifier"}},{"kind":"Field","name":{"kind":"Name","value":"elections"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"startsAt"}},{"kind":"Field","name":{"kind":"Name","value":"endsAt"}},{"kind":"Field","name":{"kind":"Name","value":"state"}},{"kind":"Field","name":{"kind":"Name","value":"voterStatus"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasVoted"}},{"kind":"Field","name":{"kind":"Name","value":"electionState"}},{"kind":"Field","name":{"kind":"Name","value":"endsAt"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"votingLinks"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"title"}},{"kind":"Field","name":{"kind":"Name","value":"url"}},{"kind":"Field","name":{"kind":"Name","value":"expiresAt"}},{"kind":"Field","name":{"kind":"Name","value":"election"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"code"}}]}}]}}]}}]}}]} as unknown as DocumentNode<MemberHomeQuery, MemberHomeQueryVariables>;
export const WhoHasVotedDocument = {"__meta__":{"hash":"sha256:d04d5b2e6012881e2d8a2df24b57df8ed2238b3bd82fa9d431b62d36390e3069"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"WhoHasVoted"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"electionCode"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"memberIds"}},"type":{"kind":"NonNullType","type":{"kind":"ListType","type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"voterStatuses"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"electionCode"},"value":{"kind":"Variable","name":{"kind":"Name","value":"electionCode"}}},{"kind":"Argument","name":{"kind":"Name","value":"memberIds"},"value":{"kind":"Variable","name":{"kind":"Name","value":"memberIds"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"memberId"}},{"kind":"Field","name":{"kind":"Name","value":"status"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasVoted"}}]}},{"kind":"Field","name":{"kind":"Name","value":"error"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"retryable"}},{"kind":"Field","name":{"kind":"Name","value":"retryAfter"}}]}}]}}]}}]} as unknown as DocumentNode<WhoHasVotedQuery, WhoHasVotedQueryVariables>;
export const CountyResultsDocument = {"__meta__":{"hash":"sha256:064f4f3375852c56c56a0b487031e590dddde2f21b42ad7c856a628779f09216"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"CountyResults"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"post"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"Post"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"election"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"counties"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"result"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"post"},"value":{"kind":"Variable","name":{"kind":"Name","value":"post"}}},{"kind":"Argument","name":{"kind":"Name","value":"election"},"value":{"kind":"Variable","name":{"kind":"Name","value":"election"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"Count"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"Count"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ContestResult"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"registeredVoters"}},{"kind":"Field","name":{"kind":"Name","value":"stationsReported"}},{"kind":"Field","name":{"kind":"Name","value":"turnout"}},{"kind":"Field","name":{"kind":"Name","value":"ballots"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cast"}},{"kind":"Field","name":{"kind":"Name","value":"valid"}},{"kind":"Field","name":{"kind":"Name","value":"rejected"}}]}},{"kind":"Field","name":{"kind":"Name","value":"tallies"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"votes"}},{"kind":"Field","name":{"kind":"Name","value":"share"}},{"kind":"Field","name":{"kind":"Name","value":"rank"}},{"kind":"Field","name":{"kind":"Name","value":"candidate"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"isIndependent"}},{"kind":"Field","name":{"kind":"Name","value":"party"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"abbreviation"}},{"kind":"Field","name":{"kind":"Name","value":"color"}}]}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"quality"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}}]}},{"kind":"Field","name":{"kind":"Name","value":"asOf"}},{"kind":"Field","name":{"kind":"Name","value":"stale"}}]}}]} as unknown as DocumentNode<CountyResultsQuery, CountyResultsQueryVariables>;
export const PlacesDocument = {"__meta__":{"hash":"sha256:64b817697d14140a4a6a103167a71d54eac50b75ceef16afc94a5e21544ad11c"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Places"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"counties"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"registeredVoters"}},{"kind":"Field","name":{"kind":"Name","value":"constituencies"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"wards"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}}]}}]}}]}}]} as unknown as DocumentNode<PlacesQuery, PlacesQueryVariables>;
export const StationsOfWardDocument = {"__meta__":{"hash":"sha256:ea0ae6d020e28e1c763f85609daf42681118cf424ddf1bae5865ed4b560e49ca"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"StationsOfWard"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"code"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"ward"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"code"},"value":{"kind":"Variable","name":{"kind":"Name","value":"code"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"county"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"pollingStations"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"totalCount"}},{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"stream"}},{"kind":"Field","name":{"kind":"Name","value":"location"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"latitude"}},{"kind":"Field","name":{"kind":"Name","value":"longitude"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"endCursor"}},{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}}]}}]}}]}}]}}]} as unknown as DocumentNode<StationsOfWardQuery, StationsOfWardQueryVariables>;
export const WatchResultDocument = {"__meta__":{"hash":"sha256:41cd13ee7d1a370aac1f30bcbf22c659477feb5fc12dae5dc91bb2a877ebe7e8"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"subscription","name":{"kind":"Name","value":"WatchResult"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"unit"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"post"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"Post"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"contestResultUpdated"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"reportingUnit"},"value":{"kind":"Variable","name":{"kind":"Name","value":"unit"}}},{"kind":"Argument","name":{"kind":"Name","value":"post"},"value":{"kind":"Variable","name":{"kind":"Name","value":"post"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"stationsReported"}},{"kind":"Field","name":{"kind":"Name","value":"tallies"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"votes"}},{"kind":"Field","name":{"kind":"Name","value":"candidate"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"asOf"}},{"kind":"Field","name":{"kind":"Name","value":"stale"}}]}}]}}]} as unknown as DocumentNode<WatchResultSubscription, WatchResultSubscriptionVariables>;