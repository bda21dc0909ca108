import QuickLRU from 'quick-lru';
import type { RecordedContest, ResultVersion, VersionPair } from '../../domain/record.ts';
import { flagsOf } from '../../domain/record-flags.ts';
import { StorageUnavailable } from '../../infra/storage-error.ts';
import type { Leaf, VersionLog } from '../../infra/version-log.ts';
import { contestOf, factsOf, topicOf, unpack } from './leaf.ts';

/** A version with its leaf: the canonical JSON that the log's tree is made of. */
export type RecordedLeaf = { version: ResultVersion; leaf: string };

export type RecordPage = { found: RecordedLeaf[]; next: number };

/** What was recorded. Null or empty is what there is not; a store that fails is `StorageUnavailable`. */
export type RecordReader = {
  /** How many versions there are of it. */
  count(contest: RecordedContest): Promise<number>;
  version(contest: RecordedContest, version: number): Promise<ResultVersion | null>;
  latest(contest: RecordedContest): Promise<ResultVersion | null>;
  /** Newest first, below `before` if that is given, up to `upTo`. */
  page(
    contest: RecordedContest,
    wanted: { before?: number | undefined; upTo: number; first: number },
  ): Promise<VersionPair[]>;
  /** The version in force at this moment; null before the first. */
  at(contest: RecordedContest, instant: number): Promise<ResultVersion | null>;
  /** Oldest first, at most `buckets`: the last version of each of so many equal spans from the first version to `upTo`. */
  timeline(contest: RecordedContest, wanted: { upTo: number; buckets: number }): Promise<ResultVersion[]>;
  /** Those that contradict the one before them, newest first, up to version `upTo`. */
  flagged(contest: RecordedContest, wanted: { upTo: number; first: number }): Promise<VersionPair[]>;
  /**
   * Of all contests, or of those wanted, in the order of the log: what is among so many leaves from this one on, and where
   * to go on; `next` is `from` at the end of the log.
   */
  read(from: number, limit: number, wanted?: (contest: RecordedContest) => boolean): Promise<RecordPage>;
  /** All of them, leaf by leaf, as bytes. */
  leaves(from: number, limit: number): Promise<Uint8Array[]>;
  size(): Promise<number>;
  /** Every contest that has a version, in the order of their first ones. */
  contests(): Promise<readonly RecordedContest[]>;
  /** The leaf of a contest's first version, which the others are packed against. */
  first(topic: string): Promise<string>;
};

const FIRSTS = 6_000;
const TOPICS_A_READ = 10_000;

export function createRecordReader(versions: VersionLog): RecordReader {
  const firsts = new QuickLRU<string, Promise<string>>({ maxSize: FIRSTS });
  const contests: RecordedContest[] = [];

  function first(topic: string): Promise<string> {
    const known = firsts.get(topic);
    if (known) return known;
    const read = versions.versions(topic, [1]).then(([leaf]) => {
      if (!leaf) throw new StorageUnavailable(`the record has lost the first version of ${topic}`);
      return unpack(leaf.body, null);
    });
    firsts.set(topic, read);
    read.catch(() => firsts.delete(topic));
    return read;
  }

  const textOf = async ({ topic, version, body }: Leaf) => unpack(body, version === 1 ? null : await first(topic));

  async function opened(stored: Leaf): Promise<RecordedLeaf> {
    const { version, index, marks } = stored;
    const leaf = await textOf(stored);
    return { leaf, version: { ...factsOf(leaf), version, index, flags: flagsOf(marks) } };
  }

  async function some(contest: RecordedContest, wanted: readonly number[]): Promise<ResultVersion[]> {
    if (wanted.length === 0) return [];
    const leaves = await versions.versions(topicOf(contest), wanted);
    return Promise.all(leaves.map(async (leaf) => (await opened(leaf)).version));
  }

  const version = async (contest: RecordedContest, number: number) => (await some(contest, [number]))[0] ?? null;
  const count = async (contest: RecordedContest) => (await versions.heads([topicOf(contest)]))[0]!.versions;

  /** Each with the one before it. */
  async function pairs(contest: RecordedContest, wanted: readonly number[]): Promise<VersionPair[]> {
    const all = [...new Set(wanted.flatMap((number) => (number > 1 ? [number, number - 1] : [number])))];
    const found = new Map((await some(contest, all)).map((one) => [one.version, one]));
    return wanted.flatMap((number) => {
      const one = found.get(number);
      return one ? [{ version: one, before: found.get(number - 1) ?? null }] : [];
    });
  }

  return {
    count,
    version,
    first,
    async latest(contest) {
      const number = await count(contest);
      return number === 0 ? null : version(contest, number);
    },
    page(contest, { before = Number.POSITIVE_INFINITY, upTo, first: size }) {
      const newest = Math.min(upTo, before - 1);
      return pairs(
        contest,
        Array.from({ length: Math.max(0, Math.min(size, newest)) }, (_, at) => newest - at),
      );
    },
    async at(contest, instant) {
      const [number] = await versions.versionsAt(topicOf(contest), [instant]);
      return number ? version(contest, number) : null;
    },
    async timeline(contest, { upTo, buckets }) {
      const [oldest, newest] = await some(contest, upTo > 1 ? [1, upTo] : [1]);
      if (!oldest) return [];
      const end = newest ?? oldest;
      const span = (end.asOf - oldest.asOf) / buckets;
      const ends = Array.from({ length: buckets }, (_, at) =>
        at === buckets - 1 ? end.asOf : Math.floor(oldest.asOf + span * (at + 1)),
      );
      const numbers = await versions.versionsAt(topicOf(contest), ends);
      return some(contest, [...new Set(numbers.map((number) => Math.min(number, upTo)))]);
    },
    async flagged(contest, { upTo, first: size }) {
      return pairs(contest, await versions.marked(topicOf(contest), size, upTo + 1));
    },
    async read(from, limit, wanted = () => true) {
      const leaves = await versions.read(from, limit);
      const found = await Promise.all(leaves.filter(({ topic }) => wanted(contestOf(topic))).map(opened));
      return { found, next: from + leaves.length };
    },
    async leaves(from, limit) {
      const texts = await Promise.all((await versions.read(from, limit)).map(textOf));
      return texts.map((text) => Buffer.from(text));
    },
    size: versions.size,
    async contests() {
      for (;;) {
        const from = contests.length;
        const more = await versions.topics(from, TOPICS_A_READ);
        // Another call may have read the same meanwhile, or less: they only ever become more, in this order.
        contests.push(...more.slice(contests.length - from).map(contestOf));
        if (more.length < TOPICS_A_READ) return contests;
      }
    },
  };
}
