import { EMPTY_ROOT, HASH_BYTES, leafHash, rootOfHashes, same } from './merkle.ts';
import { createSequenceDiff, type Difference, type Item, WINDOW } from './sequence-diff.ts';
import { base64, type Checkpoint, NoteError, openCheckpoint, parseVkey } from './signed-note.ts';
import { decodeBundle, encodeBundle, TILE_WIDTH, type TileFile, tilePath } from './tile-files.ts';

/** A file of a log by its path, such as `tile/0/000`; null where there is none. */
export type ReadFile = (path: string) => Promise<Uint8Array | null>;

/** What somebody kept of the log: its checkpoint then, and the entries too where they kept them. */
export type OlderCopy = { checkpoint: string; read: ReadFile | null };

export type LogVerdict = {
  /** What was signed; null when no signed checkpoint was found. */
  checkpoint: Checkpoint | null;
  older: Checkpoint | null;
  /** What is wrong, a sentence each. Empty: everything is as it should be. */
  problems: string[];
  /** Of the entries from the tree that was signed, where the tiles show it. */
  fromSigned: Differences;
  /** Of the entries from those in the older copy. */
  fromOlder: Differences;
};

export type Differences = { differences: Difference[]; more: number };

type Options = {
  read: ReadFile;
  vkey: string;
  older: OlderCopy | null;
  /** Is given each file that was read, as it was. */
  keep?: (path: string, content: Uint8Array) => Promise<void>;
};

/**
 * Checks all of a log: the signature, each entry against the tiles, the tiles against each other and the root, and that it
 * goes on from an older checkpoint. Goes through it once, bundle by bundle: memory does not grow with the log. Throws a
 * NoteError for a key that is none, and whatever `read` throws.
 */
export async function verifyLog({ read, vkey, older, keep = async () => {} }: Options): Promise<LogVerdict> {
  const key = parseVkey(vkey);
  const problems: string[] = [];
  const nothing: Differences = { differences: [], more: 0 };
  const open = (note: string, which: string): Checkpoint | null => {
    try {
      return openCheckpoint(note, key);
    } catch (error) {
      if (!(error instanceof NoteError)) throw error;
      problems.push(`${which}: ${error.message}`);
      return null;
    }
  };
  const note = await read('checkpoint');
  if (!note) problems.push('There is no checkpoint.');
  const checkpoint = note && open(Buffer.from(note).toString(), 'The checkpoint');
  const before = older && open(older.checkpoint, 'The older checkpoint');
  const verdict = { checkpoint, older: before, problems, fromSigned: nothing, fromOlder: nothing };
  if (!note || !checkpoint || (older && !before)) return verdict;
  if (before && before.size > checkpoint.size) {
    problems.push(`The log was cut back: it has ${checkpoint.size} entries, and ${before.size} were signed before.`);
  }

  const walked = await walk({ read, keep, size: checkpoint.size, older: before && { ...before, read: older!.read } });
  problems.push(...walked.problems);
  if (walked.complete) problems.push(...compared(checkpoint, before, walked));
  await keep('checkpoint', note);
  await keep('key', Buffer.from(`${vkey.trim()}\n`));
  return { ...verdict, fromSigned: walked.fromSigned, fromOlder: walked.fromOlder };
}

type Walked = Pick<LogVerdict, 'problems' | 'fromSigned' | 'fromOlder'> & {
  /** Whether everything was there. */
  complete: boolean;
  entriesRoot: Uint8Array;
  tilesRoot: Uint8Array;
  /** Of as many entries as the older checkpoint is of. */
  olderRoot: Uint8Array | null;
};

function compared(checkpoint: Checkpoint, before: Checkpoint | null, walked: Walked): string[] {
  const problems: string[] = [];
  const { entriesRoot, tilesRoot, olderRoot, fromSigned } = walked;
  const [entries, tiles] = [same(entriesRoot, checkpoint.root), same(tilesRoot, checkpoint.root)];
  const count = fromSigned.differences.length + fromSigned.more;
  if (!entries && tiles) problems.push(`The entries are not those that were signed: ${count} of them differ.`);
  if (entries && !tiles) problems.push('The tiles are not those of the tree that was signed; the entries are.');
  if (!entries && !tiles) {
    problems.push(
      `Neither the entries nor the tiles are those of the root that was signed, ${base64(checkpoint.root)}.`,
    );
  }
  if (before && olderRoot && !same(olderRoot, before.root)) {
    problems.push(`The log was rewritten: its first ${before.size} entries are not those that were signed before.`);
  }
  return problems;
}

type Walk = {
  read: ReadFile;
  keep: NonNullable<Options['keep']>;
  size: number;
  older: (Checkpoint & { read: ReadFile | null }) | null;
};

