import { useCSRFPrevention } from '@graphql-yoga/plugin-csrf-prevention';
import type { Plugin } from 'graphql-yoga';

/**
 * A browser sends some POSTs to foreign hosts without asking first; those must carry a header of ours. GET stays open, for
 * EventSource and plain links: it cannot mutate, keys travel in a header that no browser adds by itself, and a foreign
 * page cannot read the answer's credentials because there are none.
 */
export function csrf(): Plugin {
  const prevention = useCSRFPrevention() as Plugin;
  return {
    onRequestParse: (payload) => (payload.request.method === 'GET' ? undefined : prevention.onRequestParse?.(payload)),
  };
}
