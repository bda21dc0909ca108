import { createRemoteJWKSet, errors, jwtVerify } from 'jose';
import { z } from 'zod';
import { type Caller, SCOPES } from '../domain/caller.ts';
import { GatewayError } from '../domain/errors.ts';
import type { Clock } from '../infra/clock.ts';

export type OidcSettings = { issuer: string; audience: string; identifierClaim: string };

// Asymmetric only: with a shared secret, or none, anybody who may verify a token could make one.
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'];

const metadata = z.object({ issuer: z.string(), jwks_uri: z.url({ protocol: /^https?$/ }) });

/**
 * Reads bearer tokens of a member portal's OpenID provider: its signature by the issuer's published keys, issuer,
 * audience, expiry. The member's identifier comes from the configured claim, scopes from `scope`.
 */
export function createOidc(
  { issuer, audience, identifierClaim }: OidcSettings,
  clock: Clock,
): (token: string) => Promise<Caller> {
  let keys: Promise<ReturnType<typeof createRemoteJWKSet>> | undefined;

  async function discover() {
    const address = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
    const response = await fetch(address, { signal: AbortSignal.timeout(5_000), redirect: 'error' });
    const found = metadata.parse(await response.json());
    if (found.issuer !== issuer) throw new TypeError('the issuer names itself otherwise');
    return createRemoteJWKSet(new URL(found.jwks_uri));
  }

  return async (token) => {
    keys ??= discover();
    const jwks = await keys.catch((error: unknown) => {
      keys = undefined;
      throw keysAway(error);
    });
    try {
      const { payload } = await jwtVerify(token, (header, input) => jwks(header, input).catch(rethrow), {
        issuer,
        audience,
        algorithms: ALGORITHMS,
        requiredClaims: ['exp'],
        currentDate: new Date(clock.now()),
      });
      const claim = payload[identifierClaim];
      const granted = new Set(typeof payload.scope === 'string' ? payload.scope.split(' ') : []);
      return {
        kind: 'member',
        scopes: new Set(SCOPES.filter((scope) => granted.has(scope))),
        identifier: typeof claim === 'string' && claim !== '' ? claim : null,
      };
    } catch (error) {
      if (error instanceof GatewayError) throw error;
      const expired = error instanceof errors.JWTExpired;
      throw new GatewayError(
        'UNAUTHENTICATED',
        expired ? 'This token has expired.' : 'This token is not valid here.',
        {},
        error,
      );
    }
  };
}

const keysAway = (error: unknown) =>
  new GatewayError(
    'UNAUTHENTICATED',
    "The portal's keys cannot be fetched at the moment. Try again shortly.",
    {},
    error,
  );

/** That no published key fits is the token's fault; that there are none to look at is not. */
function rethrow(error: unknown): never {
  const { JWKSNoMatchingKey, JWKSMultipleMatchingKeys, JOSENotSupported } = errors;
  const unfit = [JWKSNoMatchingKey, JWKSMultipleMatchingKeys, JOSENotSupported].some((kind) => error instanceof kind);
  throw unfit ? error : keysAway(error);
}
