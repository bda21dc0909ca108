import { type ExecutionResult, getOperationAST } from 'graphql';
import { isAsyncIterable, type Plugin } from 'graphql-yoga';
import type { Context } from '../context.ts';
import type { Life } from '../domain/freshness.ts';
import type { Clock } from '../infra/clock.ts';
import { COST_HEADER } from './admission.ts';
import { etagOf, matches } from './etag.ts';

/** For whoever asked, and for nobody to keep. */
const NOT_KEPT = 'private, no-store';

/** By which of a request's headers its answer differs. Who asks is none of them: what depends on that is not kept. */
export const VARIES_BY = 'Origin, Accept, Accept-Encoding';

/** For so long a shared cache may stand in for a gateway that fails. It cannot mark what it gives as old. */
const STALE_IF_ERROR_SECONDS = 60;

/** Whole seconds, never more than are left. Null: nobody may keep it. */
export function cacheControl(life: Life | null, now: number): string {
  if (!life) return NOT_KEPT;
  const { freshUntil, renewUntil } = life;
  const fresh = Math.max(0, Math.floor((freshUntil - now) / 1000));
  const renew = Math.max(0, Math.floor((renewUntil - now) / 1000) - fresh);
  return `public, max-age=${fresh}, stale-while-revalidate=${renew}, stale-if-error=${STALE_IF_ERROR_SECONDS}`;
}

/**
 * Says of each answer how long it holds and for whom. Public is only what a stranger got, whole, of which every part has
 * told how long it holds (domain/freshness.ts).
 */
export function cachedByOthers(path: string, clock: Pick<Clock, 'monotonic'>): Plugin<Context> {
  const lives = new WeakMap<Request, Life | null>();
  return {
    onExecute({ args, executeFn, setExecuteFn }) {
      const { operation, request } = args.contextValue as Context & { request: Request };
      // Round the execution alone: whoever logs looks at who asks, too.
      let life: Life | null = null;
      setExecuteFn(async (given) => {
        operation.life.begin();
        const result = await executeFn(given);
        life = operation.life.read();
        return result;
      });
      const isQuery = getOperationAST(args.document, args.operationName)?.operation === 'query';
      // Of several operations in one request none is alone.
      const alone = !lives.has(request);
      lives.set(request, null);
      return {
        onExecuteDone({ result }) {
          if (!alone || !isQuery || isAsyncIterable(result) || (result as ExecutionResult).errors) return;
          const asksForMore = request.headers.get('authorization') ?? request.headers.get(COST_HEADER);
          lives.set(request, asksForMore === null && life && life.renewUntil > clock.monotonic() ? life : null);
        },
      };
    },
    async onResponse({ request, response, setResponse, fetchAPI }) {
      const { headers } = response;
      const type = headers.get('content-type') ?? '';
      const inParts = type.startsWith('multipart/mixed');
      if (new URL(request.url).pathname !== path || !(inParts || type.includes('json'))) return;
      headers.set('vary', VARIES_BY);
      // A part must not wait in a compressor, here or in a proxy, until there is more.
      if (inParts) return headers.set('cache-control', `${NOT_KEPT}, no-transform`);
      const life = (response.status === 200 && lives.get(request)) || null;
      headers.set('cache-control', cacheControl(life, clock.monotonic()));
      if (!life) return;
      const text = await response.text();
      const etag = etagOf(text);
      headers.set('etag', etag);
      const same = matches(request.headers.get('if-none-match'), etag);
      if (same) headers.delete('content-type');
      if (same) headers.delete('content-length');
      setResponse(new fetchAPI.Response(same ? null : text, { status: same ? 304 : 200, headers }));
    },
  };
}
