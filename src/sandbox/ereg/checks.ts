import { type Address, resolve, withoutShorthand } from './address.ts';
import type { CheckForm } from './form.ts';
import { type Finding, lookUp } from './register.ts';

/** No personal data is kept: the finding is made when a check is queued, and told when its time is over. */
type Check = { finding: Finding | 'failed'; doneAt: number; forgottenAt: number };

export type Checks = {
  /** Its id, and what the form's address was resolved to; undefined: it was not queued, as its address was not found. */
  queue(form: CheckForm): { id: string; address: Address | undefined } | undefined;
  /** undefined: no such id, or not any more. */
  read(id: string): Finding | 'running' | 'failed' | undefined;
  fail(id: string): void;
  forget(id: string): void;
  started(): number;
};

const KEPT = 100_000;

export function createChecks(options: {
  now: () => number;
  newId: () => string;
  checkMs: number;
  forgetAfterMs: number;
}): Checks {
  const { now, newId, checkMs, forgetAfterMs } = options;
  /** Oldest first. */
  const checks = new Map<string, Check>();
  let started = 0;

  function tidy(): void {
    for (const [id, { forgottenAt }] of checks) {
      if (checks.size <= KEPT && now() < forgottenAt) return;
      checks.delete(id);
    }
  }

  return {
    queue(form) {
      const address = form.full_address ? resolve(withoutShorthand(form.full_address)) : undefined;
      // The published source reads the parts out of the geocoder's answer before it queues, and dies of there being none.
      if (form.full_address && address === undefined) return undefined;
      const id = newId();
      const at = now();
      checks.set(id, { finding: outcome(form, address), doneAt: at + checkMs, forgottenAt: at + forgetAfterMs });
      started += 1;
      tidy();
      return { id, address };
    },
    read(id) {
      const check = checks.get(id);
      if (check === undefined || now() >= check.forgottenAt) return undefined;
      return now() < check.doneAt ? 'running' : check.finding;
    },
    fail(id) {
      const check = checks.get(id);
      if (check !== undefined) Object.assign(check, { finding: 'failed', doneAt: now() });
    },
    forget: (id) => {
      checks.delete(id);
    },
    started: () => started,
  };
}

/**
 * The task fills in a web form. What that form cannot be filled in with (a blank name, 1985-2-31, a street without a
 * number) leads to no page with a result on it, and the task fails: assumed, as no such case is recorded.
 */
function outcome(form: CheckForm, address: Address | undefined): Finding | 'failed' {
  const { first_name: firstName, middle_name: middleName = '', last_name: lastName, birth_date: birthDate } = form;
  if (firstName.trim() === '' || lastName.trim() === '' || !isDay(birthDate)) return 'failed';
  if (address === undefined || address.number === '') return 'failed';
  return lookUp({ firstName, middleName, lastName, birthDate, address });
}

function isDay(birthDate: string): boolean {
  const [year, month, day] = birthDate.split('-').map(Number) as [number, number, number];
  const date = new Date(Date.UTC(year, month - 1, day));
  return date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}
