import { groupCommit, openForOneOwner } from './sqlite.ts';

export type Document = { version: number; body: string };

export type DocumentListener = {
  /** A version that was written, or null: the document was deleted. Not called when one expires. */
  changed(document: Document | null): void;
  /** Versions may have been missed: read again. */
  resync(): void;
};

/** Small documents with optimistic versions and an end. `expiresAt` is in milliseconds since the epoch. */
export type Documents = {
  /** Null when a document of this key was there (then nothing changed). Version 1. */
  create(key: string, body: string, expiresAt: number): Promise<Document | null>;
  /** Null also when it has expired. */
  get(key: string): Promise<Document | null>;
  /** Makes it version + 1. False when `version` is not the current one any more, or the document is gone. */
  replace(key: string, version: number, body: string, expiresAt: number): Promise<boolean>;
  /** False when there was nothing to delete. */
  delete(key: string): Promise<boolean>;
  /** Hears each version of this key written from now on, by any process. Resolves, with how to stop, when it is listening. */
  watch(key: string, listener: DocumentListener): Promise<() => void>;
  /** Deletes what has expired. */
  purge(): Promise<void>;
  close(): Promise<void>;
};

/** In one SQLite file; for one process, a second one is refused with `DataDirInUse`. */
export function sqliteDocuments(dataDir: string | null, name: string, now: () => number): Documents {
  const database = openForOneOwner(
    dataDir,
    name,
    `CREATE TABLE IF NOT EXISTS documents (
      key TEXT PRIMARY KEY,
      version INTEGER NOT NULL,
      body TEXT NOT NULL,
      expires_at INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX IF NOT EXISTS documents_by_end ON documents (expires_at);`,
  );
  const insert = database.prepare(
    `INSERT INTO documents (key, version, body, expires_at) VALUES (?, 1, ?, ?) ON CONFLICT (key) DO UPDATE
      SET version = 1, body = excluded.body, expires_at = excluded.expires_at WHERE documents.expires_at <= ?`,
  );
  const select = database.prepare('SELECT version, body FROM documents WHERE key = ? AND expires_at > ?');
  const update = database.prepare(
    'UPDATE documents SET version = version + 1, body = ?, expires_at = ? WHERE key = ? AND version = ? AND expires_at > ?',
  );
  const remove = database.prepare('DELETE FROM documents WHERE key = ? RETURNING expires_at');
  const removeExpired = database.prepare('DELETE FROM documents WHERE expires_at <= ?');
  const { write, read, flush } = groupCommit(database);
  const watchers = new Map<string, Set<DocumentListener>>();

  // In the order of the writes, because their promises are resolved in that order.
  const tell = (key: string, document: Document | null) => {
    for (const listener of watchers.get(key) ?? []) listener.changed(document);
  };

  return {
    async create(key, body, expiresAt) {
      const added = await write(() => insert.run(key, body, expiresAt, now()).changes === 1, true);
      if (!added) return null;
      tell(key, { version: 1, body });
      return { version: 1, body };
    },
    async get(key) {
      const row = read(() => select.get(key, now())) as Document | undefined;
      return row ? { ...row } : null;
    },
    async replace(key, version, body, expiresAt) {
      const done = await write(() => update.run(body, expiresAt, key, version, now()).changes === 1, true);
      if (done) tell(key, { version: version + 1, body });
      return done;
    },
    async delete(key) {
      const done = await write(() => {
        const row = remove.get(key);
        return row !== undefined && (row.expires_at as number) > now();
      }, true);
      if (done) tell(key, null);
      return done;
    },
    async watch(key, listener) {
      const listeners = watchers.get(key) ?? new Set();
      watchers.set(key, listeners);
      // Its own object, so that one listener may watch twice.
      const own = { ...listener };
      listeners.add(own);
      return () => {
        listeners.delete(own);
        if (listeners.size === 0 && watchers.get(key) === listeners) watchers.delete(key);
      };
    },
    async purge() {
      await write(() => removeExpired.run(now()), true);
      // What was deleted or replaced is still in the write-ahead log until that is emptied.
      read(() => database.exec('PRAGMA wal_checkpoint(TRUNCATE)'));
    },
    async close() {
      if (!database.isOpen) return;
      flush();
      database.close();
    },
  };
}
