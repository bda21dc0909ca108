/* eslint-disable */
/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';
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

/** Whether a source is being asked. */
export type BreakerState =
  /** It answers: it is asked. */
  | 'CLOSED'
  /** Some of its endpoints are left alone (`openEndpoints`), or are being tried again. */
  | 'HALF_OPEN'
  /** All that was asked of it in the last minute failed again and again: it is left alone for some seconds. */
  | 'OPEN';

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

/** Why a credential proves nothing. */
export type CredentialRefusalReason =
  /** Signed by an algorithm that is not accepted, or by none. */
  | 'ALGORITHM'
  /** Something that a credential of this gateway says is missing or of another form. */
  | 'CLAIMS'
  /** A disclosure was changed, repeated, or is not of this credential. */
  | 'DISCLOSURE'
  /** Past its time. */
  | 'EXPIRED'
  /** Issued by somebody else. */
  | 'ISSUER'
  /** Not a credential in strict compact form. */
  | 'MALFORMED'
  /** Before its time. */
  | 'NOT_YET_VALID'
  /** The signature does not fit: it was changed, or signed by somebody else. */
  | 'SIGNATURE'
  /** Signed by a key that is not published here. */
  | 'UNKNOWN_KEY';

/** Whose register is asked. */
export type Jurisdiction =
  /** Canada's federal register, by name, birth date and address. */
  | 'CANADA'
  /** Kenya's register of the IEBC, by voter id or passport number. */
  | 'KENYA';

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

/** What two versions of a result contradict. It says what is so, never why. */
export type RecordFlagCode =
  /** A partial count that had moved before did not move for the time that the gateway is set to (`STALL_MINUTES`, 30 by default), though the source went on answering. */
  | 'FEED_STALLED'
  /** Votes or papers changed while as many polling stations had reported as before. */
  | 'FIGURES_CHANGED_WITHOUT_STATIONS'
  /** Fewer polling stations had reported than before. */
  | 'STATIONS_DECREASED'
  /** A candidate, or valid votes in all, had fewer votes than before. */
  | 'VOTES_DECREASED';

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

/** A level at which counts are reported, widest first. */
export type ReportingLevel =
  /** A constituency of a county. */
  | 'CONSTITUENCY'
  /** The whole country. */
  | 'COUNTRY'
  /** One of 47 counties, or the diaspora. */
  | 'COUNTY'
  /** A polling station (a stream of one) of a ward. */
  | 'POLLING_STATION'
  /** A ward (county assembly ward, CAW) of a constituency. */
  | 'WARD';

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
  /** In a list: the source did not give this one, so nothing is known of it at the moment; `statusMessage` says why. It is not "nothing reported". */
  | 'UNAVAILABLE'
  /** There are figures, but nobody knows (yet) how many stations there are or have reported. */
  | 'UNKNOWN';

/** What stands behind a source. */
export type SourceMode =
  /** Recorded answers of the real system, replayed. */
  | 'ARCHIVE'
  /** The real system. */
  | 'LIVE'
  /** The built-in stand-in with invented data. */
  | 'SANDBOX';

export type CancelCheckMutationVariables = Exact<{
  id: string | number;
}>;


export type CancelCheckMutation = { cancelRegistrationCheck:
    | { __typename: 'AlreadyFinished', message: string }
    | { __typename: 'CancelRegistrationCheckSuccess', check: { id: string, version: number, state: RegistrationCheckState, progress: number, jurisdiction: Jurisdiction, outcome: RegistrationOutcome | null, requestedAt: string, expiresAt: string, credential: string | null, failure: { code: CheckFailureCode, message: string } | null, addresses: Array<{ position: number, label: string | null, state: RegistrationCheckState, outcome: RegistrationOutcome | null, message: string | null, resolvedAddress: string | null, matches: AddressMatch | null }> } }
    | { __typename: 'CheckNotFound', message: string }
    | { __typename: 'InvalidInput', message: string }
   };

export type CentresQueryVariables = Exact<{
  ward: string | number;
}>;


export type CentresQuery = { ward: { code: string, pollingCentres: { totalCount: number, nodes: Array<{ id: string, name: string, streams: Array<{ code: string }> }> } | null } | null };