async function walk({ read, keep, size, older }: Walk): Promise<Walked> {
  const problems: string[] = [];
  const fromSigned = createSequenceDiff();
  const entriesTree = growingTree();
  const above: UpperTile[] = [];
  const tilesTree = growingTree((tile) => above.push(tile));
  const comparison = older?.read ? compareWith(older.read, older.size) : null;
  let olderRoot = older?.size === 0 ? entriesTree.root() : null;
  let complete = true;
  let index = 0;

  async function take(file: TileFile): Promise<Uint8Array | null> {
    const content = await fetched(read, file);
    if (content) await keep(tilePath(file), content);
    return content;
  }
  async function checkAbove(): Promise<void> {
    for (const { hashes, ...file } of above.splice(0)) {
      const tile = await take(file);
      if (!tile) problems.push(`${tilePath(file)} is missing.`);
      else if (!same(tile, hashes)) problems.push(`${tilePath(file)} is not made of the tiles below it.`);
    }
  }

  for (let n = 0; n * TILE_WIDTH < size; n++) {
    const width = Math.min(TILE_WIDTH, size - n * TILE_WIDTH);
    const [entriesFile, tileFile] = [{ level: 'entries', n, width } as const, { level: 0, n, width }];
    const [bundle, tile] = await Promise.all([take(entriesFile), take(tileFile)]);
    const leaves = bundle && decodeBundle(bundle);
    const hashes = tile?.length === width * HASH_BYTES ? tile : null;
    if (!leaves) problems.push(`${tilePath(entriesFile)} is ${bundle ? 'no bundle of entries' : 'missing'}.`);
    if (!hashes) problems.push(`${tilePath(tileFile)} is ${tile ? 'no tile of that width' : 'missing'}.`);
    // Without all of them no root can be compared, and somebody may have signed for any number of them.
    if (!leaves || !hashes) {
      complete = false;
      break;
    }
    const found: Item[] = [];
    for (const leaf of leaves) {
      const hash = leafHash(leaf);
      found.push({ index: index++, id: base64(hash), leaf });
      entriesTree.push(hash);
      if (index === older?.size) olderRoot = entriesTree.root();
    }
    const expected: Item[] = [];
    for (let at = 0; at < width; at++) {
      const hash = hashes.slice(at * HASH_BYTES, (at + 1) * HASH_BYTES);
      expected.push({ index: n * TILE_WIDTH + at, id: base64(hash), leaf: null });
      tilesTree.push(hash);
    }
    fromSigned.push(expected, found);
    await comparison?.next(found);
    await checkAbove();
  }
  if (complete) {
    tilesTree.rest();
    await checkAbove();
    problems.push(...((await comparison?.end(older!.root)) ?? []));
  }
  return {
    problems,
    complete,
    entriesRoot: entriesTree.root(),
    tilesRoot: tilesTree.root(),
    olderRoot,
    fromSigned: fromSigned.end(),
    fromOlder: comparison?.differences() ?? { differences: [], more: 0 },
  };
}

/** The entries of an older copy beside those that are found now. */
function compareWith(read: ReadFile, size: number) {
  const diff = createSequenceDiff({ goesOn: true });
  const tree = growingTree();
  let [n, index] = [0, 0];
  let missing: string | null = null;

  async function kept(): Promise<Item[]> {
    const width = Math.min(TILE_WIDTH, size - n * TILE_WIDTH);
    if (width <= 0 || missing) return [];
    const file = { level: 'entries', n: n++, width } as const;
    const bundle = await fetched(read, file);
    const leaves = bundle && decodeBundle(bundle);
    if (!leaves) missing = tilePath(file);
    return (leaves ?? []).map((leaf) => {
      const hash = leafHash(leaf);
      tree.push(hash);
      return { index: index++, id: base64(hash), leaf };
    });
  }
  return {
    async next(found: readonly Item[]): Promise<void> {
      // Behind its end as much as it takes to see what was moved.
      diff.push(
        await kept(),
        found.filter((item) => item.index < size + WINDOW),
      );
    },
    /** Whatever it has that the log no longer reaches; and what is wrong with the copy itself. */
    async end(root: Uint8Array): Promise<string[]> {
      while (!missing && n * TILE_WIDTH < size) diff.push(await kept(), []);
      if (missing) return [`The older copy lacks ${missing}, so not all of it was compared.`];
      return same(tree.root(), root) ? [] : ['The older copy is itself not what its own checkpoint was signed for.'];
    },
    differences: (): Differences => diff.end(),
  };
}

type UpperTile = TileFile & { level: number; hashes: Uint8Array };

/** The tree of what is pushed, of which only the end is remembered. `upper` is told each tile above level 0. */
function growingTree(upper: (tile: UpperTile) => void = () => {}) {
  const ends: { n: number; hashes: Uint8Array[] }[] = [];

  function add(level: number, hash: Uint8Array): void {
    ends[level] ??= { n: 0, hashes: [] };
    const end = ends[level];
    if (end.hashes.push(hash) < TILE_WIDTH) return;
    const hashes = Buffer.concat(end.hashes);
    if (level > 0) upper({ level, n: end.n, width: TILE_WIDTH, hashes });
    ends[level] = { n: end.n + 1, hashes: [] };
    add(level + 1, rootOfHashes(hashes));
  }
  return {
    push: (hash: Uint8Array) => add(0, hash),
    /** Tells the tiles that are not full. */
    rest(): void {
      for (const [level, { n, hashes }] of ends.entries()) {
        if (level > 0 && hashes.length > 0) upper({ level, n, width: hashes.length, hashes: Buffer.concat(hashes) });
      }
    },
    root(): Uint8Array {
      let root: Uint8Array | null = null;
      for (const { hashes } of ends) {
        const row: Uint8Array[] = root ? [...hashes, root] : hashes;
        if (row.length > 0) root = rootOfHashes(Buffer.concat(row));
      }
      return root ?? EMPTY_ROOT;
    },
  };
}

/** A log may drop the beginning of a tile once it has all of it. */
async function fetched(read: ReadFile, file: TileFile): Promise<Uint8Array | null> {
  const exact = await read(tilePath(file));
  if (exact || file.width === TILE_WIDTH) return exact;
  const full = await read(tilePath({ ...file, width: TILE_WIDTH }));
  if (!full || file.level !== 'entries') return full?.subarray(0, file.width * HASH_BYTES) ?? null;
  const entries = decodeBundle(full);
  return entries && encodeBundle(entries.slice(0, file.width));
}
