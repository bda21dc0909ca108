import { createHash } from 'node:crypto';
import type { GraphQLParams, Plugin } from 'graphql-yoga';
import QuickLRU from 'quick-lru';
import type { Caller } from '../domain/caller.ts';
import { GatewayError } from '../domain/errors.ts';
import type { CacheStore } from '../infra/cache.ts';
import type { Clock } from '../infra/clock.ts';
import type { TrustedDocuments } from '../services/trusted-documents.ts';
import type { Admission } from './admission.ts';

/** Longer ones are answered, but not kept: their senders send them each time. */
const MOST_CHARACTERS = 16 * 1024;
/** In this process; QuickLRU may hold twice as many. */
const MOST_IN_MEMORY = 500;
/** Shared. A document has one place, by its hash, and takes that of another: so many never take more than 64 MB. */
const PLACES = 4_096;
const KEPT_MS = 7 * 24 * 60 * 60 * 1000;

export type PersistedDocuments = {
  /** The parameters with the document that they name. Throws for a name without a document, and for a text not allowed. */
  resolve(params: GraphQLParams, caller: Caller): Promise<GraphQLParams>;
  /** Keeps a new document once it is known to be one of this schema. */
  plugin: Plugin<{ params: GraphQLParams }>;
};

/** Who asks, counted, and what, with its document: of an operation that comes past Yoga's HTTP. Throws for what may not be asked. */
export type Admit = (arrival: Parameters<Admission['admit']>[0]) => Promise<{ caller: Caller; params: GraphQLParams }>;

type Options = {
  trusted: TrustedDocuments | null;
  /** Of all instances; null: each keeps its own. */
  shared: CacheStore | null;
  clock: Pick<Clock, 'now' | 'monotonic' | 'uuid'>;
};

/**
 * Documents by name: the operator's list of trusted ones (`documentId`), and those that clients have sent before with their
 * SHA-256 (Apollo's automatic persisted queries).
 */
export function createPersistedDocuments({ trusted, shared, clock }: Options): PersistedDocuments {
  const memory = new QuickLRU<string, string>({ maxSize: MOST_IN_MEMORY });
  const by = clock.uuid();
  /** Parameters whose document is new. */
  const unknown = new WeakSet<object>();

  async function find(hash: string): Promise<string | undefined> {
    const known = memory.get(hash);
    if (known !== undefined || !shared) return known;
    const text = (await shared.get(placeOf(hash)))?.value;
    // Another may have its place, and what others can write to is not believed.
    if (typeof text !== 'string' || sha256(text) !== hash) return undefined;
    memory.set(hash, text);
    return text;
  }

  async function keep(hash: string, text: string): Promise<void> {
    memory.set(hash, text);
    await shared?.set(placeOf(hash), { value: text, asOf: clock.now(), at: clock.monotonic(), by }, KEPT_MS);
  }

  async function automatic(params: GraphQLParams, hash: string, text: string | undefined): Promise<GraphQLParams> {
    if (!/^[\da-f]{64}$/.test(hash)) throw refused('`persistedQuery.sha256Hash` must be a SHA-256 in lower-case hex.');
    if (text === undefined) {
      const found = await find(hash);
      if (found === undefined) throw notFound();
      return { ...params, query: found };
    }
    if (sha256(text) !== hash) throw refused('`persistedQuery.sha256Hash` is not the SHA-256 of `query`.');
    if (text.length <= MOST_CHARACTERS && !memory.has(hash)) unknown.add(params);
    return params;
  }

  async function resolve(given: GraphQLParams, caller: Caller): Promise<GraphQLParams> {
    const { documentId, ...params } = given as GraphQLParams & { documentId?: unknown };
    // What is no text is refused by whoever checks the parameters.
    const text = typeof params.query === 'string' && params.query !== '' ? params.query : undefined;
    const persisted = persistedQueryOf(params);
    if (documentId != null && typeof documentId !== 'string') throw refused('`documentId` must be a string.');
    const name = documentId ?? persisted?.sha256Hash;
    const listed = (name !== undefined && trusted?.find(name)) || undefined;
    if (listed !== undefined) {
      if (text !== undefined && text !== listed) throw refused('`query` is not the document that is named.');
      return { ...params, query: listed };
    }
    const restrictedTo = trusted?.only && !mayWriteOwn(caller) ? trusted : null;
    if (text === undefined && (documentId != null || (restrictedTo && name !== undefined))) throw notTrusted();
    if (restrictedTo && text !== undefined && !restrictedTo.includes(text)) throw notTrusted();
    if (documentId != null || persisted === undefined) return params;
    if (persisted.version !== 1) throw refused('`persistedQuery.version` must be 1.');
    return automatic(params, persisted.sha256Hash, text);
  }

  return {
    resolve,
    plugin: {
      // Behind the admission, which says who asks.
      async onParams({ request, params, setParams, context }) {
        const { caller } = context as unknown as { caller: Caller };
        const documentId = request.method === 'GET' ? new URL(request.url).searchParams.get('documentId') : null;
        setParams(await resolve(documentId === null ? params : ({ ...params, documentId } as GraphQLParams), caller));
      },
      // Made only for what has been parsed and found valid.
      async onContextBuilding({ context: { params } }) {
        if (!unknown.delete(params)) return;
        const { sha256Hash } = persistedQueryOf(params)!;
        await keep(sha256Hash, params.query!);
      },
    },
  };
}

/** An operator gives a key to somebody by name; whoever else asks is the public of a web site, a portal's members included. */
const mayWriteOwn = ({ kind, scopes }: Caller) => kind === 'key' || scopes.has('operator');

type PersistedQuery = { version: unknown; sha256Hash: string };

function persistedQueryOf({ extensions }: GraphQLParams): PersistedQuery | undefined {
  const persisted = (extensions as Record<string, unknown> | null | undefined)?.persistedQuery;
  if (persisted == null) return undefined;
  const { sha256Hash } = persisted as Partial<PersistedQuery>;
  if (typeof sha256Hash !== 'string') throw refused('`persistedQuery` must be an object with a `sha256Hash`.');
  return persisted as PersistedQuery;
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const placeOf = (hash: string) => `document:${Number.parseInt(hash.slice(0, 8), 16) % PLACES}`;

const refused = (message: string) => new GatewayError('BAD_USER_INPUT', message, { http: { status: 400 } });

/** In the words that Apollo's clients wait for, to send the text; some take any other status for a broken server. */
const notFound = () =>
  new GatewayError('PERSISTED_QUERY_NOT_FOUND', 'PersistedQueryNotFound', {
    http: { status: 200, headers: { 'cache-control': 'no-store' } },
  });

const notTrusted = () =>
  new GatewayError('DOCUMENT_NOT_TRUSTED', 'This document is not one of those that this gateway was given.', {
    http: { status: 400 },
  });
