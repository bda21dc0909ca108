import proxyAddr from 'proxy-addr';
import { z } from 'zod';
import { SCOPES } from './domain/caller.ts';
import { type FollowedLevel, parseFollowed } from './domain/followed.ts';

// What a variable's text may be, and what is made of it.

export const integer = (min: number, max: number) =>
  z.string().regex(/^\d+$/, 'must be a whole number').transform(Number).pipe(z.number().min(min).max(max));
export const decimal = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d+(\.\d+)?$/, 'must be a number such as 60 or 0.5')
    .transform(Number)
    .pipe(z.number().min(min).max(max));
export const milliseconds = integer(1, 600_000);
export const httpUrl = z
  .url({ protocol: /^https?$/, error: 'must be an http:// or https:// URL' })
  .transform((url) => url.replace(/\/+$/, ''));
export const electionCode = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, 'must be an election code such as GEK2013');

export const apiKey = z.strictObject({
  name: z.string().min(1),
  sha256: z.string().regex(/^[0-9a-f]{64}$/, "must be the key's SHA-256 in lower-case hex"),
  scopes: z.array(z.enum(SCOPES)),
  // Compared with a browser's Origin header, which has neither path nor trailing slash.
  origins: z.array(httpUrl.transform((url) => new URL(url).origin)).optional(),
});

export const origins = z
  .string()
  .transform((text) => text.split(',').map((one) => one.trim()))
  .pipe(
    z.union(
      [
        z.tuple([z.literal('*')]).transform(() => '*' as const),
        z.array(httpUrl.transform((url) => new URL(url).origin)),
      ],
      {
        error: 'must be "*", or origins such as https://portal.example, separated by commas',
      },
    ),
  );

/** By hops, or by whose word is taken: which of the addresses in X-Forwarded-For are proxies of ours. */
export const proxies = z.string().transform((text, context) => {
  if (/^\d{1,2}$/.test(text)) return (_address: string, hop: number) => hop < Number(text);
  try {
    return proxyAddr.compile(text.split(',').map((one) => one.trim()));
  } catch {
    const message = 'must be a number of proxies, or a list of addresses, networks (10.0.0.0/8) or "loopback"';
    context.addIssue({ code: 'custom', message });
    return z.NEVER;
  }
});

/** Levels to follow without a subscriber. */
export const followed = z.string().transform((text, context): FollowedLevel[] => {
  if (text === 'none') return [];
  const levels = parseFollowed(text);
  if (typeof levels !== 'string') return levels;
  context.addIssue({ code: 'custom', message: `${levels} (or "none")` });
  return z.NEVER;
});

export const json = z.string().transform((text, context) => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    context.addIssue({ code: 'custom', message: 'must be JSON' });
    return z.NEVER;
  }
});

/** What `npm run config` does not show. */
export const secret = z.string().min(1).meta({ secret: true });
