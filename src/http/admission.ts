import type { IncomingMessage } from 'node:http';
import type { DocumentNode, ExecutionResult } from 'graphql';
import { type GraphQLParams, isAsyncIterable, type Plugin } from 'graphql-yoga';
import type { Context } from '../context.ts';
import { type Caller, strangerFrom } from '../domain/caller.ts';
import { MAX_COST, operationCost } from '../schema/cost.ts';
import { schema } from '../schema/index.ts';
import type { RateLimits, RateState } from '../services/rate-limits.ts';
import type { Authenticate } from './auth.ts';
import type { NetworkOf } from './network.ts';
import { readingCost } from './reading-cost.ts';

/** What is known of an operation before its context is made. `req`: of a socket, over HTTP as over WebSocket. */
export type Arrival = { request: Request; params: GraphQLParams; req?: IncomingMessage; caller?: Caller };

export type Admission = {
  /**
   * Who asks, counted before the document is read: a key for a request, a stranger for the text. Throws RATE_LIMITED, and
   * for an unknown key, which counts for the network that it comes from.
   */
  admit(arrival: Pick<Arrival, 'request' | 'params' | 'req'>): Promise<Caller>;
  /** Works out what an operation costs that is about to run, and counts a stranger's; throws RATE_LIMITED. */
  count(arrival: Arrival): Promise<{ caller: Caller; cost: number }>;
  /** Counts an event of a stranger's subscription, which is executed like its operation; throws RATE_LIMITED. */
  countEvent(context: { caller: Caller }): Promise<void>;
  /** Counts a stranger's for fields that no document names, such as rows of an export; throws RATE_LIMITED. */
  countFields(caller: Caller, request: Request, fields: number): Promise<void>;
  /** Who sends this request, not counted. Throws for an unknown key. */
  callerOf(request: IncomingMessage): Promise<Caller>;
  /** Counts a whole operation of known cost at once; `refused` when its caller has had enough. */
  countKnown(caller: Caller, cost: KnownCost): Promise<{ state: RateState | null; refused: boolean }>;
  /** Of a request that was counted, and is not answered yet: it is not to be counted again, nor anything asked again. */
  hasAdmitted(request: IncomingMessage, admitted: Admitted): void;
  /** What was said of it by `hasAdmitted`. */
  admitted(request: IncomingMessage | undefined): Admitted | undefined;
  /** Over HTTP: admits each operation. Tells of limits and, if asked, of the cost. */
  plugin: Plugin<Arrival>;
};

/** In points: of reading the text, and of its fields. */
type KnownCost = { reading: number; fields: number };
type Admitted = { caller: Caller; cost: number; context: Context; state: RateState | null };

/** Standard headers (draft-ietf-httpapi-ratelimit-headers), for every answer to what was counted. */
const HEADERS = { limit: 'ratelimit-limit', remaining: 'ratelimit-remaining', reset: 'ratelimit-reset' };
export const LIMIT_HEADERS = ['retry-after', ...Object.values(HEADERS)];
export const COST_HEADER = 'x-graphql-cost';

export function limitHeaders(state: RateState | null): Record<string, string> {
  if (!state) return {};
  return {
    [HEADERS.limit]: String(state.limit),
    [HEADERS.remaining]: String(state.remaining),
    [HEADERS.reset]: String(state.resetSeconds),
  };
}

type Options = { authenticate: Authenticate; networkOf: NetworkOf; limits: RateLimits };

export function createAdmission({ authenticate, networkOf, limits }: Options): Admission {
  const left = new WeakMap<Request, RateState>();
  const documents = new WeakMap<object, DocumentNode>();
  const costs = new WeakMap<object, number>();
  const admittedBefore = new WeakMap<object, Admitted>();
  // Of a batch the last word counts, which is the least.
  const telling = (request: Request) => (state: RateState) => void left.set(request, state);
  async function admit({ request, params, req }: Pick<Arrival, 'request' | 'params' | 'req'>): Promise<Caller> {
    const before = req && admittedBefore.get(req);
    if (before) {
      if (before.state) left.set(request, before.state);
      return before.caller;
    }
    const network = networkOf(req);
    const take = async (caller: Caller) => {
      limits.refuseSpent(caller, telling(request));
      await limits.consumeRequest(caller, readingCost(params.query), telling(request));
    };
    const caller = await authenticate(request.headers, network).catch(async (unknown: unknown) => {
      // Whoever tries keys is a stranger.
      await take(strangerFrom(network));
      throw unknown;
    });
    await take(caller);
    return caller;
  }

  async function countFields(caller: Caller, request: Request, fields: number): Promise<void> {
    if (caller.kind === 'stranger') await limits.consumeRequest(caller, fields, telling(request));
  }

  return {
    admit,
    callerOf: async (request) =>
      authenticate({ get: (name) => (request.headers[name] as string | undefined) ?? null }, networkOf(request)),
    async countKnown(caller, { reading, fields }) {
      let state: RateState | null = null;
      const tell = (told: RateState) => {
        state = told;
      };
      try {
        limits.refuseSpent(caller, tell);
        await limits.consumeRequest(caller, reading + fields, tell);
        return { state, refused: false };
      } catch {
        // Whoever has had enough is told so by Yoga, which looks whether the minute is spent.
        return { state, refused: true };
      }
    },
    hasAdmitted: (request, admitted) => void admittedBefore.set(request, admitted),
    admitted: (request) => request && admittedBefore.get(request),
    async count(arrival) {
      const { request, params } = arrival;
      const before = arrival.req && admittedBefore.get(arrival.req);
      if (before) {
        costs.set(arrival, before.cost);
        return before;
      }
      const caller = arrival.caller ?? (await admit(arrival));
      const document = documents.get(arrival);
      const { operationName, variables } = params;
      const whole = document ? operationCost({ schema, document, operationName, variables }) : 0;
      // What costs too much is refused before its first field.
      const fields = whole > MAX_COST ? 0 : whole;
      const cost = readingCost(params.query) + fields;
      costs.set(arrival, cost);
      if (fields > 0) await countFields(caller, request, fields);
      return { caller, cost };
    },
    countFields,
    async countEvent(context) {
      const { caller } = context;
      if (caller.kind === 'stranger') await limits.consumeRequest(caller, costs.get(context) ?? 0, () => {});
    },
    plugin: {
      async onParams({ request, params, context }) {
        const arrival = context as unknown as Arrival;
        arrival.caller = await admit({ request, params, ...(arrival.req && { req: arrival.req }) });
      },
      onParse: () => {
        return ({ context, result }) => {
          if (result && !(result instanceof Error)) documents.set(context, result as DocumentNode);
        };
      },
      onExecute({ args }) {
        const context = args.contextValue as Arrival;
        const cost = costs.get(context);
        if (cost === undefined || context.request.headers.get(COST_HEADER) !== 'include') return undefined;
        // Of an answer in parts the first has the data.
        const tell = ({ result, setResult }: { result: unknown; setResult: (told: ExecutionResult) => void }) => {
          const { extensions, ...rest } = result as ExecutionResult;
          if ('data' in rest || 'errors' in rest) setResult({ ...rest, extensions: { ...extensions, cost } });
        };
        return {
          onExecuteDone({ result, setResult }) {
            if (isAsyncIterable(result)) return { onNext: tell };
            tell({ result, setResult });
            return undefined;
          },
        };
      },
      onResponse({ request, response }) {
        const state = left.get(request);
        if (!state) return;
        for (const [name, value] of Object.entries(limitHeaders(state))) response.headers.set(name, value);
        if (response.status === 429) response.headers.set('retry-after', String(state.resetSeconds));
      },
    },
  };
}
