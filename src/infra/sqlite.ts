import { closeSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** Another process, or another part of this one, holds the file. */
export class DataDirInUse extends Error {
  override name = 'DataDirInUse';
}

const SQLITE_BUSY = 5;

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
  const database = new DatabaseSync(path);
  try {
    // Exclusive before the first access: the lock comes with it and stays.
    database.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
    database.exec('PRAGMA secure_delete = ON');
    database.exec(schema);
    // The schema may have been there already: take the lock for certain.
    database.exec('BEGIN IMMEDIATE; COMMIT');
    return database;
  } catch (error) {
    database.close();
    // The low byte is the primary result code.
    if ((Number((error as { errcode?: number }).errcode) & 0xff) !== SQLITE_BUSY) throw error;
    throw new DataDirInUse(`${path} is in use by another process`, { cause: error });
  }
}

export type GroupCommit = {
  /** Runs `write`, one statement, in the next transaction. Resolves when that is committed; on the disk, if `durable`. */
  write<T>(write: () => T, durable: boolean): Promise<T>;
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
          settle.push(() => reject(error));
        }
      }
      database.exec('COMMIT');
    } catch (error) {
      if (database.isOpen && database.isTransaction) database.exec('ROLLBACK');
      for (const { reject } of batch) reject(error);
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
    flush,
  };
}
