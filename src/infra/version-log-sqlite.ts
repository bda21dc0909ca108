import type { DatabaseSync } from 'node:sqlite';
import { groupCommit, openForOneOwner } from './sqlite.ts';
import type { Head, Leaf, NewLeaf, VersionLog } from './version-log.ts';
import { checkLeaves, earlier } from './version-log-leaves.ts';

// About 105 bytes a leaf beside its body, a third of it the hash. Heads are the last entries of `leaves_by_time`, and stand
// nowhere else. That index also finds an instant in one step, where bisecting a million versions takes twenty.
const SCHEMA = `
  CREATE TABLE IF NOT EXISTS topics (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
  CREATE TABLE IF NOT EXISTS leaves (
    position INTEGER PRIMARY KEY,
    topic INTEGER NOT NULL,
    version INTEGER NOT NULL,
    at INTEGER NOT NULL,
    marks INTEGER NOT NULL,
    hash BLOB NOT NULL,
    body BLOB NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX IF NOT EXISTS leaves_by_version ON leaves (topic, version);
  CREATE INDEX IF NOT EXISTS leaves_by_time ON leaves (topic, at, version);
  CREATE INDEX IF NOT EXISTS leaves_marked ON leaves (topic, version) WHERE marks <> 0;
  CREATE TABLE IF NOT EXISTS tiles (name TEXT PRIMARY KEY, tile BLOB NOT NULL) STRICT, WITHOUT ROWID;
`;

const LEAF = `SELECT position AS 'index', name AS topic, version, at, body, marks
  FROM leaves JOIN topics ON topics.id = leaves.topic`;

/** In one SQLite file; for one process, a second one is refused with `DataDirInUse`. `dataDir` null: in memory. */
export function sqliteVersionLog(dataDir: string | null, name: string): VersionLog {
  const database = openForOneOwner(dataDir, name, SCHEMA);
  const statements = prepare(database);
  const { write, read, flush } = groupCommit(database);
  const watchers = new Set<() => void>();
  const sizeNow = () => Number(statements.size.get()!.n);

  /** The topic's number and head; null: there is none of it. */
  function find(topic: string): (Head & { id: number }) | null {
    const id = statements.topic.get(topic)?.id as number | undefined;
    if (id === undefined) return null;
    // A topic comes with its first version.
    const { version, at } = statements.last.get(id) as { version: number; at: number };
    return { id, versions: version, at };
  }

  function add({ topic, version, at, marks, hash, body }: NewLeaf, index: number): boolean {
    const head = find(topic);
    if (version !== (head?.versions ?? 0) + 1) return false;
    if (head && at < head.at) throw earlier();
    const id = head?.id ?? Number(statements.addTopic.run(topic).lastInsertRowid);
    statements.addLeaf.run(index, id, version, at, marks, hash, body);
    return true;
  }

  function addAll(leaves: readonly NewLeaf[]): (number | null)[] {
    let next = sizeNow();
    return leaves.map((leaf) => (add(leaf, next) ? next++ : null));
  }

  return {
    async append(leaves) {
      checkLeaves(leaves);
      const indices = await write(() => asOne(database, () => addAll(leaves)), true);
      if (indices.some((index) => index !== null)) for (const wake of watchers) wake();
      return indices;
    },
    heads: async (topics) =>
      read(() =>
        topics.map((topic) => {
          const { versions, at } = find(topic) ?? { versions: 0, at: 0 };
          return { versions, at };
        }),
      ),
    versions: async (topic, versions) =>
      read(() => versions.flatMap((version) => (statements.version.get(topic, version) as Leaf | undefined) ?? [])),
    versionsAt: async (topic, instants) =>
      read(() => {
        const id = statements.topic.get(topic)?.id;
        if (id === undefined) return instants.map(() => 0);
        return instants.map((instant) => Number(statements.versionAt.get(id, instant)?.version ?? 0));
      }),
    marked: async (topic, limit, before = Number.MAX_SAFE_INTEGER) =>
      read(() => statements.marked.all(topic, before, limit)).map(({ version }) => version as number),
    read: async (from, limit) => read(() => statements.leaves.all(from, limit)) as Leaf[],
    hashes: async (from, count) =>
      Buffer.concat(read(() => statements.hashes.all(from, count)).map(({ hash }) => hash as Uint8Array)),
    size: async () => read(sizeNow),
    // Nothing is removed, so they are numbered from 1 without a gap.
    topics: async (from, limit) => read(() => statements.topics.all(from, limit)).map(({ name }) => name as string),
    keptTile: async (tile) => (read(() => statements.tile.get(tile))?.tile as Uint8Array | undefined) ?? null,
    async keepTile(tile, bytes) {
      // What is lost is worked out again.
      await write(() => statements.addTile.run(tile, bytes), false);
    },
    watch(wake) {
      watchers.add(wake);
      return () => watchers.delete(wake);
    },
    async close() {
      if (!database.isOpen) return;
      flush();
      database.close();
    },
  };
}

const prepare = (database: DatabaseSync) => ({
  size: database.prepare('SELECT coalesce(max(position) + 1, 0) AS n FROM leaves'),
  topic: database.prepare('SELECT id FROM topics WHERE name = ?'),
  last: database.prepare('SELECT version, at FROM leaves WHERE topic = ? ORDER BY at DESC, version DESC LIMIT 1'),
  addTopic: database.prepare('INSERT INTO topics (name) VALUES (?)'),
  addLeaf: database.prepare(
    'INSERT INTO leaves (position, topic, version, at, marks, hash, body) VALUES (?, ?, ?, ?, ?, ?, ?)',
  ),
  version: database.prepare(`${LEAF} WHERE name = ? AND version = ?`),
  versionAt: database.prepare(
    'SELECT version FROM leaves WHERE topic = ? AND at <= ? ORDER BY at DESC, version DESC LIMIT 1',
  ),
  marked: database.prepare(
    `SELECT version FROM leaves WHERE topic = (SELECT id FROM topics WHERE name = ?) AND marks <> 0 AND version < ?
     ORDER BY version DESC LIMIT ?`,
  ),
  leaves: database.prepare(`${LEAF} WHERE position >= ? ORDER BY position LIMIT ?`),
  hashes: database.prepare('SELECT hash FROM leaves WHERE position >= ? ORDER BY position LIMIT ?'),
  topics: database.prepare('SELECT name FROM topics WHERE id > ? ORDER BY id LIMIT ?'),
  tile: database.prepare('SELECT tile FROM tiles WHERE name = ?'),
  addTile: database.prepare('INSERT INTO tiles (name, tile) VALUES (?, ?) ON CONFLICT (name) DO NOTHING'),
});

/** Several statements within a transaction that others share: all of them, or none and the transaction goes on. */
function asOne<T>(database: DatabaseSync, run: () => T): T {
  database.exec('SAVEPOINT one');
  try {
    const result = run();
    database.exec('RELEASE one');
    return result;
  } catch (error) {
    // A full disk has ended the whole transaction.
    if (database.isTransaction) database.exec('ROLLBACK TO one; RELEASE one');
    throw error;
  }
}
