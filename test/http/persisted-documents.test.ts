import { createHash } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripIgnoredCharacters } from 'graphql';
import { describe, expect, it } from 'vitest';
import type { App } from '../../src/app.ts';
import { strangerFrom } from '../../src/domain/caller.ts';
import { ResultsDocument, SourcesDocument } from '../../src/explorer/generated/graphql.ts';
import { limits } from '../../src/http/limits.ts';
import { createPersistedDocuments } from '../../src/http/persisted-documents.ts';
import { type CacheStore, memoryStore } from '../../src/infra/cache.ts';
import { systemClock } from '../../src/infra/clock.ts';
import { schema } from '../../src/schema/index.ts';
import { loadTrustedDocuments } from '../../src/services/trusted-documents.ts';
import { StationsOfWardDocument } from '../generated/graphql.ts';
import { API_KEYS, bearer } from '../support/electionbuddy.ts';
import { startGateway } from '../support/gateway.ts';

const QUERY = '{ country { name } }';
const KENYA = { data: { country: { name: 'KENYA' } } };
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const persisted = (sha256Hash: string, version = 1) => ({ extensions: { persistedQuery: { version, sha256Hash } } });

type Headers = Record<string, string>;

async function send({ app }: { app: App }, body: unknown, headers: Headers = {}) {
  const request = { method: 'POST', headers: { 'content-type': 'application/json', ...headers } };
  const response = await app.fetch(new Request('http://gateway/graphql', { ...request, body: JSON.stringify(body) }));
  // biome-ignore lint/suspicious/noExplicitAny: a test knows the shape of what it asked for
  return { status: response.status, body: (await response.json()) as any };
}

async function get({ app }: { app: App }, params: Record<string, unknown>, headers: Headers = {}) {
  const search = new URLSearchParams(
    Object.entries(params).map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)]),
  );
  const response = await app.fetch(new Request(`http://gateway/graphql?${search}`, { headers }));
  // biome-ignore lint/suspicious/noExplicitAny: a test knows the shape of what it asked for
  return { status: response.status, body: (await response.json()) as any };
}

const codeOf = ({ body }: { body: { errors?: { extensions: { code: string } }[] } }) =>
  body.errors?.[0]?.extensions.code;

describe('automatic persisted queries', () => {
  it('are asked for by hash, sent once with their text, and known from then on, by POST and GET', async () => {
    const gateway = await startGateway();
    const hash = sha256(QUERY);
    // As Apollo's clients go about it: a status other than 200 would be a broken server to some.
    expect(await get(gateway, persisted(hash))).toMatchObject({
      status: 200,
      body: { errors: [{ message: 'PersistedQueryNotFound', extensions: { code: 'PERSISTED_QUERY_NOT_FOUND' } }] },
    });
    expect(codeOf(await send(gateway, persisted(hash)))).toBe('PERSISTED_QUERY_NOT_FOUND');
    expect((await send(gateway, { query: QUERY, ...persisted(hash) })).body).toEqual(KENYA);
    expect((await send(gateway, persisted(hash))).body).toEqual(KENYA);
    expect((await get(gateway, persisted(hash))).body).toEqual(KENYA);

    const mutation = 'mutation { __typename }';
    expect((await send(gateway, { query: mutation, ...persisted(sha256(mutation)) })).status).toBe(200);
    expect((await get(gateway, persisted(sha256(mutation)))).status).toBe(405);
  });

  it('are kept only as what they are: documents of this schema, of this hash, and not too long', async () => {
    const gateway = await startGateway();
    const other = '{ country { code } }';
    expect(codeOf(await send(gateway, { query: other, ...persisted(sha256(QUERY)) }))).toBe('BAD_USER_INPUT');
    expect(codeOf(await send(gateway, persisted(sha256(QUERY))))).toBe('PERSISTED_QUERY_NOT_FOUND');
    for (const text of ['{ nope }', '{ country', `${QUERY}${' '.repeat(16 * 1024)}`]) {
      await send(gateway, { query: text, ...persisted(sha256(text)) });
      expect(codeOf(await send(gateway, persisted(sha256(text))))).toBe('PERSISTED_QUERY_NOT_FOUND');
    }
    expect(codeOf(await send(gateway, { query: QUERY, ...persisted('ABC') }))).toBe('BAD_USER_INPUT');
    expect(codeOf(await send(gateway, { query: QUERY, ...persisted(sha256(QUERY), 2) }))).toBe('BAD_USER_INPUT');
    for (const persistedQuery of [1, 'x', [], {}, { version: 1, sha256Hash: 1 }]) {
      expect(codeOf(await send(gateway, { query: QUERY, extensions: { persistedQuery } }))).toBe('BAD_USER_INPUT');
    }
  });

  it('sent to one instance are known to another; what is at their place in the shared store is not believed', async () => {
    const stranger = strangerFrom(null);
    const shared = memoryStore();
    const [one, other] = Array.from({ length: 2 }, () =>
      createPersistedDocuments({ trusted: null, shared, clock: systemClock }),
    );
    const hash = sha256(QUERY);
    const params = await one!.resolve({ query: QUERY, ...persisted(hash) }, stranger);
    await expect(other!.resolve(persisted(hash), stranger)).rejects.toThrow('PersistedQueryNotFound');
    await one!.plugin.onContextBuilding!({ context: { params } } as never);
    await expect(other!.resolve(persisted(hash), stranger)).resolves.toMatchObject({ query: QUERY });

    const spoiling: CacheStore = {
      ...shared,
      get: async (key) => ({ ...(await shared.get(key))!, value: '{ country { code } }' }),
    };
    const third = createPersistedDocuments({ trusted: null, shared: spoiling, clock: systemClock });
    await expect(third.resolve(persisted(hash), stranger)).rejects.toThrow('PersistedQueryNotFound');
  });
});

