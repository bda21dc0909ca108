import { Repeater } from '@repeaterjs/repeater';
import canonicalize from 'canonicalize';
import type { Owner } from '../../domain/caller.ts';
import { GatewayError } from '../../domain/errors.ts';
import {
  type CheckInput,
  isFinal,
  lookupsOf,
  newLookup,
  type RegistrationCheck,
} from '../../domain/registration-checks.ts';
import type { Clock } from '../../infra/clock.ts';
import type { Documents } from '../../infra/documents.ts';
import type { Log } from '../../infra/log.ts';
import type { Queue } from '../../infra/queue.ts';
import type { Sealer } from '../../infra/sealed.ts';
import type { Tracing } from '../../infra/tracing.ts';
import type { Credentials } from '../credentials.ts';
import type { Registers } from '../registers/register.ts';
import {
  type CheckList,
  type CheckListQuery,
  type CheckObserver,
  type CheckProof,
  type CheckStore,
  createCheckStore,
  type KeyUse,
  type VersionedCheck,
} from './store.ts';
import { addressesIn, createCheckStep } from './worker.ts';

/** Counts a new check, or throws RATE_LIMITED. Resolves with how to take that back, should nothing come of it. */
type Admit = () => Promise<() => Promise<void>>;

export type RegistrationChecks = {
  /** `conflict`: the idempotency key was used with another input. What was requested before is not admitted again. */
  request(
    owner: Owner,
    input: CheckInput,
    idempotencyKey: string | null,
    admit: Admit,
  ): Promise<VersionedCheck | 'conflict'>;
  /** Null for what does not exist, and alike for what is another owner's. */
  get(owner: Owner, id: string): Promise<VersionedCheck | null>;
  /** The owner's own that have not expired, newest first. */
  list(owner: Owner, query: CheckListQuery): Promise<CheckList>;
  proof(check: RegistrationCheck): Promise<CheckProof>;
  /** The requester's names of the addresses; empty where none has one, and once the check has expired. */
  labels(check: RegistrationCheck): Promise<(string | null)[]>;
  /** The check now, then every version, until it has ended. Null as in `get`. */
  watch(owner: Owner, id: string): Promise<AsyncIterable<VersionedCheck> | null>;
  /** Null as in `get`; a check that had ended stays as it was. */
  cancel(owner: Owner, id: string): Promise<VersionedCheck | null>;
  /** Whether there was such a check. Afterwards there never was. */
  erase(owner: Owner, id: string): Promise<boolean>;
  endStreams(): void;
  /** Starts taking jobs. */
  work(): Promise<void>;
  close(): Promise<void>;
};

type Times = {
  /** How long a check may take, and how long it is kept. */
  deadlineMs: number;
  lifetimeMs: number;
};

type Options = Times & {
  documents: Documents;
  queue: Queue;
  sealer: Sealer;
  /** A keyed hash, for comparing what must not be stored. */
  fingerprint: (text: string) => string;
  credentials: Credentials;
  registers: Registers;
  clock: Clock;
  log: Log;
  observe: CheckObserver;
  tracing: Tracing;
  concurrency: number;
};

const PURGE_MS = 10 * 60_000;

export function createRegistrationChecks(options: Options): RegistrationChecks {
  const { queue, clock, log } = options;
  const store = createCheckStore(options);
  const streams = new Set<() => void>();
  const purging = setInterval(() => void store.purge().catch(() => {}), PURGE_MS).unref();

  return {
    request: requesting(store, options),
    get: store.findOf,
    list: store.list,
    async proof(check) {
      const none: CheckProof = { credential: null, resolvedAddresses: check.lookups.map(() => null) };
      if (check.state === 'EXPIRED') return none;
      return (await store.proof(check.id)) ?? { ...none, resolvedAddresses: addressesIn(await store.found(check)) };
    },
    labels: async ({ id, state }) => (state === 'EXPIRED' ? [] : ((await store.labels(id)) ?? [])),
    async watch(owner, id) {
      return (await store.findOf(owner, id)) && versionsOf(store, id, streams);
    },
    async cancel(owner, id) {
      const check = await store.findOf(owner, id);
      if (!check) return null;
      const canceled = await store.update(id, (current) => ({
        ...current,
        state: 'CANCELED',
        finishedAt: clock.now(),
        lookups: current.lookups.map((lookup) => (isFinal(lookup) ? lookup : { ...lookup, state: 'CANCELED' })),
      }));
      await store.forgetInput(id, check.lookups.length);
      // Of a worker that was killed between the proof and the end.
      if (canceled) await store.forgetProof(id);
      return canceled ?? store.find(id);
    },
    async erase(owner, id) {
      const check = await store.findOf(owner, id);
      if (check) await store.erase(check);
      return check !== null;
    },
    work: () =>
      queue.work(createCheckStep({ ...options, store }), {
        concurrency: options.concurrency,
        onError: (error) =>
          log.error({ error: (error as Error).name }, 'registration check: a step failed and is tried again'),
      }),
    endStreams() {
      for (const end of streams) end();
    },
    async close() {
      clearInterval(purging);
      await queue.close();
    },
  };
}

