import { groupCommit, openForOneOwner } from './sqlite.ts';

export type Document = { version: number; body: string };

export type DocumentListener = {
  /** A version that was written, or null: the document was deleted. Not called when one expires. */
  changed(document: Document | null): void;
  /** Versions may have been missed: read again. */
  resync(): void;
};

/** Where a document stands in a list. Both instants in milliseconds since the epoch. */
export type Listed = {
  /** ASCII letters and digits. */
  list: string;
  /** Its place: the newest come first. It never changes. */
  at: number;
  /** Which of the list's groups it is in at the moment. */
  group: string;
  /** From then on it is in the list no more. Not later than the document's own end. */
  until: number;
};

type Place = Pick<Listed, 'list' | 'at'>;

export type ListQuery = {
  groups: readonly string[];
  /** Goes on after this one, whether it is still there or not. */
  after?: { at: number; key: string } | undefined;
  /** How many at most. */
  first: number;
};

export type ListPage = {
  documents: (Document & { at: number; key: string })[];
  /** How many there are in these groups in all. */
  total: number;
  /** Whether there are more behind these. */
  more: boolean;
};

/**
 * Small documents with optimistic versions and an end. `expiresAt` is in milliseconds since the epoch. What is `listed`
 * comes into its list, moves in it and leaves it together with the write.
 */
export type Documents = {
  /** Null when a document of this key was there (then nothing changed). Version 1. */
  create(key: string, body: string, expiresAt: number, listed?: Listed): Promise<Document | null>;
  /** Null also when it has expired. */
  get(key: string): Promise<Document | null>;
  /** Makes it version + 1. False when `version` is not the current one any more, or the document is gone. */
  replace(key: string, version: number, body: string, expiresAt: number, listed?: Listed): Promise<boolean>;
  /** False when there was nothing to delete. */
  delete(key: string, listed?: Place): Promise<boolean>;
  /** A page of a list as it is at one moment. Reads the documents of this page and no others. */
  list(list: string, query: ListQuery): Promise<ListPage>;
  /** Hears each version of this key written from now on, by any process. Resolves, with how to stop, when it is listening. */
  watch(key: string, listener: DocumentListener): Promise<() => void>;
  /** Deletes what has expired. */
  purge(): Promise<void>;
  close(): Promise<void>;
};

/** Of equal length, so that their order as text is that of time. */
const INSTANT_DIGITS = 15;
/** Where a document stands in its list, as text: places are ordered as their texts are. */
export const placeOf = (at: number, key: string): string => `${String(at).padStart(INSTANT_DIGITS, '0')}/${key}`;
export const atPlace = (place: string): { at: number; key: string } => ({
  at: Number(place.slice(0, INSTANT_DIGITS)),
  key: place.slice(INSTANT_DIGITS + 1),
});

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
  // A list is kept among the documents, one for each place, whose body is the group: their keys are in order.
  const enter = database.prepare(
    `INSERT INTO documents (key, version, body, expires_at) VALUES (?, 1, ?, ?) ON CONFLICT (key) DO UPDATE
      SET body = excluded.body, expires_at = excluded.expires_at`,
  );
  const OF_LIST = `listed.key >= :low AND listed.key < :high AND listed.expires_at > :now
    AND listed.body IN (SELECT value FROM json_each(:groups))`;
  const selectPage = database.prepare(
    `SELECT substr(listed.key, :from) AS place, document.version, document.body
      FROM documents AS listed JOIN documents AS document ON document.key = substr(listed.key, :from + ${INSTANT_DIGITS + 1})
      WHERE ${OF_LIST} ORDER BY listed.key DESC LIMIT :limit`,
  );
  const countListed = database.prepare(`SELECT count(*) AS total FROM documents AS listed WHERE ${OF_LIST}`);
  const inList = (list: string, place: string) => `list/${list}/${place}`;
  function enlist(key: string, listed: Listed | undefined) {
    if (listed) enter.run(inList(listed.list, placeOf(listed.at, key)), listed.group, listed.until);
  }

  const { write, read, flush } = groupCommit(database);
  const watchers = new Map<string, Set<DocumentListener>>();

  // In the order of the writes, because their promises are resolved in that order.
  const tell = (key: string, document: Document | null) => {
    for (const listener of watchers.get(key) ?? []) listener.changed(document);
  };

  return {
    async create(key, body, expiresAt, listed) {
      const added = await write(() => {
        const done = insert.run(key, body, expiresAt, now()).changes === 1;
        if (done) enlist(key, listed);
        return done;
      }, true);
      if (!added) return null;
      tell(key, { version: 1, body });
      return { version: 1, body };
    },
    async get(key) {
      const row = read(() => select.get(key, now())) as Document | undefined;
      return row ? { ...row } : null;
    },
    async replace(key, version, body, expiresAt, listed) {
      const done = await write(() => {
        const replaced = update.run(body, expiresAt, key, version, now()).changes === 1;
        if (replaced) enlist(key, listed);
        return replaced;
      }, true);
      if (done) tell(key, { version: version + 1, body });
      return done;
    },
    async delete(key, listed) {
      const done = await write(() => {
        if (listed) remove.get(inList(listed.list, placeOf(listed.at, key)));
        const row = remove.get(key);
        return row !== undefined && (row.expires_at as number) > now();
      }, true);
      if (done) tell(key, null);
      return done;
    },
    async list(list, { groups, after, first }) {
      const range = {
        low: inList(list, ''),
        high: inList(list, after ? placeOf(after.at, after.key) : ':'),
        now: now(),
        groups: JSON.stringify(groups),
      };
      return read(() => {
        const rows = selectPage.all({ ...range, from: range.low.length + 1, limit: first + 1 });
        const total = Number(countListed.get({ ...range, high: inList(list, ':') })!.total);
        const documents = rows.slice(0, first).map(({ place, version, body }) => ({
          ...atPlace(String(place)),
          version: Number(version),
          body: String(body),
        }));
        return { documents, total, more: rows.length > first };
      });
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
