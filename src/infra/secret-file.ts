import { closeSync, fsyncSync, linkSync, mkdirSync, openSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { systemClock } from './clock.ts';

/** Undefined: there is none. */
export function readSecretFile(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/**
 * Writes a file that only its owner can read, and gives back what it says now: of several processes that start at once
 * on one directory, one writes and all go on with the same secret.
 */
export function createSecretFile(path: string, content: string): string {
  const directory = dirname(path);
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const draft = `${path}.${systemClock.uuid()}`;
  const file = openSync(draft, 'wx', 0o600);
  try {
    try {
      writeFileSync(file, content);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    // A link, unlike a rename, never replaces what another process has put there meanwhile.
    linkSync(draft, path);
    sync(directory);
    return content;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return readFileSync(path, 'utf8');
    throw error;
  } finally {
    unlinkSync(draft);
  }
}

/** A name survives a power cut once its directory is on the disk. */
function sync(directory: string): void {
  const handle = openSync(directory, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
