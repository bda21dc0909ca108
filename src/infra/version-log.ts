/** The next version of a topic, to be appended. */
export type NewLeaf = {
  topic: string;
  /** One more than the topic has now: otherwise it is not appended. */
  version: number;
  /** In ms since the epoch; not before the version before it, so that it can be looked for by time. */
  at: number;
  body: Uint8Array;
  /** 32 bytes, of the log's tree. */
  hash: Uint8Array;
  /** What it can be found by (`marked`): 0 to 255, 0 for nothing. */
  marks: number;
};

export type Leaf = Omit<NewLeaf, 'hash'> & {
  /** From 0, over all topics, without a gap. */
  index: number;
};

/** `versions` 0: there is none of it, and then `at` is 0. */
export type Head = { versions: number; at: number };

/**
 * An append-only list of leaves, each the next version of its topic. Nothing is ever changed or removed. What cannot be
 * stored or read is `StorageUnavailable`.
 */
export type VersionLog = {
  /**
   * Resolves when all would survive the process; each with its index, or null where the topic has that version already
   * (another process was first). In the order given.
   */
  append(leaves: readonly NewLeaf[]): Promise<(number | null)[]>;
  heads(topics: readonly string[]): Promise<Head[]>;
  /** In the order asked; what there is not is left out. */
  versions(topic: string, versions: readonly number[]): Promise<Leaf[]>;
  /** The version in force at each instant: the last whose `at` is not later; 0 before the first. */
  versionsAt(topic: string, instants: readonly number[]): Promise<number[]>;
  /** Versions with marks, newest first, below `before` if that is given. */
  marked(topic: string, limit: number, before?: number): Promise<number[]>;
  /** Over all topics, in order, from this index on. */
  read(from: number, limit: number): Promise<Leaf[]>;
  /** Of so many leaves from this one on, one behind the other; shorter at the end of the log. */
  hashes(from: number, count: number): Promise<Uint8Array>;
  /** Leaves in all. */
  size(): Promise<number>;
  /** Names of topics in the order in which they came, from this position on. */
  topics(from: number, limit: number): Promise<string[]>;
  /** What was worked out of the hashes and never changes, by a short name such as `1/0`. */
  keptTile(name: string): Promise<Uint8Array | null>;
  keepTile(name: string, tile: Uint8Array): Promise<void>;
  /** Calls `wake` some time after each append, whichever process made it. Gives back how to stop. */
  watch(wake: () => void): () => void;
  close(): Promise<void>;
};
