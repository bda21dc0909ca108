import { groupCommit, openForOneOwner } from './sqlite.ts';

type NewEvent = {
  /** Names the event: a second one of the same key is the same event. */
  key: string;
  topic: string;
  /** Milliseconds since the epoch. */
  at: number;
  body: string;
};

/** `position` grows with each event, over all topics, and is never used again. Opaque to all but the log that gave it. */
export type LoggedEvent = NewEvent & { position: string };

/** A durable list of events in the order in which they came, each of them once. */
export type EventLog = {
  /** Resolves when the event would survive the process. False: it was there already. */
  append(event: NewEvent): Promise<boolean>;
  /** Oldest first; from the start without `after`. */
  read(options: { topic?: string | undefined; after?: string | undefined; limit: number }): Promise<LoggedEvent[]>;
  find(key: string): Promise<LoggedEvent | null>;
  count(topic?: string): Promise<number>;
  /** Position of the latest event of all; undefined when there never was one. */
  last(): Promise<string | undefined>;
  /** Calls `wake` some time after each event, whichever process added it. Gives back how to stop. */
  watch(wake: () => void): () => void;
  /** Forgets what came before this moment. */
  purge(before: number): Promise<void>;
  close(): Promise<void>;
};

type Row = { position: number | bigint; key: string; topic: string; at: number; body: string };

/** In one SQLite file; for one process, a second one is refused with `DataDirInUse`. `dataDir` null: in memory. */
export function sqliteEventLog(dataDir: string | null, name: string): EventLog {
  const database = openForOneOwner(
    dataDir,
    name,
    `CREATE TABLE IF NOT EXISTS events (
      position INTEGER PRIMARY KEY AUTOINCREMENT,
      key TEXT NOT NULL UNIQUE,
      topic TEXT NOT NULL,
      at INTEGER NOT NULL,
      body TEXT NOT NULL
    ) STRICT;
    CREATE INDEX IF NOT EXISTS events_by_topic ON events (topic, position);
    CREATE INDEX IF NOT EXISTS events_by_time ON events (at);`,
  );
  const insert = database.prepare(
    'INSERT INTO events (key, topic, at, body) VALUES (?, ?, ?, ?) ON CONFLICT (key) DO NOTHING',
  );
  const selectAll = database.prepare('SELECT * FROM events WHERE position > ? ORDER BY position LIMIT ?');
  const selectTopic = database.prepare(
    'SELECT * FROM events WHERE topic = ? AND position > ? ORDER BY position LIMIT ?',
  );
  const selectKey = database.prepare('SELECT * FROM events WHERE key = ?');
  const countAll = database.prepare('SELECT count(*) AS n FROM events');
  const countTopic = database.prepare('SELECT count(*) AS n FROM events WHERE topic = ?');
  const sequence = database.prepare("SELECT seq FROM sqlite_sequence WHERE name = 'events'");
  const remove = database.prepare('DELETE FROM events WHERE at < ?');
  const { write, read, flush } = groupCommit(database);
  const watchers = new Set<() => void>();
  const event = ({ position, ...rest }: Row): LoggedEvent => ({ ...rest, position: String(position) });

  return {
    async append({ key, topic, at, body }) {
      const added = await write(() => insert.run(key, topic, at, body).changes === 1, true);
      if (added) for (const wake of watchers) wake();
      return added;
    },
    async read({ topic, after = '0', limit }) {
      const from = Number.parseInt(after, 10);
      const rows = read(() => (topic === undefined ? selectAll.all(from, limit) : selectTopic.all(topic, from, limit)));
      return (rows as Row[]).map(event);
    },
    async find(key) {
      const row = read(() => selectKey.get(key)) as Row | undefined;
      return row ? event(row) : null;
    },
    count: async (topic) => Number(read(() => (topic === undefined ? countAll.get() : countTopic.get(topic)))?.n ?? 0),
    async last() {
      const seq = read(() => sequence.get())?.seq;
      return seq === undefined ? undefined : String(seq);
    },
    watch(wake) {
      watchers.add(wake);
      return () => watchers.delete(wake);
    },
    async purge(before) {
      const removed = write(() => remove.run(before), true);
      // Now, and not with the next turn's writes: whoever reads after this call finds nothing of it.
      flush();
      await removed;
      // What was deleted is still in the write-ahead log until that is emptied.
      read(() => database.exec('PRAGMA wal_checkpoint(TRUNCATE)'));
    },
    async close() {
      if (!database.isOpen) return;
      flush();
      database.close();
    },
  };
}
