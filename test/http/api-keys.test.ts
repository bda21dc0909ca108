import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { ConfigError, readConfig } from '../../src/config.ts';
import { SCOPES } from '../../src/domain/caller.ts';
import { createAuthenticate } from '../../src/http/auth.ts';
import { bearer, CHECK_KEYS, kenyan, REQUEST, startChecksGateway } from '../support/checks.ts';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const NAME = { name: 'site', sha256: sha256('site-key'), scopes: ['checks:write' as const] };
const headers = (entries: Record<string, string>) => new Headers(entries);
const authenticate = createAuthenticate(
  [NAME, { ...NAME, name: 'bound', sha256: sha256('bound-key'), origins: ['https://site.example'] }],
  null,
);

it.each<[string, Record<string, string>, string | null]>([
  ['a stranger', {}, null],
  ['a key', { authorization: 'Bearer site-key' }, 'site'],
  ['a scheme in another case', { authorization: 'bearer   site-key' }, 'site'],
  [
    'a key that is bound to no site, from any',
    { authorization: 'Bearer site-key', origin: 'https://evil.example' },
    'site',
  ],
  ['a bound key from its site', { authorization: 'Bearer bound-key', origin: 'https://site.example' }, 'bound'],
  ['a bound key from a server', { authorization: 'Bearer bound-key' }, 'bound'],
])('knows %s', async (_name, entries, name) => {
  expect(await authenticate(headers(entries), null)).toMatchObject(
    name === null ? { kind: 'stranger' } : { kind: 'key', name },
  );
});

it.each<[string, Record<string, string>, string]>([
  ['an unknown key', { authorization: 'Bearer other-key' }, 'UNAUTHENTICATED'],
  ['the hash instead of the key', { authorization: `Bearer ${sha256('site-key')}` }, 'UNAUTHENTICATED'],
  ['a longer key', { authorization: 'Bearer site-key2' }, 'UNAUTHENTICATED'],
  ['a shorter key', { authorization: 'Bearer site-ke' }, 'UNAUTHENTICATED'],
  ['a key in another case', { authorization: 'Bearer SITE-KEY' }, 'UNAUTHENTICATED'],
  ['two keys', { authorization: 'Bearer site-key bound-key' }, 'UNAUTHENTICATED'],
  ['a key without a scheme', { authorization: 'site-key' }, 'UNAUTHENTICATED'],
  ['another scheme', { authorization: 'Basic c2l0ZS1rZXk6' }, 'UNAUTHENTICATED'],
  ['an empty header', { authorization: '' }, 'UNAUTHENTICATED'],
  ['a bound key from another site', { authorization: 'Bearer bound-key', origin: 'https://evil.example' }, 'FORBIDDEN'],
  [
    'a bound key from a site of a longer name',
    { authorization: 'Bearer bound-key', origin: 'https://site.example.evil.example' },
    'FORBIDDEN',
  ],
  [
    'a bound key from its site without TLS',
    { authorization: 'Bearer bound-key', origin: 'http://site.example' },
    'FORBIDDEN',
  ],
  ['a bound key from a page without an origin', { authorization: 'Bearer bound-key', origin: 'null' }, 'FORBIDDEN'],
])('refuses %s', async (_name, entries, code) => {
  const refusal = authenticate(headers(entries), null);
  await expect(refusal).rejects.toMatchObject({ code });
  await expect(refusal).rejects.not.toMatchObject({ message: expect.stringContaining('-key') });
});

const configured = (...keys: object[]) => readConfig({ API_KEYS: JSON.stringify(keys) });

it.each<[string, object]>([
  ['a key that is not hashed', { ...NAME, sha256: 'site-key' }],
  ['a hash in capitals', { ...NAME, sha256: NAME.sha256.toUpperCase() }],
  ['a scope that there is not', { ...NAME, scopes: ['checks:read'] }],
  ['no name', { ...NAME, name: '' }],
  ['an origin that is none', { ...NAME, origins: ['site.example'] }],
  ['a misspelled field', { ...NAME, origin: ['https://site.example'] }],
])('does not take a configuration with %s', (_name, key) => {
  expect(() => configured(key)).toThrow(ConfigError);
  expect(() => configured(key)).toThrow(/^API_KEYS/);
});

it('takes every scope, and origins as people write them', () => {
  const [key] = configured({ ...NAME, scopes: [...SCOPES], origins: ['https://Site.example/'] }).apiKeys!;
  expect(key).toMatchObject({ scopes: [...SCOPES], origins: ['https://site.example'] });
});

it('writes no key, and no hash of one, into logs, metrics or answers', async () => {
  const { app, query, logs } = await startChecksGateway();
  const answers = await Promise.all([
    query(REQUEST, { input: kenyan('10000001') }, bearer()),
    query(REQUEST, { input: kenyan('') }, bearer()),
    query(REQUEST, { input: kenyan('10000001') }, bearer('reader')),
    query(REQUEST, { input: kenyan('10000001') }, { authorization: 'Bearer unknown-secret-key' }),
    query('{ nope }', {}, bearer()),
  ]);
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 401, 200]);
  const metrics = await (await app.fetch(new Request('http://gateway/metrics'))).text();
  for (const text of [logs(), metrics, JSON.stringify(answers)]) {
    expect(text).not.toContain('secret-key');
    for (const { sha256 } of JSON.parse(CHECK_KEYS)) expect(text).not.toContain(sha256);
  }
});
