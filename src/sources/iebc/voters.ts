import { createAskers } from '../../infra/askers.ts';
import * as decode from './decode.ts';
import type { Exchange } from './exchange.ts';
import type { Ask } from './reader.ts';

/**
 * People are never cached: each lookup goes to the source. Null only where the source says in its own words that it knows
 * nobody of this code: a registration check keeps the answer, so an address where nothing is must stay a failure.
 */
export function votersOf(exchange: Exchange) {
  const lookUp = <T>(
    code: string,
    type: string,
    decoded: (body: unknown) => T,
    { signal, asker, traceparent }: Ask,
  ): Promise<T | null> => {
    asker?.spend();
    return exchange.ask({
      endpoint: 'voter',
      path: `/voter/${code}/`,
      filters: { type },
      decode: (body) => (body === null ? null : decoded(body)),
      personal: true,
      signal,
      askers: createAskers(asker, traceparent ?? asker?.traceparent),
    });
  };

  return {
    voter: (code: string, ask: Ask = {}) => lookUp(code, 'info', (body) => decode.decodeVoter('voter', body), ask),
    voterResults: (code: string, ask: Ask = {}) =>
      lookUp(code, 'results', (body) => decode.decodeOpaque('voter', body), ask),
  };
}
