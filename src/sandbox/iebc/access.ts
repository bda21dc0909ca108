import { createHash, createHmac } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { Refusal } from './contract.ts';

/** The document's own example, so that its worked keys can be tried against the sandbox as they are printed. */
export const APP_ID = 'KEA119';
export const APP_SECRET = '7d11beed7346bf00a8c6063dc4003c47';

export type Access = {
  domainToken: string;
  /** Answers `/token/`. */
  issue(parameters: ReadonlyMap<string, string>): string;
  /** Throws unless the request is signed (Method 1) or comes with the domain's token (Method 2). */
  check(parameters: ReadonlyMap<string, string>, headers: IncomingHttpHeaders): void;
  revokeAll(): void;
};

/**
 * The titles and texts of refusals are ours: of the real ones only `ID_ERROR` survived (sources/iebc/WIRE.md).
 */
export function createAccess(options: {
  seed: string;
  now: () => number;
  lifetimeMs: number;
  requireOrigin: string | undefined;
}): Access {
  const { seed, now, lifetimeMs, requireOrigin } = options;
  const startedAt = now();
  const domainToken = sha256(`${seed} domain`);
  const expiries = new Map<string, number>();
  let issued = 0;

  return {
    domainToken,
    issue(parameters) {
      for (const name of parameters.keys()) {
        if (name !== 'appid' && name !== 'key') {
          throw new Refusal('FILTER_ERROR', `'${name}' does not belong in a request for a token`);
        }
      }
      const appId = parameters.get('appid');
      const key = parameters.get('key');
      if (appId !== APP_ID) throw new Refusal('APP_ERROR', 'appid is missing or unknown');
      if (key === undefined) throw new Refusal('KEY_ERROR', 'key is missing');
      if (key !== hmac(APP_SECRET, `appid=${appId}`)) {
        throw new Refusal('KEY_ERROR', "key is not the HMAC-SHA256 of 'appid=…' under the application's secret");
      }
      const at = now();
      for (const [token, expiry] of expiries) if (expiry <= at) expiries.delete(token);
      // The moment of starting goes in so that a token outlives neither its sandbox nor its revocation.
      const token = sha256(`${seed} ${startedAt} ${issued++}`);
      expiries.set(token, at + lifetimeMs);
      return token;
    },
    check(parameters, headers) {
      const token = parameters.get('token');
      const key = parameters.get('key');
      if (token === undefined) throw new Refusal('TOKEN_ERROR', 'token is missing');
      if (key === undefined) {
        if (token === domainToken) return checkOrigin(headers, requireOrigin);
        throw new Refusal('KEY_ERROR', "key is missing, and the token is not a domain's");
      }
      if (token !== domainToken && !(now() < (expiries.get(token) ?? Number.NEGATIVE_INFINITY))) {
        throw tokenRefused();
      }
      if (key !== signature(APP_SECRET, parameters)) {
        throw new Refusal(
          'KEY_ERROR',
          'key is not the HMAC-SHA256 of the filters in alphabetical order, then the token',
        );
      }
    },
    revokeAll: () => expiries.clear(),
  };
}

/**
 * The document has requests "originate from the domain" and does not say how that is seen. The sandbox wants both headers
 * that a browser would send, so that it accepts nothing that the real system might refuse.
 */
function checkOrigin(headers: IncomingHttpHeaders, domain: string | undefined): void {
  if (domain === undefined) return;
  for (const name of ['origin', 'referer'] as const) {
    const host = URL.parse(headers[name] ?? '')?.hostname;
    if (host !== domain && !host?.endsWith(`.${domain}`)) {
      throw new Refusal('DOMAIN_ERROR', `${name} does not name ${domain}, where the application is registered`);
    }
  }
}

export function tokenRefused(): Refusal {
  return new Refusal('TOKEN_ERROR', 'token is unknown, expired or revoked');
}

/** Method 1: `name=value` in alphabetical order, nothing between, then the token. */
export function signature(secret: string, parameters: ReadonlyMap<string, string>): string {
  const names = [...parameters.keys()].filter((name) => name !== 'token' && name !== 'key').sort();
  const filters = names.map((name) => `${name}=${parameters.get(name)}`).join('');
  return hmac(secret, `${filters}token=${parameters.get('token')}`);
}

export function hmac(secret: string, message: string): string {
  return createHmac('sha256', secret).update(message).digest('hex');
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
