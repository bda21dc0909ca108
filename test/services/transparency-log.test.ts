import { describe, expect, it } from 'vitest';
import { leafHash, rootOfHashes, verifyConsistency } from '../../src/infra/merkle.ts';
import { openCheckpoint, parseVkey } from '../../src/infra/signed-note.ts';
import { StorageUnavailable } from '../../src/infra/storage-error.ts';
import { decodeBundle } from '../../src/infra/tile-files.ts';
import { createTiles, type TileStore } from '../../src/infra/tiles.ts';
import { generateLogKey, loadLogKey } from '../../src/services/log-key.ts';
import { createTransparencyLog } from '../../src/services/transparency-log.ts';
import { memoryLog } from '../support/memory-log.ts';

const ORIGIN = 'elections.example/log';
const key = loadLogKey({ configured: generateLogKey(), dataDir: '/nowhere' });
const numbered = (count: number, from = 0) => Array.from({ length: count }, (_, index) => `leaf ${from + index}`);

function open(memory: ReturnType<typeof memoryLog>, store: TileStore = memory.store, name = { is: ORIGIN }) {
  const log = createTransparencyLog({ store, leaves: memory.leaves, key, origin: () => name.is });
  const read = async () => openCheckpoint(await log.checkpoint(), parseVkey(log.key()));
  return { ...log, read };
}
const reason = async (work: Promise<unknown>) => {
  const error = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(StorageUnavailable);
  return (error as StorageUnavailable).reason;
};

describe('a checkpoint', () => {
  it('says how the log stands, signed by the key that it names', async () => {
    const memory = memoryLog();
    const log = open(memory);
    expect(await log.read()).toMatchObject({ origin: ORIGIN, size: 0 });
    memory.append(...numbered(300));
    expect(await log.read()).toMatchObject({ size: 300 });
    expect(Buffer.from((await log.read()).root)).toEqual(Buffer.from(rootOfHashes(Buffer.concat(memory.hashes))));
    expect(log.key()).toMatch(/^elections\.example\/log\+[0-9a-f]{8}\+/);
  });

  it('continues each one before it', async () => {
    const memory = memoryLog();
    const log = open(memory);
    let before = await log.read();
    for (const more of [1, 3, 250, 2, 600, 1]) {
      memory.append(...numbered(more, memory.hashes.length));
      const now = await log.read();
      const path = await createTiles(memory.store).consistency(before.size, now.size);
      expect(verifyConsistency(before.size, now.size, path, before.root, now.root)).toBe(true);
      before = now;
    }
  });

  it('is made once for all who ask meanwhile, and is never older than the question', async () => {
    const memory = memoryLog(numbered(10));
    const arrived = Promise.withResolvers<void>();
    const hold = Promise.withResolvers<void>();
    let sizes = 0;
    const size = async () => {
      const now = await memory.store.size();
      if (++sizes === 1) {
        arrived.resolve();
        await hold.promise;
      }
      return now;
    };
    const log = open(memory, { ...memory.store, size });
    const first = log.read();
    await arrived.promise;
    memory.append('the eleventh');
    const later = Array.from({ length: 50 }, () => log.checkpoint());
    hold.resolve();
    expect((await first).size).toBe(10);
    const texts = new Set(await Promise.all(later));
    expect(texts.size).toBe(1);
    expect([...texts][0]).toContain('\n11\n');
    expect(sizes).toBe(2);
  });

  it('of a log that lost its end is not signed, until it has it again', async () => {
    const memory = memoryLog(numbered(100));
    const log = open(memory);
    const good = await log.checkpoint();
    const lost = memory.hashes.splice(90);
    expect(await reason(log.checkpoint())).toBe('the log has 90 leaves, and 100 were signed');
    expect(await reason(log.proof(3))).toContain('100 were signed');
    memory.hashes.push(...lost);
    expect(await log.checkpoint()).toBe(good);
  });

  it('of a log that grew anew after it lost its end is not signed', async () => {
    for (const grown of [100, 101, 900]) {
      const memory = memoryLog(numbered(100));
      const log = open(memory);
      await log.checkpoint();
      memory.hashes.splice(70);
      memory.append(...numbered(grown - 70, 1_000));
      expect(await reason(log.checkpoint())).toBe('the log is not the one of which 100 leaves were signed');
    }
  });

  it('follows the name of the log, should it be known later', async () => {
    const name = { is: 'localhost/log' };
    const memory = memoryLog(numbered(3));
    const log = open(memory, memory.store, name);
    await log.read();
    name.is = ORIGIN;
    expect(await log.read()).toMatchObject({ origin: ORIGIN, size: 3 });
  });

  it('is not made while the store is away', async () => {
    const memory = memoryLog(numbered(3));
    const log = open(memory, { ...memory.store, size: () => Promise.reject(new StorageUnavailable('away')) });
    expect(await reason(log.checkpoint())).toBe('away');
  });
});

describe('tiles and entries', () => {
  it('are given as far as the tree reaches', async () => {
    const memory = memoryLog(numbered(700));
    const log = open(memory);
    expect(await log.tile(0, 2, 188)).toHaveLength(188 * 32);
    expect(await log.tile(0, 2, 189)).toBeNull();
    expect(await log.tile(0, 1, 256)).toHaveLength(8192);
    expect(await log.tile(1, 0, 2)).toHaveLength(64);
    expect(await log.tile(1, 0, 3)).toBeNull();
    expect(await log.tile(63, 0, 1)).toBeNull();
    expect(await log.tile(0, Number.MAX_SAFE_INTEGER, 256)).toBeNull();
    const texts = decodeBundle((await log.entries(2, 188))!)!.map((entry) => Buffer.from(entry).toString());
    expect(texts).toEqual(numbered(188, 512));
    expect(await log.entries(2, 189)).toBeNull();
    memory.append('one more');
    expect(decodeBundle((await log.entries(2, 189))!)).toHaveLength(189);
  });

  it('that should be there and are not are an error', async () => {
    const memory = memoryLog(numbered(10));
    const log = open(memory);
    await log.checkpoint();
    memory.bodies.splice(9);
    expect(await reason(log.entries(0, 10))).toBe('leaves from 0 on are missing');
  });
});

describe('a proof', () => {
  it('holds by itself, for each leaf', async () => {
    const memory = memoryLog(numbered(300));
    const log = open(memory);
    for (const index of [0, 1, 255, 256, 299]) {
      const proof = (await log.proof(index))!;
      expect(proof).toMatchObject({ index, size: 300, leafHash: leafHash(memory.bodies[index]!) });
      expect(Buffer.from(proof.leaf).toString()).toBe(`leaf ${index}`);
      expect(log.verify(proof.text)).toMatchObject({ valid: true, size: 300 });
    }
    expect(await log.proof(300)).toBeNull();
    expect(await log.proof(-1)).toBeNull();
    const other = open(memory, memory.store, { is: 'other.example/log' });
    expect(other.verify((await log.proof(0))!.text)).toMatchObject({ valid: false, reason: 'WRONG_LOG' });
  });

  it('of a leaf that is not what was hashed is not made', async () => {
    const memory = memoryLog(numbered(300));
    const log = open(memory);
    memory.bodies[7] = Buffer.from('leaf 8');
    expect(await reason(log.proof(7))).toBe('leaf 7 is not what was hashed');
  });
});
