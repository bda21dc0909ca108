import { createHash } from 'node:crypto';
import { expect, onTestFinished } from 'vitest';
import type { Owner } from '../../src/domain/caller.ts';
import type { CheckInput } from '../../src/domain/registration-checks.ts';
import { type Documents, type Listed, sqliteDocuments } from '../../src/infra/documents.ts';
import { createLog } from '../../src/infra/log.ts';
import type { Step } from '../../src/infra/queue.ts';
import { createSealer } from '../../src/infra/sealed.ts';
import { NO_TRACING } from '../../src/infra/tracing.ts';
import { createRegistrationChecks } from '../../src/services/checks/service.ts';
import { createCredentials } from '../../src/services/credentials.ts';
import { canadianRegister } from '../../src/services/registers/canada.ts';
import { kenyanRegister } from '../../src/services/registers/kenya.ts';
import { loadSigningKeys } from '../../src/services/signing-keys.ts';
import { directory } from './checks.ts';
import { manualClock } from './gateway.ts';

export const CLINIC: Owner = { kind: 'key', name: 'clinic' };

export const canadian = (addresses = 1): CheckInput => ({
  jurisdiction: 'CANADA',
  givenName: 'Maple',
  middleName: null,
  familyName: 'Testwell',
  birthDate: '1980-01-04',
  addresses: Array.from({ length: addresses }, (_, index) => ({ text: `${719 + index} Bloor St W` })),
});

/** Requests of the register's client that wait for an answer of the test's. */
type Asked = { kind: 'submit' | 'poll'; answer(value: unknown): void; fail(error: Error): void };

/** The service with its steps taken by hand, over an upstream that the test answers for. */
export async function checksByHand({ over = (documents: Documents) => documents } = {}) {
  const waiting: Asked[] = [];
  const asked = (kind: Asked['kind']) => () =>
    new Promise<never>((answer, fail) => waiting.push({ kind, answer: answer as Asked['answer'], fail }));
  const clock = manualClock(Date.now());
  const documents = recorded(over(sqliteDocuments(null, 'checks', clock.now)));
  let step: Step | undefined;
  const checks = createRegistrationChecks({
    documents,
    queue: {
      add: async () => {},
      work: async (given) => {
        step = given;
      },
      size: async () => 0,
      close: async () => {},
    },
    sealer: createSealer(Buffer.alloc(32, 1)),
    observe: () => {},
    tracing: NO_TRACING,
    fingerprint: (text) => createHash('sha256').update(text).digest('hex'),
    credentials: createCredentials({
      keys: await loadSigningKeys({ configured: undefined, dataDir: directory(), algorithm: 'ES256' }),
      issuer: () => 'https://checks.example',
      lifetimeMs: 1_000,
      clock,
    }),
    registers: {
      CANADA: canadianRegister({ ereg: { submit: asked('submit'), poll: asked('poll') }, submissionsAtOnce: 16 }),
      KENYA: kenyanRegister({ lookUpVoter: async () => null }),
    },
    clock,
    log: createLog('silent'),
    deadlineMs: 60_000,
    lifetimeMs: 600_000,
    concurrency: 1,
  });
  onTestFinished(() => checks.close());
  await checks.work();
  const next = async (kind: Asked['kind']) => {
    await expect.poll(() => waiting.length).toBeGreaterThan(0);
    const first = waiting.shift()!;
    expect(first.kind).toBe(kind);
    return first;
  };
  return {
    checks,
    clock,
    waiting,
    next,
    bodies: documents.bodies,
    /** What is stored at this moment, by the first part of the keys. */
    stored: documents.kinds,
    async request(input: CheckInput, { owner = CLINIC, key = null as string | null, admit = admitted } = {}) {
      const check = await checks.request(owner, input, key, admit);
      if (check === 'conflict') throw new Error('conflict');
      return check;
    },
    take: (id: string) => step!(id, new AbortController().signal),
    /** A step in which everything that is asked is answered so. */
    async taking(id: string, kind: Asked['kind'], answer: unknown, times = 1) {
      const taken = step!(id, new AbortController().signal);
      for (let time = 0; time < times; time++) (await next(kind)).answer(answer);
      return taken;
    },
  };
}

const admitted = async () => async () => {};

export const queued = (upstreamId: string) => ({ upstreamId, resolvedAddress: '719 Bloor St W, Toronto, ON M6G 0X1' });
export const CONFIRMED = { kind: 'answered', outcome: 'REGISTERED' };

/** Remembers what was written, and which keys there are. */
function recorded(documents: Documents) {
  const keys = new Set<string>();
  const bodies: string[] = [];
  return {
    ...documents,
    bodies,
    kinds: () => [...keys].map((key) => key.split('/')[0]!).sort(),
    create: async (key: string, body: string, ...rest: [number, Listed?]) => {
      bodies.push(key, body);
      const created = await documents.create(key, body, ...rest);
      if (created) keys.add(key);
      return created;
    },
    delete: async (key: string, ...rest: [Listed?]) => {
      const deleted = await documents.delete(key, ...rest);
      keys.delete(key);
      return deleted;
    },
  };
}