export type CheckFragment = { id: string, version: number, state: RegistrationCheckState, progress: number, jurisdiction: Jurisdiction, outcome: RegistrationOutcome | null, requestedAt: string, expiresAt: string, credential: string | null, failure: { code: CheckFailureCode, message: string } | null, addresses: Array<{ position: number, label: string | null, state: RegistrationCheckState, outcome: RegistrationOutcome | null, message: string | null, resolvedAddress: string | null, matches: AddressMatch | null }> };

export type CountiesQueryVariables = Exact<{ [key: string]: never; }>;


export type CountiesQuery = { counties: Array<{ code: string, name: string, constituencies: Array<{ code: string, name: string }> | null }> | null };

export type CountyPartsQueryVariables = Exact<{
  county: string | number;
}>;


export type CountyPartsQuery = { county: { code: string, name: string, constituencies: Array<{ code: string, name: string, wards: Array<{ code: string, name: string }> | null }> | null } | null };

export type EraseCheckMutationVariables = Exact<{
  id: string | number;
}>;


export type EraseCheckMutation = { eraseRegistrationCheck:
    | { __typename: 'CheckNotFound', message: string }
    | { __typename: 'EraseRegistrationCheckSuccess', erasedId: string }
    | { __typename: 'InvalidInput', message: string }
   };

export type FiguresFragment = { id: string, asOf: string, stale: boolean, status: ResultStatus, statusMessage: string | null, stationsReported: number | null, registeredVoters: number | null, turnout: number | null, margin: number | null, ballots: { cast: number, valid: number, rejected: number } | null, quality: Array<{ code: QualityFlagCode, message: string }>, tallies: Array<{ votes: number, share: number | null, candidate: { code: string, name: string, party: { code: string, name: string, abbreviation: string | null, color: string | null } | null } }>, leader: { candidate: { code: string } } | null };

export type FindQueryVariables = Exact<{
  text: string;
}>;


export type FindQuery = { findPlaces: Array<
    | { __typename: 'Constituency', code: string, id: string, name: string, county: { code: string, name: string } | null }
    | { __typename: 'County', code: string, id: string, name: string }
    | { __typename: 'PollingCentre', id: string, name: string }
    | { __typename: 'PollingStation', id: string, name: string }
    | { __typename: 'Ward', code: string, id: string, name: string, constituency: { code: string, name: string } | null, county: { code: string, name: string } | null }
  > | null };

export type LiveSubscriptionVariables = Exact<{
  post: Post;
  level: ReportingLevel;
  within: string | number;
  after?: string | null | undefined;
}>;


export type LiveSubscription = { resultsUpdated: { cursor: string, result: { id: string, asOf: string, stale: boolean, status: ResultStatus, statusMessage: string | null, stationsReported: number | null, turnout: number | null, margin: number | null, reportingUnit:
        | { code: string, name: string }
        | { code: string, name: string }
        | { code: string, name: string }
        | { code: string, name: string }
        | { code: string, name: string }
      , tallies: Array<{ votes: number }>, leader: { votes: number, share: number | null, candidate: { code: string, name: string, party: { code: string, name: string, abbreviation: string | null, color: string | null } | null } } | null } } };

export type MyChecksQueryVariables = Exact<{ [key: string]: never; }>;


export type MyChecksQuery = { registrationChecks: { totalCount: number, nodes: Array<{ id: string, requestedAt: string, jurisdiction: Jurisdiction, state: RegistrationCheckState, outcome: RegistrationOutcome | null }> } };

export type OverTimeQueryVariables = Exact<{
  place: string | number;
  post: Post;
}>;


