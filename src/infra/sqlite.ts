import { closeSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { StorageUnavailable } from './storage-error.ts';

/** Another process, or another part of this one, holds the file. */
export class DataDirInUse extends Error {
  override name = 'DataDirInUse';
}

/** The file cannot be used; the message, one line, names it and says why. */
export class DataFileError extends Error {
  override name = 'DataFileError';
}

/** Of all our files; a change of any schema counts it up. 0 was written by versions that did not count. */
const SCHEMA_VERSION = 1;

/** Primary result codes that tell of the disk and not of our SQL (sqlite.org/rescode.html). */
const BUSY = 5;
const DISK = new Set([3, 7, 8, 10, 11, 13, 14, 15, 26]);

type SqliteError = Error & { errcode?: number; errstr?: string };
/** The low byte is the primary result code. */
const codeOf = (error: unknown) => Number((error as SqliteError).errcode) & 0xff;

/** What the disk refuses is `StorageUnavailable`; everything else is ours and stays what it is. */
function typed(error: unknown): unknown {
  const code = codeOf(error);
  return code === BUSY || DISK.has(code)
    ? new StorageUnavailable(`SQLite: ${(error as SqliteError).errstr}`, error)
    : error;
}

/**
 * One SQLite file that nobody else can open until this handle closes. `dataDir` null: in memory. The lock is the
 * operating system's, so a killed process leaves none behind. POSIX has it that a process which closes any other handle
 * of the file drops the lock: nothing in this process may read the file itself.
 */
export function openForOneOwner(dataDir: string | null, name: string, schema: string): DatabaseSync {
  if (dataDir === null) {
    const database = new DatabaseSync(':memory:');
    database.exec(schema);
    return database;
  }
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const path = join(dataDir, `${name}.sqlite`);
  try {
    // SQLite gives its write-ahead log the same mode.
    closeSync(openSync(path, 'wx', 0o600));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(path);
    // Exclusive before the first access: the lock comes with it and stays.
    database.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
    database.exec('PRAGMA secure_delete = ON');
    check(database, path, schema);
    // The schema was there already: take the lock for certain, and find out whether the disk takes a write.
    database.exec(`BEGIN IMMEDIATE; ${schema}; PRAGMA user_version = ${SCHEMA_VERSION}; COMMIT`);
    return database;
  } catch (error) {
    database?.close();
    const code = codeOf(error);
    if (code === BUSY) throw new DataDirInUse(`${path} is in use by another process`, { cause: error });
    if (DISK.has(code)) throw new DataFileError(`${path}: ${(error as SqliteError).errstr}`, { cause: error });
    throw error;
  }
}

/** Before anything is promised: later, a damaged page would stop the process in the middle of its work. */
function check(database: DatabaseSync, path: string, schema: string): void {
  const [damage] = Object.values(database.prepare('PRAGMA quick_check(1)').get() ?? {});
  if (damage !== 'ok') throw new DataFileError(`${path} is damaged. Restore it, or move it away to begin anew`);
  const version = Number(database.prepare('PRAGMA user_version').get()?.user_version);
  const found = tablesOf(database);
  if (version > SCHEMA_VERSION || version < 0) {
    const known = `this version knows ${SCHEMA_VERSION}`;
    throw new DataFileError(`${path} has schema version ${version}, ${known}. Start the version that wrote it`);
  }
  if (found === '') return;
  const ours = new DatabaseSync(':memory:');
  ours.exec(schema);
  const expected = tablesOf(ours);
  ours.close();
  if (found !== expected) throw new DataFileError(`${path} has a schema that this version does not know`);
}

function tablesOf(database: DatabaseSync): string {
  const rows = database.prepare('SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name').all();
  return rows.map(({ sql }) => String(sql).replace(/\s+/g, ' ')).join(';');
}

export type GroupCommit = {
  /** Runs `write`, one statement, in the next transaction. Resolves when that is committed; on the disk, if `durable`. */
  write<T>(write: () => T, durable: boolean): Promise<T>;
  read<T>(read: () => T): T;
  /** Commits now what is waiting. */
  flush(): void;
};

/** All writes of one turn of the event loop in one transaction: one wait for the disk instead of many. */
export function groupCommit(database: DatabaseSync): GroupCommit {
  type Waiting = { run: () => () => void; reject: (error: unknown) => void; durable: boolean };
  let waiting: Waiting[] = [];

  function flush() {
    const batch = waiting;
    waiting = [];
    if (batch.length === 0) return;
    const settle: (() => void)[] = [];
    try {
      // Without: safe from a crash of the process, not of the machine. Cannot change within a transaction.
      database.exec(
        `PRAGMA synchronous = ${batch.some(({ durable }) => durable) ? 'FULL' : 'NORMAL'}; BEGIN IMMEDIATE`,
      );
      for (const { run, reject } of batch) {
        try {
          settle.push(run());
        } catch (error) {
          // A full disk ends the whole transaction: what follows would be written without one.
          if (!database.isTransaction) throw error;
          settle.push(() => reject(typed(error)));
        }
      }
      database.exec('COMMIT');
    } catch (error) {
      if (database.isOpen && database.isTransaction) database.exec('ROLLBACK');
      for (const { reject } of batch) reject(typed(error));
      return;
    }
    for (const tell of settle) tell();
  }

  return {
    write(write, durable) {
      return new Promise((resolve, reject) => {
        const run = () => {
          const result = write();
          return () => resolve(result);
        };
        if (waiting.push({ run, reject, durable }) === 1) setImmediate(flush);
      });
    },
    read(read) {
      try {
        return read();
      } catch (error) {
        throw typed(error);
      }
    },
    flush,
  };
}
