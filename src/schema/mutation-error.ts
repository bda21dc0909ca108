import { GatewayError } from '../domain/errors.ts';
import { builder } from './builder.ts';

/** What a mutation's result is when the caller can do something about it. */
const ErrorRef = builder.interfaceRef<{ message: string }>('Error').implement({
  description: 'Why a mutation did not do what was asked, where the caller can do something about it.',
  fields: (t) => ({ message: t.exposeString('message', { description: 'An English sentence.' }) }),
});

type InvalidInput = { kind: 'InvalidInput'; message: string; field: string | null };

export const InvalidInputRef = builder.objectRef<InvalidInput>('InvalidInput').implement({
  description: 'The input is not well-formed. Nothing was done.',
  interfaces: [ErrorRef],
  isTypeOf: (value) => (value as InvalidInput).kind === 'InvalidInput',
  fields: (t) => ({
    field: t.exposeString('field', {
      nullable: true,
      description: 'Path of the input field at fault, such as `input.memberId`.',
    }),
  }),
});

/** A member of one mutation's union: what the caller can do something about, and in which words. */
export type Problem<Kind extends string> = { kind: Kind; message: string };

export const problem = <Kind extends string>(kind: Kind, message: string): Problem<Kind> => ({ kind, message });

export const problemRef = <Kind extends string>(kind: Kind, description: string) =>
  builder.objectRef<Problem<Kind>>(kind).implement({
    description,
    interfaces: [ErrorRef],
    isTypeOf: (value) => (value as Problem<string>).kind === kind,
  });

/** Turns BAD_USER_INPUT into the union's member; everything else stays a top-level error. */
export async function inputError<T>(work: () => Promise<T>): Promise<T | InvalidInput> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof GatewayError) || error.code !== 'BAD_USER_INPUT') throw error;
    const { field } = error.extensions;
    return { kind: 'InvalidInput', message: error.message, field: typeof field === 'string' ? field : null };
  }
}
