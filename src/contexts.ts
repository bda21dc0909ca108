import type { Context } from './context.ts';
import { type Caller, rateKey } from './domain/caller.ts';
import { createOperation } from './domain/operation.ts';
import type { Clock } from './infra/clock.ts';
import { lazily } from './infra/lazily.ts';
import { noticed } from './infra/noticed.ts';
import { withDeadline } from './infra/waiting.ts';
import type { Module } from './modules/module.ts';

export type Contexts = {
  /** `client` gives the signal that ends when the client goes away: it is asked for only by whatever has to wait. */
  create(caller: Caller, client: () => AbortSignal): Context;
  /** The same with all its members made, for whoever copies contexts. */
  whole(context: Context): Context;
};

type Options = {
  modules: readonly Module<object>[];
  maxSourceRequests: number;
  requestTimeoutMs: number;
  clock: Clock;
  sources: Context['sources'];
};

type Own = Pick<Context, 'operation'> & { asks: Caller };
type Makers = Record<string, (context: Context & Own) => unknown>;

/**
 * Makes contexts. Whatever of one does not tell how long it holds makes the answer of whoever touches it private: who asks
 * first of all, and each thing that a module adds without a word.
 */
export function createContexts({ modules, maxSourceRequests, requestTimeoutMs, clock, sources }: Options): Contexts {
  const makers: Makers = {
    caller: (context) => asPrivate(context.asks, context),
    clock: (context) => asPrivate(clock, context),
    sources: (context) => asPrivate(sources, context),
    signal: ({ operation }) => operation.signal,
  };
  for (const { provides, tells } of modules) {
    for (const [name, make] of Object.entries(provides as Makers)) {
      makers[name] = tells.includes(name) ? make : (context) => asPrivate(make(context) as object, context);
    }
  }
  const contextOf = lazily<Own, Record<string, unknown>>(makers as never);
  const names = Object.keys(makers);
  return {
    create(caller, client) {
      const operation = createOperation({
        caller: rateKey(caller),
        signal: () => withDeadline(client(), requestTimeoutMs),
        maxSourceRequests,
      });
      return contextOf({ operation, asks: caller }) as unknown as Context;
    },
    whole(context) {
      const made = context as unknown as Record<string, unknown>;
      const members = Object.fromEntries(names.map((name) => [name, made[name]]));
      return { operation: context.operation, ...members } as Context;
    },
  };
}

const asPrivate = <T extends object>(thing: T, { operation }: Own): T => noticed(thing, operation.life.keepPrivate);
