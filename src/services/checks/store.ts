import { type Owner, storedTag } from '../../domain/caller.ts';
import {
  type CheckInput,
  type CheckState,
  isFinal,
  type Lookup,
  MAX_ADDRESSES,
  type RegistrationCheck,
} from '../../domain/registration-checks.ts';
import type { Clock } from '../../infra/clock.ts';
import type { Document, Documents, Listed } from '../../infra/documents.ts';
import type { Log } from '../../infra/log.ts';
import { SealedError, type Sealer } from '../../infra/sealed.ts';

/** `version` counts the changes of a check, from 1. */
export type VersionedCheck = RegistrationCheck & { version: number };

/** What is kept sealed for the requester: the signed credential, and what each address was taken for. */
export type CheckProof = { credential: string | null; resolvedAddresses: (string | null)[] };

/** The use of an idempotency key: which check it made, and of which input, as a fingerprint. */
export type KeyUse = { id: string; input: string };

/** Hears of each state that a check comes into. */
export type CheckObserver = (event: { state: string; isFinal: boolean; ageMs: number }) => void;

/** `after` goes on after the check that was requested then and has this id. */
export type CheckListQuery = {
  states: readonly CheckState[];
  after?: { requestedAt: number; id: string } | undefined;
  first: number;
};

/** Newest first. */
export type CheckList = { checks: VersionedCheck[]; total: number; more: boolean };

export type CheckStore = ReturnType<typeof createCheckStore>;

type Options = {
  documents: Documents;
  sealer: Sealer;
  /** A keyed hash, for comparing what must not be stored. */
  fingerprint: (text: string) => string;
  clock: Clock;
  log: Log;
  observe: CheckObserver;
};

const checkKey = (id: string) => `check/${id}`;
const inputKey = (id: string) => `input/${id}`;
const proofKey = (id: string) => `proof/${id}`;
/** What the requester calls the addresses: needed as long as there is a check to read. */
const labelsKey = (id: string) => `labels/${id}`;
const foundKey = (id: string, position: number) => `resolved/${id}/${position}`;

// After its end, the fact that there was a check is kept for as long again.
const TOMBSTONES = 2;
const kept = ({ expiresAt, requestedAt }: RegistrationCheck) => requestedAt + TOMBSTONES * (expiresAt - requestedAt);
/** What a check needs while it runs goes when it ends; should nobody end it, then as long after its deadline again. */
const workingUntil = ({ deadlineAt, requestedAt }: RegistrationCheck) => deadlineAt + (deadlineAt - requestedAt);