export type OverTimeQuery = { node:
    | { result: { id: string, timeline: Array<{ id: string, version: number, asOf: string, isReported: boolean, stationsReported: number | null, tallies: Array<{ votes: number, candidate: { code: string, name: string, party: { code: string } | null } }> }> | null, recordFlags: Array<{ code: RecordFlagCode, message: string, after: { id: string, version: number, asOf: string, isReported: boolean, stationsReported: number | null, tallies: Array<{ votes: number, candidate: { code: string, name: string, party: { code: string } | null } }> } }> | null } | null }
    | { result: { id: string, timeline: Array<{ id: string, version: number, asOf: string, isReported: boolean, stationsReported: number | null, tallies: Array<{ votes: number, candidate: { code: string, name: string, party: { code: string } | null } }> }> | null, recordFlags: Array<{ code: RecordFlagCode, message: string, after: { id: string, version: number, asOf: string, isReported: boolean, stationsReported: number | null, tallies: Array<{ votes: number, candidate: { code: string, name: string, party: { code: string } | null } }> } }> | null } | null }
    | { result: { id: string, timeline: Array<{ id: string, version: number, asOf: string, isReported: boolean, stationsReported: number | null, tallies: Array<{ votes: number, candidate: { code: string, name: string, party: { code: string } | null } }> }> | null, recordFlags: Array<{ code: RecordFlagCode, message: string, after: { id: string, version: number, asOf: string, isReported: boolean, stationsReported: number | null, tallies: Array<{ votes: number, candidate: { code: string, name: string, party: { code: string } | null } }> } }> | null } | null }
    | { result: { id: string, timeline: Array<{ id: string, version: number, asOf: string, isReported: boolean, stationsReported: number | null, tallies: Array<{ votes: number, candidate: { code: string, name: string, party: { code: string } | null } }> }> | null, recordFlags: Array<{ code: RecordFlagCode, message: string, after: { id: string, version: number, asOf: string, isReported: boolean, stationsReported: number | null, tallies: Array<{ votes: number, candidate: { code: string, name: string, party: { code: string } | null } }> } }> | null } | null }
    | { result: { id: string, timeline: Array<{ id: string, version: number, asOf: string, isReported: boolean, stationsReported: number | null, tallies: Array<{ votes: number, candidate: { code: string, name: string, party: { code: string } | null } }> }> | null, recordFlags: Array<{ code: RecordFlagCode, message: string, after: { id: string, version: number, asOf: string, isReported: boolean, stationsReported: number | null, tallies: Array<{ votes: number, candidate: { code: string, name: string, party: { code: string } | null } }> } }> | null } | null }
    | Record<PropertyKey, never>
   | null };

export type PointFragment = { id: string, version: number, asOf: string, isReported: boolean, stationsReported: number | null, tallies: Array<{ votes: number, candidate: { code: string, name: string, party: { code: string } | null } }> };

export type PartFragment = { id: string, asOf: string, stale: boolean, status: ResultStatus, statusMessage: string | null, stationsReported: number | null, turnout: number | null, margin: number | null, reportingUnit:
    | { code: string, name: string }
    | { code: string, name: string }
    | { code: string, name: string }
    | { code: string, name: string }
    | { code: string, name: string }
  , tallies: Array<{ votes: number }>, leader: { votes: number, share: number | null, candidate: { code: string, name: string, party: { code: string, name: string, abbreviation: string | null, color: string | null } | null } } | null };

export type ProofQueryVariables = Exact<{
  place: string | number;
  post: Post;
  at: string;
}>;


export type ProofQuery = { node:
    | { result: { id: string, latestVersion: { id: string, version: number, asOf: string, proof: { leaf: string, leafHash: string, logIndex: number, treeSize: number, path: Array<string>, checkpoint: string } | null } | null } | null }
    | { result: { id: string, latestVersion: { id: string, version: number, asOf: string, proof: { leaf: string, leafHash: string, logIndex: number, treeSize: number, path: Array<string>, checkpoint: string } | null } | null } | null }
    | { result: { id: string, latestVersion: { id: string, version: number, asOf: string, proof: { leaf: string, leafHash: string, logIndex: number, treeSize: number, path: Array<string>, checkpoint: string } | null } | null } | null }
    | { result: { id: string, latestVersion: { id: string, version: number, asOf: string, proof: { leaf: string, leafHash: string, logIndex: number, treeSize: number, path: Array<string>, checkpoint: string } | null } | null } | null }
    | { result: { id: string, latestVersion: { id: string, version: number, asOf: string, proof: { leaf: string, leafHash: string, logIndex: number, treeSize: number, path: Array<string>, checkpoint: string } | null } | null } | null }
    | Record<PropertyKey, never>
   | null };

export type RequestCheckMutationVariables = Exact<{
  input: RequestRegistrationCheckInput;
  idempotencyKey?: string | null | undefined;
}>;


export type RequestCheckMutation = { requestRegistrationCheck:
    | { __typename: 'IdempotencyConflict', message: string }
    | { __typename: 'InvalidInput', message: string, field: string | null }
    | { __typename: 'RequestRegistrationCheckSuccess', check: { id: string, version: number, state: RegistrationCheckState, progress: number, jurisdiction: Jurisdiction, outcome: RegistrationOutcome | null, requestedAt: string, expiresAt: string, credential: string | null, failure: { code: CheckFailureCode, message: string } | null, addresses: Array<{ position: number, label: string | null, state: RegistrationCheckState, outcome: RegistrationOutcome | null, message: string | null, resolvedAddress: string | null, matches: AddressMatch | null }> } }
   };

