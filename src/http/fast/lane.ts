import type { IncomingMessage, ServerResponse } from 'node:http';
import { type GraphQLParams, isAsyncIterable, type Plugin } from 'graphql-yoga';
import QuickLRU from 'quick-lru';
import type { Contexts } from '../../contexts.ts';
import type { Caller } from '../../domain/caller.ts';
import type { CacheOutcome } from '../../infra/cache.ts';
import type { Clock } from '../../infra/clock.ts';
import { MAX_COST } from '../../schema/cost.ts';
import { schema } from '../../schema/index.ts';
import type { Admission } from '../admission.ts';
import { cacheControl } from '../cache-control.ts';
import type { InLine } from '../one-dear-at-a-time.ts';
import { type OperationLog, REQUEST_ID, requestIdOf } from '../operation-log.ts';
import type { PersistedDocuments } from '../persisted-documents.ts';
import type { Trust } from '../security-headers.ts';
import { type Answer, createAnswers } from './answers.ts';
import { createBody } from './body.ts';
import { giveBack } from './borrowed.ts';
import { createDocuments, type Ready } from './documents.ts';
import { questionOf } from './question.ts';
import { type Arrival, createSend } from './sending.ts';

/** Requests for `path` that this module has answered, or is answering: whoever gets false has to. */
export type Lane = { handle(request: IncomingMessage, response: ServerResponse): boolean; plugin: Plugin };

type Options = {
  /** The endpoint's. */
  path: string;
  /** For answers that are kept; 0 keeps none. */
  maxBytes: number;
  admission: Admission;
  documents: PersistedDocuments;
  contexts: Contexts;
  inLine: InLine;
  operations: OperationLog;
  corsOrigins: readonly string[] | '*';
  trustProxy: Trust | null;
  clock: Clock;
  observe: (outcome: CacheOutcome) => void;
  /** A fault of ours. */
  failed: (error: unknown, response: ServerResponse) => void;
  /** What Yoga has to answer after all, as it would have without this. */
  toYoga: (request: IncomingMessage, response: ServerResponse) => void;
};

/** Ways to say what is accepted, as clients have them; a caller chooses them. */
const WAYS_TO_ACCEPT = 100;

/**
 * Beside Yoga, for queries that have nothing unusual about them: answers that are kept are given again, and others are
 * written from documents that Yoga has parsed and checked before. Counted, limited and logged as all; whatever goes wrong
 * on the way is begun again by Yoga, with the same context, so that nothing is asked of a source twice.
 */
