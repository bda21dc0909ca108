import { Repeater } from '@repeaterjs/repeater';
import canonicalize from 'canonicalize';
import { bulkhead } from 'cockatiel';
import { type Owner, storedTag } from '../domain/caller.ts';
import type { CredentialSubject } from '../domain/credential.ts';
import type { Voter } from '../domain/elections.ts';
import { GatewayError, SourceError } from '../domain/errors.ts';
import {
  type CheckInput,
  type FailureCode,
  isFinal,
  type Lookup,
  newLookup,
  type RegistrationCheck,
  settle,
} from '../domain/registration-checks.ts';
import type { Clock } from '../infra/clock.ts';
import type { Document, Documents } from '../infra/documents.ts';
import type { Log } from '../infra/log.ts';
import type { Queue } from '../infra/queue.ts';
import { SealedError, type Sealer } from '../infra/sealed.ts';
import type { EregClient } from '../sources/ereg/client.ts';
import type { Credentials } from './credentials.ts';

/** `version` counts the changes of a check, from 1. */
type VersionedCheck = RegistrationCheck & { version: number };

/** What is kept sealed for the requester: the signed credential, and what each address was taken for. */
type CheckProof = { credential: string | null; resolvedAddresses: (string | null)[] };

export type RegistrationChecks = {
  /** `conflict`: the idempotency key was used with another input. */
  request(owner: Owner, input: CheckInput, idempotencyKey: string | null): Promise<VersionedCheck | 'conflict'>;
  /** Null for what does not exist, and alike for what is another owner's. */
  get(owner: Owner, id: string): Promise<VersionedCheck | null>;
  proof(check: RegistrationCheck): Promise<CheckProof>;
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

type Options = {
  documents: Documents;
  queue: Queue;
  sealer: Sealer;
  /** A keyed hash, for comparing what must not be stored. */
  fingerprint: (text: string) => string;
  credentials: Credentials;
  ereg: Pick<EregClient, 'submit' | 'poll'>;
  lookUpVoter: (voterId: string, signal: AbortSignal) => Promise<Voter | null>;
  clock: Clock;
  log: Log;
  /** How long a check may take, and how long it is kept. */
  deadlineMs: number;
  lifetimeMs: number;
  concurrency: number;
  /** How many submissions the upstream is sent at once. */
  submissionsAtOnce: number;
};

const POLL_MS = { first: 400, most: 5_000 };
const MAX_SUBMISSIONS = 2;
const NEVER = new AbortController().signal;
const PURGE_MS = 10 * 60_000;
// After its end, the fact that there was a check is kept for as long again.
const TOMBSTONES = 2;

export function createRegistrationChecks(options: Options): RegistrationChecks {
  const { documents, queue, sealer, fingerprint, credentials, ereg, lookUpVoter, clock, log } = options;

  const submitting = bulkhead(options.submissionsAtOnce, Number.POSITIVE_INFINITY);
  const streams = new Set<() => void>();

  const checkKey = (id: string) => `check/${id}`;
  const inputKey = (id: string) => `input/${id}`;
  const proofKey = (id: string) => `proof/${id}`;
  const resolvedKey = (id: string, position: number) => `resolved/${id}/${position}`;
  const tagOf = (owner: Owner) => storedTag(owner, fingerprint);
  const idempotencyKeyOf = (owner: Owner, key: string) => `idempotency/${fingerprint(`${tagOf(owner)}\n${key}`)}`;

  const kept = ({ expiresAt, requestedAt }: RegistrationCheck) => requestedAt + TOMBSTONES * (expiresAt - requestedAt);

  function read(document: Document): VersionedCheck {
    const check = { ...(JSON.parse(document.body) as RegistrationCheck), version: document.version };
    if (clock.now() < check.expiresAt) return check;
    return { ...check, state: 'EXPIRED', outcome: null, failure: null, lookups: [] };
  }

  async function find(id: string): Promise<VersionedCheck | null> {
    const document = await documents.get(checkKey(id));
    return document && read(document);
  }

  /**
   * Writes what `change` makes of the check as it is now, however many write at once. Null: it is gone, or has ended, or
   * `change` gave null.
   */
  async function update(
    id: string,
    change: (check: RegistrationCheck) => RegistrationCheck | null,
  ): Promise<VersionedCheck | null> {
    for (;;) {
      const current = await find(id);
      if (!current || isFinal(current)) return null;
      const { version, ...check } = current;
      const next = change(check);
      if (!next) return null;
      if (await documents.replace(checkKey(id), version, JSON.stringify(next), kept(next)))
        return { ...next, version: version + 1 };
    }
  }

  /** Only of a lookup that is still as it was when the step began: another worker may have taken the job over since. */
  const updateLookup = (id: string, position: number, before: Lookup, change: Partial<Lookup>) =>
    update(id, (check) => {
      const now = check.lookups[position]!;
      if (isFinal(now) || now.submissions !== before.submissions || now.upstreamId !== before.upstreamId) return null;
      const lookups = check.lookups.map((lookup, index) => (index === position ? { ...lookup, ...change } : lookup));
      return { ...check, state: 'RUNNING', lookups };
    });

  async function sealedGet<T>(key: string): Promise<T | null> {
    const document = await documents.get(key);
    if (!document) return null;
    try {
      return (await sealer.open(key, document.body)) as T;
    } catch (error) {
      // Sealed with a key that is gone: as good as deleted, and trying again would never end the check.
      if (!(error instanceof SealedError)) throw error;
      log.error('registration check: what is stored was sealed with another ENCRYPTION_KEY');
      return null;
    }
  }
  async function sealedCreate(key: string, value: unknown, expiresAt: number): Promise<void> {
    await documents.create(key, await sealer.seal(key, value), expiresAt);
  }

  /** What is about the person goes when the check ends, whoever ended it and however often this runs. */
  async function forgetInput(id: string, lookups: number): Promise<void> {
    await documents.delete(inputKey(id));
    await Promise.all(Array.from({ length: lookups }, (_, position) => documents.delete(resolvedKey(id, position))));
  }

  // ── Requesting ───────────────────────────────────────────────────────────────────────────────────────────────

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
      owner: tagOf(owner),
      state: 'QUEUED',
      outcome: null,
      jurisdiction: input.jurisdiction,
      requestedAt,
      finishedAt: null,
      deadlineAt: requestedAt + options.deadlineMs,
      expiresAt: requestedAt + options.lifetimeMs,
      lookups: Array.from({ length: input.jurisdiction === 'CANADA' ? input.addresses.length : 1 }, newLookup),
      failure: null,
      idempotency,
    };
    await sealedCreate(inputKey(id), input, fresh.deadlineAt + options.deadlineMs);
    const created = await documents.create(checkKey(id), JSON.stringify(fresh), kept(fresh));
    const check = created ? { ...fresh, version: 1 } : await find(id);
    if (!check) throw new GatewayError('INTERNAL_SERVER_ERROR', 'The check was erased while it was requested.');
    if (isFinal(check)) await forgetInput(id, check.lookups.length);
    else await queue.add(id);
    return check;
  }

  async function request(owner: Owner, input: CheckInput, idempotencyKey: string | null) {
    if (idempotencyKey === null) return ensure(clock.uuid(), owner, input, null);
    const key = idempotencyKeyOf(owner, idempotencyKey);
    const mine = { id: clock.uuid(), input: fingerprint(canonicalize(input) as string) };
    const created = await documents.create(key, JSON.stringify(mine), clock.now() + options.lifetimeMs);
    const used = created
      ? mine
      : ((JSON.parse((await documents.get(key))?.body ?? 'null') as typeof mine | null) ?? mine);
    return used.input === mine.input ? ensure(used.id, owner, input, key) : 'conflict';
  }

  // ── Working ──────────────────────────────────────────────────────────────────────────────────────────────────

  /** One short step with each lookup that has not ended; safe to repeat at any point. */
  async function step(id: string, signal: AbortSignal): Promise<{ againInMs: number } | null> {
    const check = await find(id);
    if (!check || isFinal(check)) {
      await forgetInput(id, check?.lookups.length ?? MAX_LOOKUPS);
      return null;
    }
    const input = await sealedGet<CheckInput>(inputKey(id));
    const late = clock.now() >= check.deadlineAt;
    if (!input || late) {
      await update(id, (current) => ({
        ...current,
        lookups: current.lookups.map((lookup) => giveUp(lookup, late ? 'DEADLINE' : 'INTERNAL')),
      }));
    } else {
      await Promise.all(
        check.lookups.map((lookup, position) =>
          isFinal(lookup) ? null : advance(check, input, position, lookup, signal),
        ),
      );
    }
    const now = await find(id);
    if (now && !isFinal(now) && now.lookups.every(isFinal)) {
      await finish(now, input);
      return null;
    }
    if (!now || isFinal(now)) return { againInMs: 0 };
    const elapsed = clock.now() - check.requestedAt;
    return {
      againInMs: Math.min(
        POLL_MS.most,
        Math.max(POLL_MS.first, elapsed / 4),
        Math.max(0, check.deadlineAt - clock.now()),
      ),
    };
  }

  async function advance(
    check: RegistrationCheck,
    input: CheckInput,
    position: number,
    lookup: Lookup,
    signal: AbortSignal,
  ): Promise<void> {
    const { id } = check;
    let known = lookup;
    const set = async (change: Partial<Lookup>) => {
      const updated = await updateLookup(id, position, known, change);
      if (updated) known = updated.lookups[position]!;
      return updated;
    };
    const fail = (failure: FailureCode) => set({ state: 'FAILED', failure });

    if (input.jurisdiction === 'KENYA') {
      if (lookup.state === 'QUEUED') await set({ state: 'RUNNING' });
      const outcome = await kenyanOutcome(input.voterId, signal);
      if ('trouble' in outcome)
        return void (lookup.trouble === outcome.trouble || (await set({ trouble: outcome.trouble })));
      if ('failure' in outcome) return void (await fail(outcome.failure));
      await sealedCreate(resolvedKey(id, position), outcome.voter, check.deadlineAt + options.deadlineMs);
      return void (await set({ state: 'COMPLETED', outcome: outcome.voter ? 'REGISTERED' : 'NOT_CONFIRMED' }));
    }

    if (lookup.upstreamId === null) {
      // Counted before it is sent: a worker that finds the count without an id knows that an answer was lost.
      if (lookup.submissions >= MAX_SUBMISSIONS) return void (await fail(lookup.trouble ?? 'UPSTREAM_UNREACHABLE'));
      const answer = await submitting.execute(async () => {
        // Claimed when it is its turn, not while it waits: a claim that a kill leaves behind means that it was sent.
        signal.throwIfAborted();
        const claimed = await set({ state: 'RUNNING', submissions: lookup.submissions + 1 });
        // Not stopped by the signal: without its answer nobody would know that the service has queued it.
        return claimed && ereg.submit(input, input.addresses[position]!, NEVER);
      });
      if (!answer) return;
      switch (answer.kind) {
        case 'queued':
          await sealedCreate(resolvedKey(id, position), answer.resolvedAddress, check.deadlineAt + options.deadlineMs);
          return void (await set({ upstreamId: answer.upstreamId, trouble: null }));
        case 'unreachable':
          return void (await set({ submissions: lookup.submissions, trouble: 'UPSTREAM_UNREACHABLE' }));
        case 'unclear':
          return void (await set({ trouble: answer.trouble }));
        case 'refused':
          return void (await fail('UPSTREAM_REFUSED'));
        case 'malformed':
          return void (await fail('UPSTREAM_MALFORMED'));
      }
    }

    const answer = await ereg.poll(lookup.upstreamId, signal);
    switch (answer.kind) {
      case 'running':
        return void (lookup.trouble && (await set({ trouble: null })));
      case 'unreachable':
        return void (lookup.trouble || (await set({ trouble: 'UPSTREAM_UNREACHABLE' })));
      case 'answered':
        return void (await set({ state: 'COMPLETED', outcome: answer.outcome, trouble: null }));
      case 'forgotten':
        return void (await fail('UPSTREAM_FORGOT'));
      case 'task-failed':
        return void (await fail('UPSTREAM_TASK_FAILED'));
      case 'refused':
        return void (await fail('UPSTREAM_REFUSED'));
      case 'malformed':
        return void (await fail('UPSTREAM_MALFORMED'));
    }
  }

  async function kenyanOutcome(
    voterId: string,
    signal: AbortSignal,
  ): Promise<{ voter: Voter | null } | { trouble: FailureCode } | { failure: FailureCode }> {
    try {
      return { voter: await lookUpVoter(voterId, signal) };
    } catch (error) {
      if (!(error instanceof SourceError)) throw error;
      if (error.code === 'SOURCE_REFUSED') return { failure: 'UPSTREAM_REFUSED' };
      if (error.code === 'SOURCE_MALFORMED') return { failure: 'UPSTREAM_MALFORMED' };
      return { trouble: 'UPSTREAM_UNREACHABLE' };
    }
  }

  /** The proof first, then the end, then the forgetting: a worker killed in between leaves nothing half done. */
  async function finish(check: VersionedCheck, input: CheckInput | null): Promise<void> {
    const { version: _version, ...unsettled } = check;
    const ended = settle(unsettled, clock.now());
    const resolved = await Promise.all(
      ended.lookups.map((_, position) => sealedGet<unknown>(resolvedKey(check.id, position))),
    );
    const signable = ended.outcome === 'REGISTERED' || ended.outcome === 'NOT_CONFIRMED' ? ended.outcome : null;
    const proof: CheckProof = {
      credential:
        signable && input
          ? await credentials.issue(
              { outcome: signable, source: SOURCE_NAMES[ended.jurisdiction], answeredAt: clock.now() },
              subjectOf(input, ended, resolved),
            )
          : null,
      resolvedAddresses: resolved.map((address) => (typeof address === 'string' ? address : null)),
    };
    // A proof that is there already belongs to a worker that was killed before the next line.
    await sealedCreate(proofKey(check.id), proof, ended.expiresAt);
    const final = await update(check.id, (current) => settle(current, clock.now()));
    // Canceled or erased in this very moment: then nothing was proved.
    if (!final && (await find(check.id))?.state !== 'COMPLETED') await documents.delete(proofKey(check.id));
    await forgetInput(check.id, check.lookups.length);
  }

  const purging = setInterval(() => void documents.purge().catch(() => {}), PURGE_MS).unref();

  return {
    request,
    async get(owner, id) {
      const check = await find(id);
      return check?.owner === tagOf(owner) ? check : null;
    },
    async proof({ id, lookups, state }) {
      const none = { credential: null, resolvedAddresses: lookups.map(() => null) };
      if (state === 'EXPIRED') return none;
      const proof = await sealedGet<CheckProof>(proofKey(id));
      if (proof) return proof;
      const resolved = await Promise.all(lookups.map((_, position) => sealedGet<unknown>(resolvedKey(id, position))));
      return { ...none, resolvedAddresses: resolved.map((address) => (typeof address === 'string' ? address : null)) };
    },
    async watch(owner, id) {
      const known = await find(id);
      if (known?.owner !== tagOf(owner)) return null;
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
          const check = await find(id);
          if (check) tell(check);
          else stop();
        };
        const unwatch = await documents.watch(checkKey(id), {
          changed: (document) => (document ? tell(read(document)) : stop()),
          resync: () => void look().catch(stop),
        });
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
    },
    async cancel(owner, id) {
      const check = await find(id);
      if (check?.owner !== tagOf(owner)) return null;
      const canceled = await update(id, (current) => ({
        ...current,
        state: 'CANCELED',
        finishedAt: clock.now(),
        lookups: current.lookups.map((lookup) => (isFinal(lookup) ? lookup : { ...lookup, state: 'CANCELED' })),
      }));
      await forgetInput(id, check.lookups.length);
      // Of a worker that was killed between the proof and the end.
      if (canceled) await documents.delete(proofKey(id));
      return canceled ?? find(id);
    },
    async erase(owner, id) {
      const check = await find(id);
      if (check?.owner !== tagOf(owner)) return false;
      await documents.delete(checkKey(id));
      await documents.delete(proofKey(id));
      await forgetInput(id, MAX_LOOKUPS);
      if (check.idempotency) await documents.delete(check.idempotency);
      return true;
    },
    work: () =>
      queue.work(step, {
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

const MAX_LOOKUPS = 10;

const SOURCE_NAMES = { CANADA: 'ereg', KENYA: 'iebc' } as const;

function giveUp(lookup: Lookup, failure: FailureCode): Lookup {
  return isFinal(lookup) ? lookup : { ...lookup, state: 'FAILED', failure: lookup.trouble ?? failure };
}

/** Who was found, as far as is known: for an address history, the address that was confirmed, or else the first. */
function subjectOf(input: CheckInput, check: RegistrationCheck, resolved: unknown[]): CredentialSubject {
  if (input.jurisdiction === 'KENYA') {
    const voter = resolved[0] as Voter | null;
    return {
      jurisdiction: 'KENYA',
      voter_id: input.voterId,
      ...(voter?.county && { county: voter.county }),
      ...(voter?.constituency && { constituency: voter.constituency }),
      ...(voter?.ward && { ward: voter.ward }),
    };
  }
  const confirmed = check.lookups.findIndex(({ outcome }) => outcome === 'REGISTERED');
  const position = Math.max(0, confirmed);
  const address = input.addresses[position]!;
  const parts = 'parts' in address ? address.parts : null;
  const written = 'text' in address ? address.text : null;
  const full = resolved[position];
  const region = addressParts(typeof full === 'string' ? full : (written ?? ''));
  const province = parts?.province ?? region.province;
  const city = parts?.city ?? region.city;
  const postalCode = parts?.postalCode ?? region.postalCode;
  const line = typeof full === 'string' ? full : written;
  return {
    jurisdiction: 'CANADA',
    given_name: input.givenName,
    family_name: input.familyName,
    birthdate: input.birthDate,
    country: 'CA',
    ...(province && { province }),
    ...(city && { city }),
    ...(postalCode && { postal_code: postalCode }),
    ...(line && { address: line }),
  };
}

const POSTAL_CODE = /\b([ABCEGHJ-NPRSTVXY]\d[ABCEGHJ-NPRSTV-Z])[ -]?(\d[ABCEGHJ-NPRSTV-Z]\d)\b/i;
const PROVINCE = /\b(AB|BC|MB|NB|NL|NS|NT|NU|ON|PE|QC|SK|YT)\b/;

/** "…, Toronto, ON M5S 2B1, Canada": the province's letters, the code, and the part before them. */
function addressParts(line: string): { city?: string; province?: string; postalCode?: string } {
  const sections = line.split(',').map((section) => section.trim());
  const at = sections.findIndex((section, index) => index > 0 && (PROVINCE.test(section) || POSTAL_CODE.test(section)));
  const province = PROVINCE.exec(sections.slice(1).join(','))?.[1];
  const postal = POSTAL_CODE.exec(line);
  const city = at > 1 ? sections[at - 1] : undefined;
  return {
    ...(city && { city }),
    ...(province && { province }),
    ...(postal && { postalCode: `${postal[1]} ${postal[2]}`.toUpperCase() }),
  };
}
