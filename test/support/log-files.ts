import { tilePath } from '../../src/infra/tile-files.ts';
import type { TransparencyLog } from '../../src/services/transparency-log.ts';

/** Every file of a log, by its path: what somebody has who downloads all of it. */
export async function filesOf(log: TransparencyLog, size: number): Promise<Map<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>([
    ['checkpoint', Buffer.from(await log.checkpoint())],
    ['key', Buffer.from(`${log.key()}\n`)],
  ]);
  for (let level = 0, count = size; count > 0; level++, count = Math.floor(count / 256)) {
    for (let n = 0; n * 256 < count; n++) {
      const width = Math.min(256, count - n * 256);
      files.set(tilePath({ level, n, width }), (await log.tile(level, n, width))!);
      if (level === 0) files.set(tilePath({ level: 'entries', n, width }), (await log.entries(n, width))!);
    }
  }
  return files;
}
