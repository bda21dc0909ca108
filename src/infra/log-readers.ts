import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { ReadFile } from './log-verifier.ts';
import { MAX_LEAF_BYTES } from './merkle.ts';
import { TILE_WIDTH } from './tile-files.ts';

/** Where a stranger finds a log: at a URL, or in a folder that was filled from one. One line says what went wrong. */
export class LogReadError extends Error {
  override name = 'LogReadError';
}

/** A bundle of the longest entries; nothing of a log is larger. */
const MAX_BYTES = TILE_WIDTH * (2 + MAX_LEAF_BYTES);
const TIMEOUT_MS = 30_000;
const TRIES = 4;

/** `url` without a slash at its end. A server that is in trouble is asked again, more and more slowly. */
export function readFromUrl(url: string): ReadFile {
  return async (path) => {
    const from = `${url}/${path}`;
    for (let tried = 1; ; tried++) {
      const answer = await get(from).catch((error: unknown) => trouble(error));
      if (answer instanceof Uint8Array || answer === null) return answer;
      if (tried === TRIES) throw new LogReadError(`${from}: ${answer.trouble}.`);
      await setTimeout(250 * 2 ** tried);
    }
  };
}

export function readFromFolder(folder: string): ReadFile {
  return async (path) => {
    try {
      return await readFile(join(folder, path));
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'ENOENT' || code === 'ENOTDIR') return null;
      throw new LogReadError(`${join(folder, path)} cannot be read: ${code}.`);
    }
  };
}

type Trouble = { trouble: string };

async function get(from: string): Promise<Uint8Array | null | Trouble> {
  const response = await fetch(from, { signal: AbortSignal.timeout(TIMEOUT_MS) });
  if (!response.ok) {
    await response.body?.cancel();
    if (response.status === 404) return null;
    const answered = `answered with status ${response.status}`;
    if (response.status >= 500 || response.status === 429) return { trouble: answered };
    throw new LogReadError(`${from}: ${answered}.`);
  }
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of response.body ?? []) {
    length += part.length;
    if (length > MAX_BYTES) throw new LogReadError(`${from}: is larger than anything in a log.`);
    parts.push(part);
  }
  return Buffer.concat(parts);
}

function trouble(error: unknown): Trouble {
  if (error instanceof LogReadError) throw error;
  const { name, cause } = error as Error;
  if (name === 'TimeoutError') return { trouble: `did not answer within ${TIMEOUT_MS / 1000} s` };
  return { trouble: `cannot be reached (${(cause as NodeJS.ErrnoException | undefined)?.code ?? name})` };
}
