import type { Context } from './context.ts';
import { type Caller, rateKey } from './domain/caller.ts';
import { createOperation } from './domain/operation.ts';
import type { Clock } from './infra/clock.ts';
import { noticed } from './infra/noticed.ts';
import { withDeadline } from './infra/waiting.ts';
import type { Module } from './modules/module.ts';

/** `client` gives the signal that ends when the client goes away: it is asked for only by whatever has to wait. */
export type NewContext = (caller: Caller, client: () => AbortSignal) => Context;

type Options = {
  modules: readonly Module<object>[];
  maxSourceRequests: number;
  requestTimeoutMs: number;
  clock: Clock;
  sources: Context['sources'];
};

/**
 * Makes contexts. Whatever of one does not tell how long it holds makes the answer of whoever touches it private: who asks
 * first of all, and each thing that a module adds without a word.
 */
export function createContexts({ modules, maxSourceRequests, requestTimeoutMs, clock, sources }: Options): NewContext {
  return (caller, client) => {
    const operation = createOperation({
      caller: rateKey(caller),
      signal: () => withDeadline(client(), requestTimeoutMs),
      maxSourceRequests,
    });
    const touched = operation.life.keepPrivate;
    const context = {
      caller: noticed(caller, touched),
      get signal() {
        return operation.signal;
      },
      operation,
      clock: noticed(clock, touched),
      sources: noticed(sources, touched),
    };
    for (const module of modules) {
      const provided = module.provide(operation);
      for (const [name, value] of Object.entries(provided)) {
        Object.assign(context, { [name]: module.tells.includes(name) ? value : noticed(value as object, touched) });
      }
    }
    return context as Context;
  };
}
