import { hash } from 'node:crypto';
import QuickLRU from 'quick-lru';
import { codeKey } from '../../domain/codes.ts';
import type { RecordedContest, ResultVersion } from '../../domain/record.ts';
import { flagsBetween, marksOf } from '../../domain/record-flags.ts';
import type { ContestFigures } from '../../domain/results.ts';
import type { Log } from '../../infra/log.ts';
import { leafHash, MAX_LEAF_BYTES } from '../../infra/merkle.ts';
import { StorageUnavailable } from '../../infra/storage-error.ts';
import type { NewLeaf, VersionLog } from '../../infra/version-log.ts';
import { nextTurn } from '../../infra/waiting.ts';
import type { ResultsAnswer } from '../../sources/iebc/results.ts';
import { figuresText, leafOf, pack, topicOf } from './leaf.ts';
import type { RecordReader } from './reader.ts';

export type RecordKeeper = {
  /**
   * Whatever is new in an answer becomes a version. Resolves when it would survive the process, with how many there were.
   * Never fails: figures that cannot be recorded are shown all the same, `trouble` says so, and they are tried again with
   * the next answer.
   */
  keep(answer: ResultsAnswer): Promise<number>;
  /** Why figures that are shown could not be recorded; null when all could. */
  trouble(): string | null;
};

type Options = {
  /** Which source's counts these are; it stands in each leaf. */
  source: string;
  versions: Pick<VersionLog, 'append' | 'heads'>;
  reader: Pick<RecordReader, 'version' | 'first'>;
  /** A partial count that rests for so long has stalled. */
  stallMs: number;
  log: Log;
};

/**
 * The version of a contest that was recorded last, as far as this process knows. `said` is a hash of its figures; `seenAt`
 * when they were last seen unchanged.
 */
type Known = { version: number; said: string; at: number; seenAt: number };
type Sighting = {
  contest: RecordedContest;
  topic: string;
  asOf: number;
  bodyHash: string;
  figures: ContestFigures | null;
  said: string;
};

/** At about 200 bytes each. A full election has 10,758 contests in places above the stations. */
const KNOWN = 50_000;
/** A list of all wards is worked through in parts, between which others have their turn. */
const A_TURN = 25;

export function createRecordKeeper({ source, versions, reader, stallMs, log }: Options): RecordKeeper {
  const known = new QuickLRU<string, Known>({ maxSize: KNOWN });
  /** Contests whose last figures were too long for a leaf. */
  const tooLong = new Set<string>();
  let trouble: string | null = null;

  async function sightings({ asOf, bodyHash, figures, nothingAt }: ResultsAnswer): Promise<Sighting[]> {
    const seen = new Map<string, Sighting>();
    const see = (contest: RecordedContest, said: ContestFigures | null) => {
      const topic = topicOf(contest);
      // Of two entries of one contest in one answer only the first: they would take turns for ever.
      if (seen.has(topic)) return;
      seen.set(topic, { contest, topic, asOf, bodyHash, figures: said, said: hashOf(said) });
    };
    for (const [at, one] of figures.entries()) {
      if (at % A_TURN === A_TURN - 1) await nextTurn();
      const { election, level, unitCode, post } = one;
      see({ source, election, level, unitCode: codeKey(unitCode), post }, one);
    }
    if (nothingAt) {
      const { code, ...place } = nothingAt;
      see({ source, ...place, unitCode: codeKey(code) }, null);
    }
    return [...seen.values()];
  }

  /** What was recorded last; undefined for a contest that has no version. */
  async function lastOf({ contest, topic }: Sighting, version: number): Promise<Known | undefined> {
    if (version === 0) return undefined;
    const remembered = known.get(topic);
    if (remembered?.version === version) return remembered;
    const { figures, asOf } = await stored(contest, version);
    const last = { version, said: hashOf(figures), at: asOf, seenAt: asOf };
    known.set(topic, last);
    return last;
  }

  async function stored(contest: RecordedContest, version: number): Promise<ResultVersion> {
    const found = await reader.version(contest, version);
    if (!found) throw new StorageUnavailable(`the record has lost version ${version} of ${topicOf(contest)}`);
    return found;
  }

  /** The version that a sighting is; null when it says nothing new. */
  async function next(sighting: Sighting, version: number): Promise<{ leaf: NewLeaf; becomes: Known } | null> {
    const { contest, topic, figures, said, asOf, bodyHash } = sighting;
    const hadSeen = known.get(topic)?.version === version;
    const last = await lastOf(sighting, version);
    if (!last && !figures) return null;
    if (last?.said === said) {
      tooLong.delete(topic);
      last.seenAt = Math.max(last.seenAt, asOf);
      return null;
    }
    // Another instance has recorded a newer answer while this one was on its way. After one of our own it is the clock
    // that was set back.
    if (last && asOf < last.at && !hadSeen) return null;
    const at = Math.max(asOf, last?.at ?? 0);
    const leaf = leafOf({ contest, asOf: at, figures, bodyHash });
    if (Buffer.byteLength(leaf) > MAX_LEAF_BYTES) {
      if (!tooLong.has(topic)) log.error({ topic }, 'record: figures too long for a leaf of the log are not recorded');
      tooLong.add(topic);
      return null;
    }
    tooLong.delete(topic);
    const flags = last ? await flagsAfter(last, sighting) : [];
    const body = pack(leaf, version === 0 ? null : await reader.first(topic));
    return {
      leaf: { topic, version: version + 1, at, body, hash: leafHash(Buffer.from(leaf)), marks: marksOf(flags) },
      becomes: { version: version + 1, said, at, seenAt: at },
    };
  }

  async function flagsAfter({ version, at, seenAt }: Known, { contest, figures }: Sighting) {
    const before = await stored(contest, version);
    return flagsBetween(before.figures, figures, { restedMs: seenAt - at, stallMs, versionBefore: version });
  }

  /** Gives back those that another process was quicker with. */
  async function attempt(seen: Sighting[]): Promise<{ left: Sighting[]; kept: number }> {
    const heads = await versions.heads(seen.map(({ topic }) => topic));
    const found: Awaited<ReturnType<typeof next>>[] = [];
    for (let from = 0; from < seen.length; from += A_TURN) {
      const some = seen.slice(from, from + A_TURN).map((sighting, at) => next(sighting, heads[from + at]!.versions));
      found.push(...(await Promise.all(some)));
      if (from + A_TURN < seen.length) await nextTurn();
    }
    const news = seen.flatMap((sighting, at) => (found[at] ? [{ sighting, ...found[at] }] : []));
    if (news.length === 0) return { left: [], kept: 0 };
    const indexes = await versions.append(news.map(({ leaf }) => leaf));
    const left: Sighting[] = [];
    news.forEach(({ sighting, becomes }, at) => {
      if (indexes[at] === null) left.push(sighting);
      else known.set(sighting.topic, becomes);
    });
    return { left, kept: news.length - left.length };
  }

  return {
    async keep(answer) {
      let kept = 0;
      try {
        for (let left = await sightings(answer); left.length > 0; ) {
          const done = await attempt(left);
          left = done.left;
          kept += done.kept;
        }
        trouble = null;
      } catch (error) {
        const reason = error instanceof StorageUnavailable ? error.reason : (error as Error).message;
        if (trouble === null) log.error({ reason }, 'record: figures are shown that could not be recorded');
        trouble = reason;
      }
      return kept;
    },
    trouble: () => trouble ?? (tooLong.size > 0 ? 'figures too long for a leaf of the log' : null),
  };
}

const hashOf = (figures: ContestFigures | null): string => hash('sha256', figuresText(figures), 'base64');
