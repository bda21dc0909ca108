import { bulkhead } from 'cockatiel';
import type { EregClient } from '../../sources/ereg/client.ts';
import { failed, type InputOf, type LookupStep, type Register, troubleOf } from './register.ts';

type Canadian = InputOf<'CANADA'>;

type Options = {
  ereg: Pick<EregClient, 'submit' | 'poll'>;
  /** How many submissions the upstream is sent at once. */
  submissionsAtOnce: number;
};

/** A submission whose answer was lost may be queued there: it is sent once more, and no oftener. */
const MAX_SUBMISSIONS = 2;
const NEVER = new AbortController().signal;

/** Canada's federal register: each address is submitted once, then asked about until its check has ended. */
export function canadianRegister({ ereg, submissionsAtOnce }: Options): Register<Canadian> {
  const submitting = bulkhead(submissionsAtOnce, Number.POSITIVE_INFINITY);

  async function submit(step: LookupStep<Canadian>): Promise<void> {
    const { input, position, lookup, signal, traceparent, set, keep } = step;
    const { submissions } = lookup;
    // Counted before it is sent: a worker that finds the count without an id knows that an answer was lost.
    if (submissions >= MAX_SUBMISSIONS) return void (await set(failed(lookup.trouble ?? 'UPSTREAM_UNREACHABLE')));
    try {
      const queued = await submitting.execute(async () => {
        // Claimed when it is its turn, not while it waits: a claim that a kill leaves behind means that it was sent.
        signal.throwIfAborted();
        const claimed = await set({ state: 'RUNNING', submissions: submissions + 1 });
        // Not stopped by the signal: without its answer nobody would know that the service has queued it.
        return claimed ? ereg.submit(input, input.addresses[position]!, NEVER, traceparent) : null;
      });
      if (!queued) return;
      await keep(queued.resolvedAddress);
      await set({ upstreamId: queued.upstreamId, trouble: null });
    } catch (error) {
      const { code, final, error: cause } = troubleOf(error);
      if (final) await set(failed(code));
      else if (!cause.mayHaveActed) await set({ submissions, trouble: code });
      else await set({ trouble: cause.extensions.httpStatus === 500 ? 'UPSTREAM_TASK_FAILED' : code });
    }
  }

  async function poll(upstreamId: string, { lookup, signal, traceparent, set }: LookupStep<Canadian>): Promise<void> {
    try {
      const progress = await ereg.poll(upstreamId, signal, traceparent);
      switch (progress.kind) {
        case 'running':
          return void (lookup.trouble && (await set({ trouble: null })));
        case 'answered':
          return void (await set({ state: 'COMPLETED', outcome: progress.outcome, trouble: null }));
        case 'forgotten':
          return void (await set(failed('UPSTREAM_FORGOT')));
        case 'task-failed':
          return void (await set(failed('UPSTREAM_TASK_FAILED')));
      }
    } catch (error) {
      const { code, final } = troubleOf(error);
      if (final) await set(failed(code));
      else if (!lookup.trouble) await set({ trouble: code });
    }
  }

  return {
    source: 'ereg',
    advance: (step) => (step.lookup.upstreamId === null ? submit(step) : poll(step.lookup.upstreamId, step)),
    /** Of an address history: with the address that was confirmed, or else the first. */
    subject(input, lookups, found) {
      const confirmed = lookups.findIndex(({ outcome }) => outcome === 'REGISTERED');
      const position = Math.max(0, confirmed);
      const address = input.addresses[position]!;
      const parts = 'parts' in address ? address.parts : null;
      const written = 'text' in address ? address.text : null;
      const resolved = found[position];
      const line = typeof resolved === 'string' ? resolved : written;
      const region = addressParts(line ?? '');
      const province = parts?.province ?? region.province;
      const city = parts?.city ?? region.city;
      const postalCode = parts?.postalCode ?? region.postalCode;
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
    },
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
