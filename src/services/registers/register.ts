import type { CredentialSubject } from '../../domain/credential.ts';
import { SourceError } from '../../domain/errors.ts';
import type { CheckInput, FailureCode, Jurisdiction, Lookup } from '../../domain/registration-checks.ts';

/** One lookup of a check in the hands of one worker, for one step. */
export type LookupStep<Input extends CheckInput> = {
  input: Input;
  /** Which of the check's lookups it is: of an address history, the address's place. */
  position: number;
  lookup: Lookup;
  /** Ends when the worker is closing or has lost the job. */
  signal: AbortSignal;
  /** Where the trace of the step goes on. */
  traceparent: string | null;
  /** False when nothing was written: the check has ended, or another worker has taken the lookup over. */
  set(change: Partial<Lookup>): Promise<boolean>;
  /** Keeps what the register found, sealed, for the proof. */
  keep(found: unknown): Promise<void>;
};

/** All in which one register differs from another. */
export type Register<Input extends CheckInput = CheckInput> = {
  /** The source's name, as credentials tell it. */
  source: string;
  /** One short step with a lookup that has not ended; safe to repeat at any point. */
  advance(step: LookupStep<Input>): Promise<void>;
  /** Who was asked about, as far as is known; `found` is what was kept of each lookup. */
  subject(input: Input, lookups: readonly Lookup[], found: readonly unknown[]): CredentialSubject;
};

export type InputOf<J extends Jurisdiction> = Extract<CheckInput, { jurisdiction: J }>;

export type Registers = { [J in Jurisdiction]: Register<InputOf<J>> };

type Trouble = {
  code: FailureCode;
  /** Trying again would change nothing: the lookup has failed. */
  final: boolean;
};

/** What an error of a source means for a lookup. Whatever else was thrown is thrown on, and the step tried again. */
export function troubleOf(error: unknown): Trouble & { error: SourceError } {
  if (!(error instanceof SourceError)) throw error;
  if (error.code === 'SOURCE_REFUSED') return { code: 'UPSTREAM_REFUSED', final: true, error };
  if (error.code === 'SOURCE_MALFORMED') return { code: 'UPSTREAM_MALFORMED', final: true, error };
  return { code: 'UPSTREAM_UNREACHABLE', final: !error.retryable, error };
}

export const failed = (failure: FailureCode): Partial<Lookup> => ({ state: 'FAILED', failure });