export function createLane(options: Options): Lane {
  const { path, admission, contexts, inLine, operations, clock, observe, toYoga } = options;
  const answers = createAnswers({ maxBytes: options.maxBytes, clock });
  const known = createDocuments(schema, clock);
  const send = createSend(options);
  /** What Yoga answered to those who accept this. */
  const contentTypes = new QuickLRU<string, string>({ maxSize: WAYS_TO_ACCEPT });

  async function again(arrival: Arrival, answer: Answer): Promise<void> {
    const { request, response } = arrival;
    const caller = await admission.callerOf(request);
    const { state, refused } = await admission.countKnown(caller, answer.cost);
    if (refused) return toYoga(request, response);
    observe(clock.monotonic() < answer.life.freshUntil ? 'fresh' : 'renewing');
    await send(arrival, answer.body, cacheControl(answer.life, clock.monotonic()), state);
    operations.told({ ...factsOf(arrival, answer), caller: caller.kind });
  }

  async function anew(arrival: Arrival, asked: GraphQLParams, key: string): Promise<void> {
    const { request, response } = arrival;
    const found = await find(asked, request);
    if (!found) return toYoga(request, response);
    const { caller, ready } = found;
    const { state, refused } = await admission.countKnown(caller, ready.cost);
    if (refused) return toYoga(request, response);
    const context = contexts.create(caller, () => leaving(response));
    const { operation } = context;
    operation.cost = ready.cost.reading + ready.cost.fields;
    operation.life.begin('public');
    let bytes: Buffer;
    try {
      bytes = await inLine(operation, () => ready.write(context, ready.variables));
    } catch {
      operation.life.begin();
      if (response.destroyed)
        return operations.told({ ...factsOf(arrival, ready), caller: caller.kind, operation, outcome: 'left' });
      admission.hasAdmitted(request, { caller, cost: operation.cost, context, state });
      return toYoga(request, response);
    }
    const told = isStranger(request) ? operation.life.read() : null;
    // What is old already, such as what is marked stale, is given to whoever asked, and to nobody else.
    const life = told && told.renewUntil > clock.monotonic() ? told : null;
    const isKept = life !== null && answers.wants(key, life);
    const body = createBody(isKept ? Buffer.from(bytes) : bytes, { withEtag: life !== null });
    if (life) observe('miss');
    if (isKept) answers.put(key, { body, life, cost: ready.cost, name: ready.name, hash: ready.hash });
    // What has been handed to the kernel is read by nobody here; what is cut off may be.
    response.once('finish', () => giveBack(bytes));
    await send(arrival, body, cacheControl(life, clock.monotonic()), state);
    operations.told({ ...factsOf(arrival, ready), caller: caller.kind, operation });
  }

  async function find(
    asked: GraphQLParams,
    request: IncomingMessage,
  ): Promise<{ caller: Caller; ready: Ready } | null> {
    try {
      const caller = await admission.callerOf(request);
      const { query, operationName, variables } = await options.documents.resolve(asked, caller);
      const ready = query
        ? known.find({ query, operationName: operationName ?? null, variables: variables ?? null })
        : null;
      return ready && ready.cost.fields <= MAX_COST ? { caller, ready } : null;
    } catch {
      // Yoga tells of it, in its words.
      return null;
    }
  }

  const factsOf = ({ began, requestId }: Arrival, { name, hash, cost }: Pick<Ready, 'name' | 'hash' | 'cost'>) => ({
    requestId,
    kind: 'query' as const,
    name,
    hash,
    began,
    cost: cost.reading + cost.fields,
    outcome: 'ok' as const,
  });

  return {
    handle(request, response) {
      const { accept = '*/*' } = request.headers;
      const contentType = contentTypes.get(accept);
      const question = contentType && !accept.includes('text/html') ? questionOf(request, path) : null;
      if (!contentType || !question) return false;
      const requestId = requestIdOf(request.headers[REQUEST_ID], clock);
      const arrival = { request, response, contentType, requestId, began: clock.monotonic() };
      const failed = (error: unknown) => options.failed(error, response);
      const answer = isStranger(request) ? answers.get(question.key) : undefined;
      if (answer) {
        again(arrival, answer).catch(failed);
        return true;
      }
      const asked = question.params();
      if (!asked) return false;
      anew(arrival, asked, question.key).catch(failed);
      return true;
    },
    plugin: {
      onExecute({ args }) {
        const { params, request } = args.contextValue as { params?: GraphQLParams; request: Request };
        if (params?.query) known.learn(params.query, args.document);
        return {
          onExecuteDone({ result }) {
            if (!isAsyncIterable(result) && !(result as { errors?: unknown }).errors) executed.add(request);
          },
        };
      },
      onResponse({ request, response }) {
        const accept = request.headers.get('accept') ?? '*/*';
        const type = response.headers.get('content-type');
        if (response.status === 200 && type?.includes('json') && executed.has(request)) contentTypes.set(accept, type);
      },
    },
  };
}

const executed = new WeakSet<object>();

const isStranger = ({ headers }: IncomingMessage) => headers.authorization === undefined;

/** Ends when the client goes away before it has its answer. */
function leaving(response: ServerResponse): AbortSignal {
  const controller = new AbortController();
  response.once('close', () => {
    if (!response.writableFinished) controller.abort();
  });
  return controller.signal;
}