export type ResultsQueryVariables = Exact<{
  post: Post;
  place: string | number;
  placeLevel: ReportingLevel;
  within: string | number;
  level: ReportingLevel;
  at?: string | null | undefined;
  isPlaceCounted: boolean;
  arePartsCounted: boolean;
}>;


export type ResultsQuery = { place?: { nodes: Array<{ id: string, asOf: string, stale: boolean, status: ResultStatus, statusMessage: string | null, stationsReported: number | null, registeredVoters: number | null, turnout: number | null, margin: number | null, election: { code: string, name: string | null, isTest: boolean }, reportingUnit:
        | { id: string, code: string, name: string }
        | { id: string, code: string, name: string }
        | { id: string, code: string, name: string }
        | { id: string, code: string, name: string }
        | { id: string, code: string, name: string }
      , ballots: { cast: number, valid: number, rejected: number } | null, quality: Array<{ code: QualityFlagCode, message: string }>, tallies: Array<{ votes: number, share: number | null, candidate: { code: string, name: string, party: { code: string, name: string, abbreviation: string | null, color: string | null } | null } }>, leader: { candidate: { code: string } } | null }> } | null, parts?: { totals: { places: number, placesUnavailable: number, placesWithoutFigures: number, byParty: Array<{ votes: number, leads: number | null, party: { code: string, name: string, abbreviation: string | null, color: string | null } | null }> } | null, nodes: Array<{ id: string, asOf: string, stale: boolean, status: ResultStatus, statusMessage: string | null, stationsReported: number | null, turnout: number | null, margin: number | null, election: { code: string, name: string | null, isTest: boolean }, reportingUnit:
        | { code: string, name: string }
        | { code: string, name: string }
        | { code: string, name: string }
        | { code: string, name: string }
        | { code: string, name: string }
      , tallies: Array<{ votes: number }>, leader: { votes: number, share: number | null, candidate: { code: string, name: string, party: { code: string, name: string, abbreviation: string | null, color: string | null } | null } } | null }> } | null };

export type SourcesQueryVariables = Exact<{ [key: string]: never; }>;


export type SourcesQuery = { sources: Array<{ name: string, mode: SourceMode, breaker: BreakerState, openEndpoints: Array<string>, lastSuccessAt: string | null, lastFailureAt: string | null, placesIndex: { complete: boolean, stale: boolean, districts: number, stations: number, wardsWithoutStations: number } | null, boundariesIndex: { complete: boolean, stale: boolean, wards: number, wardsWithoutBoundary: number, wardsUntold: number } | null }> };

export type StationsQueryVariables = Exact<{
  post: Post;
  place: string | number;
  placeLevel: ReportingLevel;
  within: string | number;
  level: ReportingLevel;
  isPlaceCounted: boolean;
  arePartsCounted: boolean;
}>;


export type StationsQuery = { place?: { nodes: Array<{ id: string, stationsTotal: number | null }> } | null, parts?: { nodes: Array<{ id: string, stationsTotal: number | null, reportingUnit:
        | { code: string }
        | { code: string }
        | { code: string }
        | { code: string }
        | { code: string }
       }> } | null };

export type VerifyCredentialQueryVariables = Exact<{
  credential: string;
}>;


export type VerifyCredentialQuery = { verifyRegistrationCredential: { isValid: boolean, reason: CredentialRefusalReason | null, message: string | null, outcome: RegistrationOutcome | null, jurisdiction: Jurisdiction | null, source: string | null, answeredAt: string | null, issuedAt: string | null, expiresAt: string | null, issuer: string | null, disclosed: string | number | boolean | object | null } };

export type WatchCheckSubscriptionVariables = Exact<{
  id: string | number;
}>;


export type WatchCheckSubscription = { registrationCheckUpdated: { id: string, version: number, state: RegistrationCheckState, progress: number, jurisdiction: Jurisdiction, outcome: RegistrationOutcome | null, requestedAt: string, expiresAt: string, credential: string | null, failure: { code: CheckFailureCode, message: string } | null, addresses: Array<{ position: number, label: string | null, state: RegistrationCheckState, outcome: RegistrationOutcome | null, message: string | null, resolvedAddress: string | null, matches: AddressMatch | null }> } };

