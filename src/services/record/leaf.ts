import { deflateRawSync, inflateRawSync } from 'node:zlib';
import canonicalize from 'canonicalize';
import type { Candidate, Party } from '../../domain/elections.ts';
import type { Level, Post } from '../../domain/posts.ts';
import type { RecordedContest } from '../../domain/record.ts';
import type { ContestFigures } from '../../domain/results.ts';

/** A version as the log's tree has it: what it says, and nothing about where it stands. */
export type LeafFacts = {
  contest: RecordedContest;
  asOf: number;
  figures: ContestFigures | null;
  bodyHash: string;
};

type RecordedParty = Omit<Party, 'kind' | 'election'>;
type RecordedCandidate = Omit<Candidate, 'kind' | 'election' | 'party' | 'post' | 'contestCode'> & {
  party: RecordedParty | null;
};

/** As they stand in a leaf; `contest`, `name` and the rest are the source's own words. */
type RecordedFigures = {
  ballots: ContestFigures['counts'];
  contest: { code: string; name: string | null } | null;
  name: string;
  registered: number | null;
  stations: number | null;
  turnout: number | null;
  votes: { candidate: RecordedCandidate; votes: number }[];
};

type Leaf = {
  source: string;
  election: string;
  level: Level;
  place: string;
  post: Post;
  /** ISO 8601, UTC, with milliseconds. */
  instant: string;
  figures: RecordedFigures | null;
  body: string;
};

/** Canonical JSON (RFC 8785): who has the same facts has the same bytes, and so the same hash. */
export function leafOf({ contest, asOf, figures, bodyHash }: LeafFacts): string {
  const { source, election, level, unitCode, post } = contest;
  const instant = new Date(asOf).toISOString();
  const leaf: Leaf = {
    ...{ source, election, level, place: unitCode, post, instant },
    figures: figures && recordedFigures(figures),
    body: bodyHash,
  };
  return canonicalize(leaf)!;
}

export function factsOf(leaf: string): LeafFacts {
  const { source, election, level, place, post, instant, figures, body } = JSON.parse(leaf) as Leaf;
  const contest = { source, election, level, unitCode: place, post };
  return { contest, asOf: Date.parse(instant), figures: figures && figuresOf(contest, figures), bodyHash: body };
}

/** Two answers say the same when this text is the same: pictures and colours beside the figures are none of them. */
export function figuresText(figures: ContestFigures | null): string {
  const recorded = figures && recordedFigures(figures);
  const votes = recorded?.votes.map(({ candidate: { code, name, party }, votes }) => [
    ...[code, name, votes],
    party && [party.code, party.name, party.abbreviation],
  ]);
  return JSON.stringify(recorded && { ...recorded, votes });
}

function recordedFigures(figures: ContestFigures): RecordedFigures {
  const { counts, contestCode, contestName, unitName, registeredVoters, stationsReported, turnoutPercent } = figures;
  return {
    ballots: counts,
    contest: contestCode === null ? null : { code: contestCode, name: contestName },
    name: unitName,
    registered: registeredVoters,
    stations: stationsReported,
    turnout: turnoutPercent,
    votes: figures.votes.map(({ candidate, votes }) => ({ candidate: recordedCandidate(candidate), votes })),
  };
}

function recordedCandidate(candidate: Candidate): RecordedCandidate {
  const { kind: _kind, election: _election, post: _post, contestCode: _contest, party, ...own } = candidate;
  if (!party) return { ...own, party: null };
  const { kind: _partyKind, election: _partyElection, ...ownParty } = party;
  return { ...own, party: ownParty };
}

function figuresOf({ election, level, unitCode, post }: RecordedContest, recorded: RecordedFigures): ContestFigures {
  const contestCode = recorded.contest?.code ?? null;
  return {
    ...{ election, level, unitCode, post, contestCode },
    unitName: recorded.name,
    contestName: recorded.contest?.name ?? null,
    registeredVoters: recorded.registered,
    counts: recorded.ballots,
    stationsReported: recorded.stations,
    // Leaves have never held it: with it the same figures would have other bytes than in the logs that there are.
    stationsAsReported: null,
    turnoutPercent: recorded.turnout,
    votes: recorded.votes.map(({ candidate: { party, ...own }, votes }) => ({
      votes,
      candidate: {
        ...own,
        kind: 'Candidate',
        election,
        post,
        contestCode,
        party: party && { ...party, kind: 'Party', election },
      },
    })),
  };
}

/** All versions of a contest are alike: packed against its first, each is a few dozen bytes. `first` null: it is the first. */
export const pack = (leaf: string, first: string | null): Uint8Array =>
  deflateRawSync(leaf, { level: 9, ...dictionary(first) });

export const unpack = (packed: Uint8Array, first: string | null): string =>
  inflateRawSync(packed, dictionary(first)).toString();

const dictionary = (first: string | null) => (first === null ? {} : { dictionary: Buffer.from(first) });

/** A contest's topic in the log; a source's name may have slashes. */
export const topicOf = ({ source, election, level, unitCode, post }: RecordedContest): string =>
  [source, election, level, unitCode, post].join('/');

export function contestOf(topic: string): RecordedContest {
  const parts = topic.split('/');
  const [election, level, unitCode, post] = parts.splice(-4) as [string, Level, string, Post];
  return { source: parts.join('/'), election, level, unitCode, post };
}
