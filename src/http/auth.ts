import { createHash, timingSafeEqual } from 'node:crypto';
import { type ApiKey, type Caller, SCOPES, type Scope, strangerFrom } from '../domain/caller.ts';
import { GatewayError } from '../domain/errors.ts';

export type Authenticate = (headers: Pick<Headers, 'get'>, network: string | null) => Promise<Caller>;

// Three parts of base64url: the compact form of a signed token, which no key of ours has.
const JWT = /^[\w-]+\.[\w-]+\.[\w-]+$/;

/**
 * Who a request's bearer token belongs to; without one a stranger from that network. Throws UNAUTHENTICATED for a key that is not known,
 * so that a typing error does not look like missing data, and FORBIDDEN for a browser origin that the key is not bound to.
 */
export function createAuthenticate(
  keys: readonly ApiKey[],
  oidc: ((token: string) => Promise<Caller>) | null,
): Authenticate {
  const known = keys.map((key) => ({ key, digest: Buffer.from(key.sha256, 'hex') }));

  return async (headers, network) => {
    const header = headers.get('authorization');
    if (header === null) return strangerFrom(network);
    const [, token] = /^Bearer\s+(\S+)$/i.exec(header) ?? [];
    if (!token) throw new GatewayError('UNAUTHENTICATED', 'The authorization header must be "Bearer <key>".');
    if (oidc && JWT.test(token)) return oidc(token);
    const digest = createHash('sha256').update(token, 'utf8').digest();
    // Every key is compared, in constant time each: how long it takes says nothing about which one nearly fitted.
    const matches = known.filter((entry) => timingSafeEqual(entry.digest, digest));
    const match = matches[0]?.key;
    if (!match) throw new GatewayError('UNAUTHENTICATED', 'This API key is not known here.');
    const origin = headers.get('origin');
    if (match.origins && origin !== null && !match.origins.includes(origin)) {
      throw new GatewayError('FORBIDDEN', 'This API key may not be used from this web site.');
    }
    return { kind: 'key', name: match.name, scopes: new Set(match.scopes) };
  };
}

/** How a key is configured: by its hash. */
export function apiKeyOf(key: string, name: string, scopes: Scope[], origins?: string[]): ApiKey {
  const sha256 = createHash('sha256').update(key, 'utf8').digest('hex');
  return { name, sha256, scopes, ...(origins && { origins }) };
}

/** A key that may do everything, for the demo of a gateway that has no keys configured. */
export function demoApiKey(key: string): ApiKey {
  return apiKeyOf(key, 'demo', [...SCOPES]);
}
