/* eslint-disable */
/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';
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

export type FiguresFragment = { id: string, asOf: string, stale: boolean, status: ResultStatus, statusMessage: string | null, stationsReported: number | null, registeredVoters: number | null, turnout: number | null, margin: number | null, ballots: { cast: number, valid: number, rejected: number } | null, quality: Array<{ code: QualityFlagCode, message: string }>, tallies: Array<{ votes: number, share: number | null, candidate: { code: string, name: string, party: { code: string, name: string, abbreviation: string | null, color: string | null } | null } }>, leader: { candidate: { code: string } } | null };

export type LiveSubscriptionVariables = Exact<{
  post: Post;
  after?: string | null | undefined;
}>;


export type LiveSubscription = { resultsUpdated: { cursor: string, result: { id: string, asOf: string, stale: boolean, status: ResultStatus, statusMessage: string | null, stationsReported: number | null, registeredVoters: number | null, turnout: number | null, margin: number | null, reportingUnit:
        | { code: string }
        | { code: string }
        | { code: string }
        | { code: string }
        | { code: string }
      , ballots: { cast: number, valid: number, rejected: number } | null, quality: Array<{ code: QualityFlagCode, message: string }>, tallies: Array<{ votes: number, share: number | null, candidate: { code: string, name: string, party: { code: string, name: string, abbreviation: string | null, color: string | null } | null } }>, leader: { candidate: { code: string } } | null } } };

export type OverviewQueryVariables = Exact<{
  post: Post;
}>;


export type OverviewQuery = { country: { code: string, name: string, result: { id: string, asOf: string, stale: boolean, status: ResultStatus, statusMessage: string | null, stationsReported: number | null, registeredVoters: number | null, turnout: number | null, margin: number | null, election: { code: string, name: string | null, isTest: boolean }, ballots: { cast: number, valid: number, rejected: number } | null, quality: Array<{ code: QualityFlagCode, message: string }>, tallies: Array<{ votes: number, share: number | null, candidate: { code: string, name: string, party: { code: string, name: string, abbreviation: string | null, color: string | null } | null } }>, leader: { candidate: { code: string } } | null } | null, counties: Array<{ code: string, name: string, result: { id: string, asOf: string, stale: boolean, status: ResultStatus, statusMessage: string | null, stationsReported: number | null, registeredVoters: number | null, turnout: number | null, margin: number | null, election: { code: string, name: string | null, isTest: boolean }, ballots: { cast: number, valid: number, rejected: number } | null, quality: Array<{ code: QualityFlagCode, message: string }>, tallies: Array<{ votes: number, share: number | null, candidate: { code: string, name: string, party: { code: string, name: string, abbreviation: string | null, color: string | null } | null } }>, leader: { candidate: { code: string } } | null } | null }> | null } };

export type StationsQueryVariables = Exact<{
  post: Post;
}>;


export type StationsQuery = { country: { code: string, result: { id: string, stationsTotal: number | null } | null, counties: Array<{ code: string, result: { id: string, stationsTotal: number | null } | null }> | null } };

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
      code
      name
      party {
        code
        name
        abbreviation
        color
      }
    }
  }
  leader {
    candidate {
      code
    }
  }
}
    `, {"fragmentName":"Figures"}) as unknown as TypedDocumentString<FiguresFragment, unknown>;
export const LiveDocument = new TypedDocumentString(`
    subscription Live($post: Post!, $after: String) {
  resultsUpdated(filter: {post: $post, level: COUNTY}, after: $after) {
    cursor
    result {
      reportingUnit {
        code
      }
      ...Figures
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
      code
      name
      party {
        code
        name
        abbreviation
        color
      }
    }
  }
  leader {
    candidate {
      code
    }
  }
}`) as unknown as TypedDocumentString<LiveSubscription, LiveSubscriptionVariables>;
export const OverviewDocument = new TypedDocumentString(`
    query Overview($post: Post!) {
  country {
    code
    name
    result(post: $post) {
      election {
        code
        name
        isTest
      }
      ...Figures
    }
    counties {
      code
      name
      result(post: $post) {
        election {
          code
          name
          isTest
        }
        ...Figures
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
      code
      name
      party {
        code
        name
        abbreviation
        color
      }
    }
  }
  leader {
    candidate {
      code
    }
  }
}`) as unknown as TypedDocumentString<OverviewQuery, OverviewQueryVariables>;
export const StationsDocument = new TypedDocumentString(`
    query Stations($post: Post!) {
  country {
    code
    result(post: $post) {
      id
      stationsTotal
    }
    counties {
      code
      result(post: $post) {
        id
        stationsTotal
      }
    }
  }
}
    `) as unknown as TypedDocumentString<StationsQuery, StationsQueryVariables>;