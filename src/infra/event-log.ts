import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

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

/** In one SQLite file; for one process. `dataDir` null: in memory, for as long as the process lives. */
export function sqliteEventLog(dataDir: string | null, name: string): EventLog {
  if (dataDir !== null) mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const database = new DatabaseSync(dataDir === null ? ':memory:' : join(dataDir, `${name}.sqlite`));
  database.exec(`
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    PRAGMA busy_timeout = 2000;
    PRAGMA secure_delete = ON;
    CREATE TABLE IF NOT EXISTS events (
      position INTEGER PRIMARY KEY AUTOINCREMENT,
      key TEXT NOT NULL UNIQUE,
      topic TEXT NOT NULL,
      at INTEGER NOT NULL,
      body TEXT NOT NULL
    ) STRICT;
    CREATE INDEX IF NOT EXISTS events_by_topic ON events (topic, position);
    CREATE INDEX IF NOT EXISTS events_by_time ON events (at);
  `);
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
  const watchers = new Set<() => void>();
  const event = ({ position, ...rest }: Row): LoggedEvent => ({ ...rest, position: String(position) });

  return {
    async append({ key, topic, at, body }) {
      const added = insert.run(key, topic, at, body).changes === 1;
      if (added) for (const wake of watchers) wake();
      return added;
    },
    async read({ topic, after = '0', limit }) {
      const from = Number.parseInt(after, 10);
      const rows = topic === undefined ? selectAll.all(from, limit) : selectTopic.all(topic, from, limit);
      return (rows as Row[]).map(event);
    },
    async find(key) {
      const row = selectKey.get(key) as Row | undefined;
      return row ? event(row) : null;
    },
    count: async (topic) => Number((topic === undefined ? countAll.get() : countTopic.get(topic))?.n ?? 0),
    async last() {
      const seq = sequence.get()?.seq;
      return seq === undefined ? undefined : String(seq);
    },
    watch(wake) {
      watchers.add(wake);
      return () => watchers.delete(wake);
    },
    purge: async (before) => void remove.run(before),
    close: async () => database.close(),
  };
}
