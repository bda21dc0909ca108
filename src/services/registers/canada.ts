import { bulkhead } from 'cockatiel';
import type { EregClient } from '../../sources/ereg/client.ts';
import { matchOf, plainText, provinceOf } from './address-match.ts';
import { PROVINCES } from './provinces.ts';
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
      const { upstreamId, resolvedAddress } = queued;
      // What was asked is deleted at the end: of the comparison only its word is kept.
      const matches = resolvedAddress === null ? null : matchOf(input.addresses[position]!, resolvedAddress);
      await set({ upstreamId, matches, trouble: null });
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
      const written = 'text' in address ? address.text : null;
      const resolved = found[position];
      const line = typeof resolved === 'string' ? resolved : written;
      const asked = 'parts' in address ? address.parts : {};
      const { province, city, postalCode } = agreed(asked, regionOf(line ?? ''));
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

type Region = { city?: string | undefined; province?: string | undefined; postalCode?: string | undefined };

/** What is said of the region in parts and in the line; where the two contradict each other, neither. */
function agreed(asked: Region, read: Region): Region {
  const one = (name: keyof Region, plain: (text: string) => string | null) => {
    const [mine, theirs] = [asked[name], read[name]];
    return mine && theirs && plain(mine) !== plain(theirs) ? undefined : (theirs ?? mine);
  };
  return {
    city: one('city', plainText),
    province: one('province', provinceOf),
    postalCode: one('postalCode', (code) => code.toUpperCase().replace(/[^A-Z\d]/g, '')),
  };
}

const POSTAL_CODE = /\b([ABCEGHJ-NPRSTVXY]\d[ABCEGHJ-NPRSTV-Z])[ -]?(\d[ABCEGHJ-NPRSTV-Z]\d)\b/gi;
const PROVINCE = new RegExp(`^(?:(.+)\\s)?(${PROVINCES.map(({ code }) => code).join('|')})$`);
const TOWN = /^(?!(?:unit|apt|apartment|app|suite|floor|box|po box)\b)[\p{L}\p{M}][\p{L}\p{M}.'’ -]+$/iu;

/**
 * "…, Toronto, ON M5S 2B1, Canada": the province's letters, the code, and the town before them. What could be anything else
 * is left out: somebody will sign for it.
 */
function regionOf(line: string): Region {
  const codes = new Set([...line.matchAll(POSTAL_CODE)].map(([, area, unit]) => `${area} ${unit}`.toUpperCase()));
  const sections = line
    .replace(POSTAL_CODE, '')
    .split(',')
    .map((section) => section.trim());
  const at = sections.findLastIndex((section, index) => index > 0 && PROVINCE.test(section));
  const [, before, province] = PROVINCE.exec(sections[at] ?? '') ?? [];
  const town = before?.trim() ?? (at > 1 ? sections[at - 1] : undefined);
  return {
    city: town !== undefined && TOWN.test(town) ? town : undefined,
    province,
    postalCode: codes.size === 1 ? [...codes][0] : undefined,
  };
}