/** Checks and what belongs to them as documents: whatever is about a person is sealed. */
export function createCheckStore({ documents, sealer, fingerprint, clock, log, observe }: Options) {
  const tell = ({ state, requestedAt }: RegistrationCheck) =>
    observe({ state, isFinal: isFinal({ state }), ageMs: clock.now() - requestedAt });

  // Of a member the tag says nothing. It is not hashed once more: another ENCRYPTION_KEY would then hide an API key's checks.
  const listOf = (tag: string) => Buffer.from(tag, 'utf8').toString('hex');
  const listed = ({ owner, requestedAt, state, expiresAt }: RegistrationCheck): Listed => ({
    list: listOf(owner),
    at: requestedAt,
    group: state,
    until: expiresAt,
  });

  function read({ body, version }: Document): VersionedCheck {
    const check = { ...(JSON.parse(body) as RegistrationCheck), version };
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
      if (!(await documents.replace(checkKey(id), version, JSON.stringify(next), kept(next), listed(next)))) continue;
      if (next.state !== check.state) tell(next);
      return { ...next, version: version + 1 };
    }
  }

  const sealed = sealedDocuments(documents, sealer, log);
  const tagOf = (owner: Owner) => storedTag(owner, fingerprint);
  const forgetProof = (id: string) => documents.delete(proofKey(id));

  /** What is about the person goes when the check ends, whoever ended it and however often this runs. */
  async function forgetInput(id: string, lookups = MAX_ADDRESSES): Promise<void> {
    await documents.delete(inputKey(id));
    await Promise.all(Array.from({ length: lookups }, (_, position) => documents.delete(foundKey(id, position))));
  }

  return {
    tagOf,
    idempotencyKeyOf: (owner: Owner, key: string) => `idempotency/${fingerprint(`${tagOf(owner)}\n${key}`)}`,
    find,
    update,
    /** Null for what does not exist, and alike for what is another owner's. */
    async findOf(owner: Owner, id: string): Promise<VersionedCheck | null> {
      const check = await find(id);
      return check?.owner === tagOf(owner) ? check : null;
    },
    /** Those of an owner that have not expired. */
    async list(owner: Owner, { states, after, first }: CheckListQuery): Promise<CheckList> {
      const from = after && { at: after.requestedAt, key: checkKey(after.id) };
      const page = await documents.list(listOf(tagOf(owner)), { groups: states, after: from, first });
      // One may expire in the moment between.
      const checks = page.documents.map(read).filter(({ state }) => state !== 'EXPIRED');
      return { checks, total: page.total, more: page.more };
    },
    /** Null when it was there before. */
    async create(check: RegistrationCheck, input: CheckInput): Promise<VersionedCheck | null> {
      await sealed.create(inputKey(check.id), input, workingUntil(check));
      if (input.jurisdiction === 'CANADA' && input.labels)
        await sealed.create(labelsKey(check.id), input.labels, check.expiresAt);
      const created = await documents.create(checkKey(check.id), JSON.stringify(check), kept(check), listed(check));
      if (created) tell(check);
      return created && { ...check, version: created.version };
    },
    /** Only of a lookup that is still as it was when the step began: another worker may have taken the job over since. */
    updateLookup: (id: string, position: number, before: Lookup, change: Partial<Lookup>) =>
      update(id, (check) => {
        const now = check.lookups[position]!;
        if (isFinal(now) || now.submissions !== before.submissions || now.upstreamId !== before.upstreamId) return null;
        const lookups = check.lookups.map((lookup, index) => (index === position ? { ...lookup, ...change } : lookup));
        return { ...check, state: 'RUNNING', lookups };
      }),
    keyUse: async (key: string) => JSON.parse((await documents.get(key))?.body ?? 'null') as KeyUse | null,
    /** Null when it was used before. */
    useKey: (key: string, use: KeyUse, until: number) => documents.create(key, JSON.stringify(use), until),
    input: (id: string) => sealed.get<CheckInput>(inputKey(id)),
    labels: (id: string) => sealed.get<(string | null)[]>(labelsKey(id)),
    /** What the register found at each lookup; null where it has not answered, or found nothing. */
    found: ({ id, lookups }: RegistrationCheck) =>
      Promise.all(lookups.map((_, position) => sealed.get<unknown>(foundKey(id, position)))),
    keepFound: (check: RegistrationCheck, position: number, found: unknown) =>
      sealed.create(foundKey(check.id, position), found, workingUntil(check)),
    proof: (id: string) => sealed.get<CheckProof>(proofKey(id)),
    /** A proof that is there already stays: it belongs to a worker that was killed before it could say that all has ended. */
    keepProof: (check: RegistrationCheck, proof: CheckProof) =>
      sealed.create(proofKey(check.id), proof, check.expiresAt),
    forgetProof,
    forgetInput,
    async erase(check: RegistrationCheck): Promise<void> {
      const { id, idempotency } = check;
      await documents.delete(checkKey(id), listed(check));
      await forgetProof(id);
      await forgetInput(id);
      await documents.delete(labelsKey(id));
      if (idempotency) await documents.delete(idempotency);
    },
    /** Hears each version from now on, null when it is erased. */
    watch: (id: string, changed: (check: VersionedCheck | null) => void, resync: () => void) =>
      documents.watch(checkKey(id), { changed: (document) => changed(document && read(document)), resync }),
    purge: () => documents.purge(),
  };
}

function sealedDocuments(documents: Documents, sealer: Sealer, log: Log) {
  return {
    async get<T>(key: string): Promise<T | null> {
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
    },
    async create(key: string, value: unknown, expiresAt: number): Promise<void> {
      await documents.create(key, await sealer.seal(key, value), expiresAt);
    },
  };
}