export type WhoFragment = { code: string, name: string, party: { code: string, name: string, abbreviation: string | null, color: string | null } | null };

export class TypedDocumentString<TResult, TVariables>
  extends String
  implements DocumentTypeDecoration<TResult, TVariables>
{
  __apiType?: NonNullable<DocumentTypeDecoration<TResult, TVariables>['__apiType']>;
  private value: string;
  public __meta__?: Record<string, any> | undefined;

  constructor(value: string, __meta__?: Record<string, any> | undefined) {
    super(value);
    this.value = value;
    this.__meta__ = __meta__;
  }

  override toString(): string & DocumentTypeDecoration<TResult, TVariables> {
    return this.value;
  }
}
export const CheckFragmentDoc = new TypedDocumentString(`
    fragment Check on RegistrationCheck {
  id
  version
  state
  progress
  jurisdiction
  outcome
  requestedAt
  expiresAt
  credential
  failure {
    code
    message
  }
  addresses {
    position
    label
    state
    outcome
    message
    resolvedAddress
    matches
  }
}
    `, {"fragmentName":"Check"}) as unknown as TypedDocumentString<CheckFragment, unknown>;
export const WhoFragmentDoc = new TypedDocumentString(`
    fragment Who on Candidate {
  code
  name
  party {
    code
    name
    abbreviation
    color
  }
}
    `, {"fragmentName":"Who"}) as unknown as TypedDocumentString<WhoFragment, unknown>;
export const FiguresFragmentDoc = new TypedDocumentString(`
    fragment Figures on ContestResult {
  id
  asOf
  stale
  status
  statusMessage
  stationsReported
  registeredVoters
  turnout
  margin
  ballots {
    cast
    valid
    rejected
  }
  quality {
    code
    message
  }
  tallies {
    votes
    share
    candidate {
      ...Who
    }
  }
  leader {
    candidate {
      code
    }
  }
}
    fragment Who on Candidate {
  code
  name
  party {
    code
    name
    abbreviation
    color
  }
}`, {"fragmentName":"Figures"}) as unknown as TypedDocumentString<FiguresFragment, unknown>;
export const PointFragmentDoc = new TypedDocumentString(`
    fragment Point on ContestResultVersion {
  id
  version
  asOf
  isReported
  stationsReported
  tallies {
    votes
    candidate {
      code
      name
      party {
        code
      }
    }
  }
}
    `, {"fragmentName":"Point"}) as unknown as TypedDocumentString<PointFragment, unknown>;
export const PartFragmentDoc = new TypedDocumentString(`
    fragment Part on ContestResult {
  id
  asOf
  stale
  status
  statusMessage
  stationsReported
  turnout
  margin
  reportingUnit {
    code
    name
  }
  tallies {
    votes
  }
  leader {
    votes
    share
    candidate {
      ...Who
    }
  }
}
    fragment Who on Candidate {
  code
  name
  party {
    code
    name
    abbreviation
    color
  }
}`, {"fragmentName":"Part"}) as unknown as TypedDocumentString<PartFragment, unknown>;
export const CancelCheckDocument = new TypedDocumentString(`
    mutation CancelCheck($id: ID!) {
  cancelRegistrationCheck(id: $id) {
    __typename
    ... on CancelRegistrationCheckSuccess {
      check {
        ...Check
      }
    }
    ... on Error {
      message
    }
  }
}
    fragment Check on RegistrationCheck {
  id
  version
  state
  progress
  jurisdiction
  outcome
  requestedAt
  expiresAt
  credential
  failure {
    code
    message
  }
  addresses {
    position
    label
    state
    outcome
    message
    resolvedAddress
    matches
  }
}`) as unknown as TypedDocumentString<CancelCheckMutation, CancelCheckMutationVariables>;
export const CentresDocument = new TypedDocumentString(`
    query Centres($ward: ID!) {
  ward(code: $ward) {
    code
    pollingCentres(first: 100) {
      totalCount
      nodes {
        id
        name
        streams {
          code
        }
      }
    }
  }
}
    `) as unknown as TypedDocumentString<CentresQuery, CentresQueryVariables>;
export const CountiesDocument = new TypedDocumentString(`
    query Counties {
  counties {
    code
    name
    constituencies {
      code
      name
    }
  }
}
    `) as unknown as TypedDocumentString<CountiesQuery, CountiesQueryVariables>;