type Requesting = Times & Pick<Options, 'queue' | 'clock' | 'fingerprint'>;

function requesting(store: CheckStore, { queue, clock, fingerprint, ...times }: Requesting) {
  /** Every step of it may have been done before: by a request that was cut off, or by one at the same moment. */
  async function ensure(
    id: string,
    owner: Owner,
    input: CheckInput,
    idempotency: string | null,
  ): Promise<VersionedCheck> {
    const requestedAt = clock.now();
    const fresh: RegistrationCheck = {
      kind: 'RegistrationCheck',
      id,
      owner: store.tagOf(owner),
      state: 'QUEUED',
      outcome: null,
      jurisdiction: input.jurisdiction,
      requestedAt,
      finishedAt: null,
      deadlineAt: requestedAt + times.deadlineMs,
      expiresAt: requestedAt + times.lifetimeMs,
      lookups: Array.from({ length: lookupsOf(input) }, newLookup),
      failure: null,
      idempotency,
    };
    const check = (await store.create(fresh, input)) ?? (await store.find(id));
    if (!check) throw new GatewayError('INTERNAL_SERVER_ERROR', 'The check was erased while it was requested.');
    if (isFinal(check)) await store.forgetInput(id, check.lookups.length);
    else await queue.add(id);
    return check;
  }

  async function admitted<T>(admit: Admit, work: () => Promise<T>): Promise<T> {
    const takeBack = await admit();
    try {
      return await work();
    } catch (error) {
      await takeBack().catch(() => {});
      throw error;
    }
  }

  return async (owner: Owner, input: CheckInput, idempotencyKey: string | null, admit: Admit) => {
    if (idempotencyKey === null) return admitted(admit, () => ensure(clock.uuid(), owner, input, null));
    const key = store.idempotencyKeyOf(owner, idempotencyKey);
    const mine: KeyUse = { id: clock.uuid(), input: fingerprint(canonicalize(input) as string) };
    const used = await store.keyUse(key);
    if (used && used.input !== mine.input) return 'conflict';
    // A key can be used without there being its check: what should have made it was cut off, and counts once more.
    if (used && (await store.find(used.id))) return ensure(used.id, owner, input, key);
    return admitted(admit, async () => {
      const first = await store.useKey(key, mine, clock.now() + times.lifetimeMs);
      const { id, input: text } = first ? mine : ((await store.keyUse(key)) ?? mine);
      return text === mine.input ? ensure(id, owner, input, key) : 'conflict';
    });
  };
}

function versionsOf(store: CheckStore, id: string, streams: Set<() => void>): AsyncIterable<VersionedCheck> {
  return new Repeater<VersionedCheck>(async (push, stop) => {
    let seen = 0;
    const tell = (check: VersionedCheck) => {
      if (check.version <= seen) return;
      seen = check.version;
      // A reader that has left, or is slower than the buffer, ends the stream; nobody waits for it here.
      Promise.resolve(push(check)).catch(() => {});
      if (isFinal(check)) stop();
    };
    const look = async () => {
      const check = await store.find(id);
      if (check) tell(check);
      else stop();
    };
    const unwatch = await store.watch(
      id,
      (check) => (check ? tell(check) : stop()),
      () => void look().catch(stop),
    );
    const end = () => stop();
    streams.add(end);
    try {
      await look();
      await stop;
    } finally {
      streams.delete(end);
      unwatch();
    }
  });
}
