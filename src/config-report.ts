import { distance } from 'fastest-levenshtein';
import { z } from 'zod';
import { environment, given } from './config.ts';

type Variables = Record<string, string | undefined>;

const NAMES = Object.keys(environment.shape);
/** First words that several variables share, and no other program's do. */
const FAMILIES = ['IEBC_', 'ELECTIONBUDDY_', 'EREG_', 'CHECK_', 'CHECKS_', 'BALLOT_', 'OIDC_', 'SIGNING_', 'TRUSTED_'];
const MASK = '********';

/** Variables that look like ours and are not: each with the name that was probably meant, if there is one. */
export function strangeVariables(variables?: Variables): { name: string; meant: string | null }[] {
  return Object.keys(given(variables))
    .filter((name) => !NAMES.includes(name))
    .flatMap((name) => {
      const meant = NAMES.find((known) => isMisspelt(name, known)) ?? null;
      return meant || FAMILIES.some((family) => name.startsWith(family)) ? [{ name, meant }] : [];
    });
}

/** Of a short name two letters are too much: HOME is not HOST. */
function isMisspelt(name: string, known: string): boolean {
  return distance(name.toUpperCase(), known) <= (known.length < 8 ? 0 : 2);
}

/** One line for each strange variable, for the start and for `npm run config`. */
export function strangeVariableLine({ name, meant }: { name: string; meant: string | null }): string {
  return `${name}: is no variable of this gateway${meant ? `; did you mean ${meant}?` : '.'}`;
}

/** Every variable with its effective value, as an env file; secrets are masked. The variables have been read before. */
export function configReport(variables?: Variables): string[] {
  const set = given(variables);
  const values: Record<string, unknown> = environment.parse(set);
  return NAMES.map((name) => {
    const value = values[name];
    if (value === undefined) return `# ${name} is not set`;
    return `${name}=${shown(name, value)}${name in set ? '' : '  # default'}`;
  });
}

function shown(name: string, value: unknown): string {
  if (isSecret(environment.shape[name as keyof typeof environment.shape])) return MASK;
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  // A URL may carry a password.
  return text.replace(/(\/\/)[^/@\s]*@/, `$1${MASK}@`);
}

/** Also of what is optional, has a default, or holds secrets as its values. */
function isSecret(type: unknown): boolean {
  if (type instanceof z.ZodOptional || type instanceof z.ZodDefault) return isSecret(type.unwrap());
  if (type instanceof z.ZodPipe) return isSecret(type.out);
  if (type instanceof z.ZodRecord) return isSecret(type.valueType);
  return type instanceof z.ZodType && type.meta()?.secret === true;
}
