import { createHmac } from 'node:crypto';

/**
 * The query string as ElectionBuddy's own Ruby client sends it: parameters in alphabetical order, percent-encoded as RFC
 * 3986 says, and last of all `signature`: HMAC-SHA256 over everything before it, in URL-safe base64 with its padding,
 * itself encoded. `exp` is the moment of signing in Unix seconds: sign when sending, and again for each retry.
 */
export function signedQuery(parameters: Readonly<Record<string, string>>, secret: string): string {
  const message = Object.entries(parameters)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .join('&');
  const digest = createHmac('sha256', secret).update(message, 'utf8').digest('base64');
  const signature = digest.replaceAll('+', '-').replaceAll('/', '_');
  return `${message}&signature=${encode(signature)}`;
}

/** RFC 3986: only unreserved characters stay. encodeURIComponent leaves five more, which the Ruby client encodes. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
