import { createHmac, timingSafeEqual } from 'node:crypto';
import { Expired, Refusal } from './refusal.ts';

export type Signed<Name extends string> = {
  values: Record<Name, string>;
  /** The bytes the client signed: everything before `&signature=`, as received. */
  message: Buffer;
  signature: string;
};

/**
 * `query` holds one character a byte. `names` are the parameters in alphabetical order; `signature` follows them.
 * Strict, so that a client that happens to work here sends what the document asks for.
 */
export function readSigned<Name extends string>(query: string, names: readonly Name[]): Signed<Name> {
  const wanted: readonly string[] = [...names, 'signature'];
  const parts = query.split('&').map(split);
  const seen = new Set<string>();
  for (const [name] of parts) {
    if (!wanted.includes(name)) throw new Refusal(404, `a parameter other than ${wanted.join(', ')}`);
    if (seen.has(name)) throw new Refusal(404, `'${name}' is given twice`);
    seen.add(name);
  }
  const missing = wanted.find((name) => !seen.has(name));
  if (missing !== undefined) throw new Refusal(404, `'${missing}' is missing`);
  if (parts.some(([name], i) => name !== wanted[i])) {
    throw new Refusal(404, 'parameters are not in alphabetical order with signature last');
  }
  const values = Object.fromEntries(parts.map(([name, value]) => [name, decoded(name, value)]));
  return {
    values: values as Record<Name, string>,
    message: Buffer.from(query.slice(0, query.lastIndexOf('&')), 'latin1'),
    signature: values.signature!,
  };
}

function split(part: string): [name: string, value: string] {
  const [name = '', value = '', ...more] = part.split('=');
  // Also refuses a signature whose base64 padding was sent as it is.
  if (more.length > 0) throw new Refusal(404, `'=' within the value of '${name.slice(0, 20)}' is not percent-encoded`);
  return [name, value];
}

/** A space may come as `+`: the document's Python and PHP clients send it so (sources/electionbuddy/WIRE.md). */
function decoded(name: string, value: string): string {
  if (value === '') throw new Refusal(404, `'${name}' is empty`);
  if (!/^[\x21-\x7e]+$/.test(value)) throw new Refusal(404, `'${name}' is not percent-encoded`);
  try {
    return decodeURIComponent(value.replaceAll('+', ' '));
  } catch {
    throw new Refusal(404, `'${name}' is not percent-encoded UTF-8`);
  }
}

/** Throws unless `signature` is that of the bytes received. */
export function checkSignature({ message, signature }: Signed<string>, secret: string): void {
  const wanted = Buffer.from(sign(message, secret));
  const given = Buffer.from(signature);
  if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) {
    throw new Refusal(404, 'signature is not the URL-safe base64 HMAC-SHA256 of the query string before it');
  }
}

function sign(message: string | Buffer, secret: string): string {
  const base64 = createHmac('sha256', secret).update(message).digest('base64');
  return base64.replaceAll('+', '-').replaceAll('/', '_');
}

/**
 * The limit counts to both sides and to the millisecond. The document says of V1 only what becomes of an `exp` too
 * old; that one too far ahead meets the same page is assumed.
 */
export function checkTime(exp: string, now: number, allowedSeconds: number): void {
  if (!/^\d{1,12}$/.test(exp)) throw new Refusal(404, 'exp is not a whole number of seconds since 1970');
  if (Math.abs(now - Number(exp) * 1000) > allowedSeconds * 1000) throw new Expired();
}
