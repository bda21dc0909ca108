import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ElectionBuddySandbox, startElectionBuddySandbox } from '../../../src/sandbox/electionbuddy/index.ts';
import { AS_JSON, EXP, handClock, postForm, SSO, V1_SSO, V2 } from './client.ts';

/**
 * Computed with Python's `hmac` and `base64`, over `exp=1700000000&identifier=…&oid=4170` and
 * `eid=12&exp=1700000000&mid=…`: who encodes, whom, how; V2's signature, V1's.
 */
const VECTORS: [encoder: string, identifier: string, encoded: string, v2: string, v1: string][] = [
  [
    'RFC 3986',
    'jane@example.com',
    'jane%40example.com',
    'qOMAv21qwQeoc9tq-xvX79f1KHEflVpPH1_40qbd5dA=',
    'DBvDe-CZb1pYakkOvF_-Hb4m7EKUx0p3EyoTEdDW-yI=',
  ],
  [
    'RFC 3986',
    "o'neill+vote@example.org",
    'o%27neill%2Bvote%40example.org',
    'p7f9NEI_IdRVpMXisyRIIEfe7XOW_tJKMunNKx2kW6E=',
    'fZ5VbzgwOmO04dcba1nB2trAbrg06tSiKJ5TTBeMhGQ=',
  ],
  [
    'RFC 3986',
    'josé é@example.org',
    'jos%C3%A9%20%C3%A9%40example.org',
    'bW9Zq9Bk831GGvQUkcO0anCh8XIZZTFi2tc8ZvGyO2k=',
    '3mX0gPqxQFQSHYHymv37bQDHO4GZNzHnL5D6YHhliXo=',
  ],
  [
    "Python's urlencode",
    'josé é@example.org',
    'jos%C3%A9+%C3%A9%40example.org',
    '8pp9CfBk8548rQBczla89dwhgmr-ZgxmeGx-IUqSqSA=',
    'bZGBsgEUuQNJ4EOJg-QTQYw0gPpnd9-bHQ6BvwVnMbM=',
  ],
  [
    'RFC 3986',
    'star*tilde~(p)/100%@example.org',
    'star%2Atilde~%28p%29%2F100%25%40example.org',
    'o7axPc6nHWGscxQ_F7puW6xpzXq2I1CMxIlo64l3z_g=',
    'XaJVlvNhdiIO2mYArC6qFFaOsz5bSLfFyqEPaQqMWtc=',
  ],
  [
    "PHP's http_build_query",
    'star*tilde~(p)/100%@example.org',
    'star%2Atilde%7E%28p%29%2F100%25%40example.org',
    'xSWcUWXAU9rwbokPulqxdghWSxVgmHcshluqMxgnL94=',
    'n2jseh6RS2kzXA_7PhFK5zxpwUXLJOnuJMWGKNXLCLg=',
  ],
  [
    'URLSearchParams',
    'star*tilde~(p)/100%@example.org',
    'star*tilde%7E%28p%29%2F100%25%40example.org',
    '2LiwjkgbT7zEu05GdscciEBejEh3cNXGvffdsUnAJm4=',
    'E5EzE1mn_yhGdZlBDYF044lKHmYOfLDLWMARZb8haCA=',
  ],
  [
    'RFC 3986',
    'ballot🗳️box@example.org',
    'ballot%F0%9F%97%B3%EF%B8%8Fbox%40example.org',
    'z9SqQv6QgtN6vlZpAb-uK5BRHBjM4pp3VZocAj7F9tY=',
    'kQ7VIsQsrdhEfqqAtvE5K5ghlWot6aVAhOzM06Aygx4=',
  ],
];

let sandbox: ElectionBuddySandbox;
beforeAll(async () => {
  sandbox = await startElectionBuddySandbox({ now: handClock().now });
});
afterAll(() => sandbox.close());

it('has the credentials that the vectors were computed with', () => {
  expect([sandbox.organizationId, sandbox.secretToken]).toEqual(['4170', 'sandbox/organization+secret/4170==']);
  expect(sandbox.electionKeys['12']).toBe('N+vlebJgl/Lkxtu2b4hOe+JUTpVm5arWGJbQ6U7BOFs=');
});

describe.each(VECTORS)('%s of %s', (_, identifier, encoded, v2, v1) => {
  const forV2 = `exp=${EXP}&identifier=${encoded}&oid=4170`;
  const forV1 = `eid=12&exp=${EXP}&mid=${encoded}`;
  const withSignature = (message: string, signature: string): string =>
    `${message}&signature=${signature.replace('=', '%3D')}`;

  it('names a voter', () => {
    expect(sandbox.voters.map((voter) => voter.identifier)).toContain(identifier);
  });

  it('is verified by V2 and V1, as received', async () => {
    const list = await fetch(`${sandbox.url}${V2}?${withSignature(forV2, v2)}`, { headers: AS_JSON });
    expect(list.status).toBe(200);
    expect((await list.json()) as object[]).not.toHaveLength(0);
    for (const path of [SSO, V1_SSO]) {
      const status = await fetch(`${sandbox.url}${path}?${withSignature(forV1, v1)}`, { headers: AS_JSON });
      expect(status.status).toBe(200);
      expect(await status.json()).toHaveProperty('voted');
      const posted = await postForm(`${sandbox.url}${path}`, withSignature(forV1, v1), AS_JSON);
      expect(posted.status).toBe(200);
    }
  });

  it('does not verify another encoding of the same, or with the other secret', async () => {
    const lower = forV2.replace('%40', '@');
    const wrong = [withSignature(lower, v2), withSignature(forV2, v1)];
    for (const query of wrong) {
      expect((await fetch(`${sandbox.url}${V2}?${query}`, { headers: AS_JSON })).status).toBe(404);
    }
  });
});
