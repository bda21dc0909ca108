import { type CheckInput, type FailureCode, isFinal, type Lookup, settle } from '../../domain/registration-checks.ts';
import type { Clock } from '../../infra/clock.ts';
import type { Step } from '../../infra/queue.ts';
import type { Tracing } from '../../infra/tracing.ts';
import type { Credentials } from '../credentials.ts';
import type { Register, Registers } from '../registers/register.ts';
import type { CheckProof, CheckStore, VersionedCheck } from './store.ts';

type Options = {
  store: CheckStore;
  registers: Registers;
  credentials: Credentials;
  clock: Clock;
  tracing: Tracing;
};

const POLL_MS = { first: 400, most: 5_000 };

/** One short step with each lookup of a check that has not ended; safe to repeat at any point. */
export function createCheckStep({ store, registers, credentials, clock, tracing }: Options): Step {
  const registerOf = ({ jurisdiction }: { jurisdiction: keyof Registers }): Register => registers[jurisdiction];

  type Within = { signal: AbortSignal; traceparent: string | null };

  async function advance(check: VersionedCheck, input: CheckInput, position: number, within: Within) {
    const lookup = check.lookups[position]!;
    if (isFinal(lookup)) return;
    let known = lookup;
    await registerOf(input).advance({
      input,
      position,
      lookup,
      ...within,
      async set(change) {
        const updated = await store.updateLookup(check.id, position, known, change);
        if (updated) known = updated.lookups[position]!;
        return updated !== null;
      },
      keep: (found) => store.keepFound(check, position, found),
    });
  }

  /** The proof first, then the end, then the forgetting: a worker killed in between leaves nothing half done. */
  async function finish({ version: _version, ...check }: VersionedCheck, input: CheckInput | null): Promise<void> {
    const { id } = check;
    const ended = settle(check, clock.now());
    const found = await store.found(ended);
    await store.keepProof(ended, {
      credential: await sign(ended, input, found),
      resolvedAddresses: addressesIn(found),
    });
    const final = await store.update(id, (current) => settle(current, clock.now()));
    // Canceled or erased in this very moment: then nothing was proved.
    if (!final && (await store.find(id))?.state !== 'COMPLETED') await store.forgetProof(id);
    await store.forgetInput(id, check.lookups.length);
  }

  async function sign(
    { outcome, jurisdiction, lookups }: Omit<VersionedCheck, 'version'>,
    input: CheckInput | null,
    found: unknown[],
  ): Promise<CheckProof['credential']> {
    if (!input || (outcome !== 'REGISTERED' && outcome !== 'NOT_CONFIRMED')) return null;
    const { source, subject } = registerOf({ jurisdiction });
    return credentials.issue({ outcome, source, answeredAt: clock.now() }, subject(input, lookups, found));
  }

  async function step(id: string, within: Within): ReturnType<Step> {
    const check = await store.find(id);
    if (!check || isFinal(check)) {
      await store.forgetInput(id, check?.lookups.length);
      return null;
    }
    const input = await store.input(id);
    const late = clock.now() >= check.deadlineAt;
    if (!input || late) {
      await store.update(id, (current) => ({
        ...current,
        lookups: current.lookups.map((lookup) => giveUp(lookup, late ? 'DEADLINE' : 'INTERNAL')),
      }));
    } else {
      await Promise.all(check.lookups.map((_, position) => advance(check, input, position, within)));
    }
    const now = await store.find(id);
    if (!now || isFinal(now)) return { againInMs: 0 };
    if (now.lookups.every(isFinal)) {
      await finish(now, input);
      return null;
    }
    const elapsed = clock.now() - check.requestedAt;
    const rest = Math.max(0, check.deadlineAt - clock.now());
    return { againInMs: Math.min(POLL_MS.most, Math.max(POLL_MS.first, elapsed / 4), rest) };
  }

  return async (id, signal) => {
    const span = tracing.begin('registration check', { kind: 'consumer' });
    try {
      const next = await step(id, { signal, traceparent: span.traceparent });
      span.end({ 'gateway.outcome': next ? 'again' : 'done' });
      return next;
    } catch (error) {
      span.end({ 'gateway.outcome': signal.aborted ? 'left' : 'failed' }, signal.aborted ? 'ok' : 'failed');
      throw error;
    }
  };
}

/** A register may find more than an address, which is then the proof's affair alone. */
export const addressesIn = (found: unknown[]): CheckProof['resolvedAddresses'] =>
  found.map((one) => (typeof one === 'string' ? one : null));

function giveUp(lookup: Lookup, failure: FailureCode): Lookup {
  return isFinal(lookup) ? lookup : { ...lookup, state: 'FAILED', failure: lookup.trouble ?? failure };
}