export const CountyPartsDocument = new TypedDocumentString(`
    query CountyParts($county: ID!) {
  county(code: $county) {
    code
    name
    constituencies {
      code
      name
      wards {
        code
        name
      }
    }
  }
}
    `) as unknown as TypedDocumentString<CountyPartsQuery, CountyPartsQueryVariables>;
export const EraseCheckDocument = new TypedDocumentString(`
    mutation EraseCheck($id: ID!) {
  eraseRegistrationCheck(id: $id) {
    __typename
    ... on EraseRegistrationCheckSuccess {
      erasedId
    }
    ... on Error {
      message
    }
  }
}
    `) as unknown as TypedDocumentString<EraseCheckMutation, EraseCheckMutationVariables>;
export const FindDocument = new TypedDocumentString(`
    query Find($text: String!) {
  findPlaces(text: $text, kinds: [COUNTY, CONSTITUENCY, WARD], first: 8) {
    __typename
    id
    name
    ... on County {
      code
    }
    ... on Constituency {
      code
      county {
        code
        name
      }
    }
    ... on Ward {
      code
      constituency {
        code
        name
      }
      county {
        code
        name
      }
    }
  }
}
    `) as unknown as TypedDocumentString<FindQuery, FindQueryVariables>;
export const LiveDocument = new TypedDocumentString(`
    subscription Live($post: Post!, $level: ReportingLevel!, $within: ID!, $after: String) {
  resultsUpdated(
    filter: {post: $post, level: $level, within: $within}
    after: $after
  ) {
    cursor
    result {
      ...Part
    }
  }
}
    fragment Part on ContestResult {
  id
  asOf
  stale
  status
  statusMessage
  stationsReported
  turnout
  margin
  reportingUnit {
    code
    name
  }
  tallies {
    votes
  }
  leader {
    votes
    share
    candidate {
      ...Who
    }
  }
}
fragment Who on Candidate {
  code
  name
  party {
    code
    name
    abbreviation
    color
  }
}`) as unknown as TypedDocumentString<LiveSubscription, LiveSubscriptionVariables>;
export const MyChecksDocument = new TypedDocumentString(`
    query MyChecks {
  registrationChecks(first: 10) {
    totalCount
    nodes {
      id
      requestedAt
      jurisdiction
      state
      outcome
    }
  }
}
    `) as unknown as TypedDocumentString<MyChecksQuery, MyChecksQueryVariables>;
export const OverTimeDocument = new TypedDocumentString(`
    query OverTime($place: ID!, $post: Post!) {
  node(id: $place) {
    ... on ReportingUnit {
      result(post: $post) {
        id
        timeline(buckets: 120) {
          ...Point
        }
        recordFlags(first: 50) {
          code
          message
          after {
            ...Point
          }
        }
      }
    }
  }
}
    fragment Point on ContestResultVersion {
  id
  version
  asOf
  isReported
  stationsReported
  tallies {
    votes
    candidate {
      code
      name
      party {
        code
      }
    }
  }
}`) as unknown as TypedDocumentString<OverTimeQuery, OverTimeQueryVariables>;
export const ProofDocument = new TypedDocumentString(`
    query Proof($place: ID!, $post: Post!, $at: DateTime!) {
  node(id: $place) {
    ... on ReportingUnit {
      result(post: $post, at: $at) {
        id
        latestVersion {
          id
          version
          asOf
          proof {
            leaf
            leafHash
            logIndex
            treeSize
            path
            checkpoint
          }
        }
      }
    }
  }
}
    `) as unknown as TypedDocumentString<ProofQuery, ProofQueryVariables>;
