import type { Plugin } from 'graphql-yoga';
import type { Context } from '../context.ts';
import { unlessAborted } from '../infra/waiting.ts';

/** About an answer for half of all wards: a second of work, and megabytes. */
const DEAR = 50_000;

/**
 * Dear operations of one caller are executed one after another: side by side none would be done sooner, and whoever else
 * asks would wait for the pieces of all of them. The wait is part of an operation's deadline.
 */
export function oneDearAtATime(): Plugin<Context> {
  /** By caller: resolves when all that were before have ended. */
  const lines = new Map<string, Promise<void>>();
  return {
    onExecute({ args, executeFn, setExecuteFn }) {
      const { caller, cost, signal } = (args.contextValue as Context).operation;
      if (cost === null || cost < DEAR) return;
      setExecuteFn(async (given) => {
        const before = lines.get(caller) ?? Promise.resolve();
        const ended = Promise.withResolvers<void>();
        const line = before.then(() => ended.promise);
        lines.set(caller, line);
        try {
          await unlessAborted(before, signal);
          return await executeFn(given);
        } finally {
          ended.resolve();
          if (lines.get(caller) === line) lines.delete(caller);
        }
      });
    },
  };
}
