import { hmacSha256Hex } from '../../infra/hmac.ts';

export type Filters = Readonly<Record<string, string>>;

/** Key of the token request (document, "How to get a token"). */
export function appIdKey(appId: string, appSecret: string): string {
  return hmacSha256Hex(appSecret, `appid=${appId}`);
}

/**
 * Key of a data request (document, "Making a request for data"): the filters in alphabetical order, then the token.
 * Nothing separates the parts, so a value that held `=` or `&` would sign another request: such a value is refused.
 */
export function requestKey(filters: Filters, token: string, appSecret: string): string {
  return hmacSha256Hex(appSecret, keyMessage(filters, token));
}

export function keyMessage(filters: Filters, token: string): string {
  const names = Object.keys(filters).sort();
  for (const name of names) {
    if (/[=&]/.test(name + filters[name])) throw new TypeError(`a filter cannot hold "=" or "&": ${name}`);
  }
  return `${names.map((name) => `${name}=${filters[name]}`).join('')}token=${token}`;
}