function listOf(content: unknown): string {
  const file = join(mkdtempSync(join(tmpdir(), 'trusted-')), 'persisted-documents.json');
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}

describe('trusted documents', () => {
  it('are asked for by the name in the list or by their hash; a stranger may be allowed nothing else', async () => {
    const file = listOf({ 'sha1-of-codegen': QUERY });
    const env = { TRUSTED_DOCUMENTS: file, TRUSTED_DOCUMENTS_ONLY: '1', API_KEYS };
    const gateway = await startGateway({ env });
    const byName = { documentId: 'sha1-of-codegen' };
    for (const asked of [
      byName,
      { documentId: `sha256:${sha256(QUERY)}` },
      persisted('sha1-of-codegen'),
      persisted(sha256(QUERY)),
    ]) {
      expect((await send(gateway, asked)).body).toEqual(KENYA);
      expect((await get(gateway, asked)).body).toEqual(KENYA);
    }
    expect((await send(gateway, { query: QUERY })).body).toEqual(KENYA);

    const own = '{ country { code } }';
    for (const asked of [{ query: own }, { query: own, ...persisted(sha256(own)) }, persisted(sha256(own))]) {
      expect(codeOf(await send(gateway, asked))).toBe('DOCUMENT_NOT_TRUSTED');
      expect(codeOf(await send(gateway, [asked]).then(({ status, body: [body] }) => ({ status, body })))).toBe(
        'DOCUMENT_NOT_TRUSTED',
      );
    }
    expect(codeOf(await send(gateway, { documentId: 'unknown' }, bearer('reader')))).toBe('DOCUMENT_NOT_TRUSTED');
    expect(codeOf(await send(gateway, { ...byName, query: own }, bearer('reader')))).toBe('BAD_USER_INPUT');
    expect((await send(gateway, { query: own }, bearer('reader'))).body.errors).toBeUndefined();
    expect((await send(gateway, { query: own, ...persisted(sha256(own)) }, bearer('reader'))).body.data).toBeTruthy();
    // What a key has sent is not thereby trusted.
    expect(codeOf(await send(gateway, persisted(sha256(own))))).toBe('DOCUMENT_NOT_TRUSTED');
  });

  it('are also what the page at / asks, however it is laid out, while there is that page', async () => {
    const env = { TRUSTED_DOCUMENTS: listOf({ any: QUERY }), TRUSTED_DOCUMENTS_ONLY: '1' };
    const gateway = await startGateway({ env });
    const without = await startGateway({ env: { ...env, EXPLORER: '0' } });
    const query = String(SourcesDocument);
    expect((await send(gateway, { query })).body.data.sources[0].name).toBe('iebc');
    expect((await send(gateway, { query: stripIgnoredCharacters(query) })).body.data.sources[0].name).toBe('iebc');
    const country = { place: 'KE', placeLevel: 'COUNTRY', within: 'KE', level: 'COUNTY' };
    const variables = { post: 'PRESIDENT', ...country, isPlaceCounted: true, arePartsCounted: false };
    const { body } = await get(gateway, { query: String(ResultsDocument), variables });
    expect(body.data.place.nodes[0].reportingUnit.name).toBe('KENYA');
    for (const other of [query.replace('mode', 'name'), `${query} query Own { country { code } }`, 'query {']) {
      expect(codeOf(await send(gateway, { query: other }))).toBe('DOCUMENT_NOT_TRUSTED');
    }
    expect(codeOf(await send(without, { query }))).toBe('DOCUMENT_NOT_TRUSTED');
  });

  it('of codegen’s client preset are asked for as a frontend made with it asks', async () => {
    const file = new URL('../generated/persisted-documents.json', import.meta.url).pathname;
    const gateway = await startGateway({ env: { TRUSTED_DOCUMENTS: file, TRUSTED_DOCUMENTS_ONLY: '1' } });
    const { hash: documentId } = (StationsOfWardDocument as unknown as { __meta__: { hash: string } }).__meta__;
    const asked = { documentId, variables: { code: '0000' }, operationName: 'StationsOfWard' };
    expect((await send(gateway, asked)).body).toEqual({ data: { ward: null } });
    expect((await get(gateway, asked)).body).toEqual({ data: { ward: null } });
  });

  it.each([
    ['not JSON', '{', /persisted-documents\.json is not JSON\.$/],
    ['a list', ['{ __typename }'], /must be an object of documents/],
    [
      'an unknown field',
      { good: QUERY, bad: '{ nope }' },
      /document "bad" in .*: Cannot query field "nope" on type "Query"/,
    ],
    ['no document', { bad: 'query {' }, /document "bad" in .*Syntax Error/],
    [
      'too many aliases',
      { bad: `{ ${Array.from({ length: 101 }, (_, i) => `a${i}: country { code }`)} }` },
      /"bad".*alias/i,
    ],
  ])('that are wrong stop the start in one line: %s', (_name, content, message) => {
    const load = () =>
      loadTrustedDocuments({ file: listOf(content), only: false, own: null, schema, limits: limits() });
    expect(load).toThrow(message);
    expect(load).not.toThrow(/\n/);
  });
});