export const RequestCheckDocument = new TypedDocumentString(`
    mutation RequestCheck($input: RequestRegistrationCheckInput!, $idempotencyKey: String) {
  requestRegistrationCheck(input: $input, idempotencyKey: $idempotencyKey) {
    __typename
    ... on RequestRegistrationCheckSuccess {
      check {
        ...Check
      }
    }
    ... on Error {
      message
    }
    ... on InvalidInput {
      field
    }
  }
}
    fragment Check on RegistrationCheck {
  id
  version
  state
  progress
  jurisdiction
  outcome
  requestedAt
  expiresAt
  credential
  failure {
    code
    message
  }
  addresses {
    position
    label
    state
    outcome
    message
    resolvedAddress
    matches
  }
}`) as unknown as TypedDocumentString<RequestCheckMutation, RequestCheckMutationVariables>;
export const ResultsDocument = new TypedDocumentString(`
    query Results($post: Post!, $place: ID!, $placeLevel: ReportingLevel!, $within: ID!, $level: ReportingLevel!, $at: DateTime, $isPlaceCounted: Boolean!, $arePartsCounted: Boolean!) {
  place: results(
    filter: {post: $post, level: $placeLevel, within: $place, at: $at}
    first: 1
  ) @include(if: $isPlaceCounted) {
    nodes {
      ...Figures
      election {
        code
        name
        isTest
      }
      reportingUnit {
        id
        code
        name
      }
    }
  }
  parts: results(
    filter: {post: $post, level: $level, within: $within, at: $at}
    first: 300
  ) @include(if: $arePartsCounted) {
    totals {
      places
      placesUnavailable
      placesWithoutFigures
      byParty {
        votes
        leads
        party {
          code
          name
          abbreviation
          color
        }
      }
    }
    nodes {
      ...Part
      election {
        code
        name
        isTest
      }
    }
  }
}
    fragment Figures on ContestResult {
  id
  asOf
  stale
  status
  statusMessage
  stationsReported
  registeredVoters
  turnout
  margin
  ballots {
    cast
    valid
    rejected
  }
  quality {
    code
    message
  }
  tallies {
    votes
    share
    candidate {
      ...Who
    }
  }
  leader {
    candidate {
      code
    }
  }
}
fragment Part on ContestResult {
  id
  asOf
  stale
  status
  statusMessage
  stationsReported
  turnout
  margin
  reportingUnit {
    code
    name
  }
  tallies {
    votes
  }
  leader {
    votes
    share
    candidate {
      ...Who
    }
  }
}
fragment Who on Candidate {
  code
  name
  party {
    code
    name
    abbreviation
    color
  }
}`) as unknown as TypedDocumentString<ResultsQuery, ResultsQueryVariables>;
export const SourcesDocument = new TypedDocumentString(`
    query Sources {
  sources {
    name
    mode
    breaker
    openEndpoints
    lastSuccessAt
    lastFailureAt
    placesIndex {
      complete
      stale
      districts
      stations
      wardsWithoutStations
    }
    boundariesIndex {
      complete
      stale
      wards
      wardsWithoutBoundary
      wardsUntold
    }
  }
}
    `) as unknown as TypedDocumentString<SourcesQuery, SourcesQueryVariables>;
export const StationsDocument = new TypedDocumentString(`
    query Stations($post: Post!, $place: ID!, $placeLevel: ReportingLevel!, $within: ID!, $level: ReportingLevel!, $isPlaceCounted: Boolean!, $arePartsCounted: Boolean!) {
  place: results(
    filter: {post: $post, level: $placeLevel, within: $place}
    first: 1
  ) @include(if: $isPlaceCounted) {
    nodes {
      id
      stationsTotal
    }
  }
  parts: results(
    filter: {post: $post, level: $level, within: $within}
    first: 300
  ) @include(if: $arePartsCounted) {
    nodes {
      id
      stationsTotal
      reportingUnit {
        code
      }
    }
  }
}
    `) as unknown as TypedDocumentString<StationsQuery, StationsQueryVariables>;
export const VerifyCredentialDocument = new TypedDocumentString(`
    query VerifyCredential($credential: String!) {
  verifyRegistrationCredential(credential: $credential) {
    isValid
    reason
    message
    outcome
    jurisdiction
    source
    answeredAt
    issuedAt
    expiresAt
    issuer
    disclosed
  }
}
    `) as unknown as TypedDocumentString<VerifyCredentialQuery, VerifyCredentialQueryVariables>;
export const WatchCheckDocument = new TypedDocumentString(`
    subscription WatchCheck($id: ID!) {
  registrationCheckUpdated(id: $id) {
    ...Check
  }
}
    fragment Check on RegistrationCheck {
  id
  version
  state
  progress
  jurisdiction
  outcome
  requestedAt
  expiresAt
  credential
  failure {
    code
    message
  }
  addresses {
    position
    label
    state
    outcome
    message
    resolvedAddress
    matches
  }
}`) as unknown as TypedDocumentString<WatchCheckSubscription, WatchCheckSubscriptionVariables>;