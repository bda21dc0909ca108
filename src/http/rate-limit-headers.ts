import type { Plugin } from 'graphql-yoga';
import type { Caller } from '../domain/caller.ts';
import type { RateLimits, RateState } from '../services/rate-limits.ts';

type Counting = {
  /** Counts a request of a key; throws RATE_LIMITED. */
  count(caller: Caller, request: Request): Promise<void>;
  /** Standard headers (draft-ietf-httpapi-ratelimit-headers) for every answer to a key. */
  plugin: Plugin;
};

export function rateLimitHeaders({ consumeRequest }: Pick<RateLimits, 'consumeRequest'>): Counting {
  const left = new WeakMap<Request, RateState>();
  return {
    count: (caller, request) => consumeRequest(caller, (state) => left.set(request, state)),
    plugin: {
      onResponse({ request, response }) {
        const state = left.get(request);
        if (!state) return;
        response.headers.set('ratelimit-limit', String(state.limit));
        response.headers.set('ratelimit-remaining', String(state.remaining));
        response.headers.set('ratelimit-reset', String(state.resetSeconds));
        if (response.status === 429) response.headers.set('retry-after', String(state.resetSeconds));
      },
    },
  };
}
