import type { Plugin } from 'graphql-yoga';
import type { Context } from '../context.ts';
import type { Operation } from '../domain/operation.ts';
import { unlessAborted } from '../infra/waiting.ts';

/** Executes an operation when its turn has come, which for all but the dear ones is at once. */
export type InLine = <T>(operation: Operation, work: () => T | Promise<T>) => T | Promise<T>;

/** About an answer for half of all wards: a second of work, and megabytes. */
const DEAR = 50_000;

/** Whether it waits for others of its caller. */
export const isDear = ({ cost }: Pick<Operation, 'cost'>): boolean => cost !== null && cost >= DEAR;

/**
 * Dear operations of one caller are executed one after another: side by side none would be done sooner, and whoever else
 * asks would wait for the pieces of all of them. The wait is part of an operation's deadline.
 */
export function createOneDearAtATime(): { inLine: InLine; plugin: Plugin<Context> } {
  /** By caller: resolves when all that were before have ended. */
  const lines = new Map<string, Promise<void>>();
  async function waiting<T>({ caller, signal }: Operation, work: () => T | Promise<T>): Promise<T> {
    const before = lines.get(caller) ?? Promise.resolve();
    const ended = Promise.withResolvers<void>();
    const line = before.then(() => ended.promise);
    lines.set(caller, line);
    try {
      await unlessAborted(before, signal);
      return await work();
    } finally {
      ended.resolve();
      if (lines.get(caller) === line) lines.delete(caller);
    }
  }

  return {
    inLine: (operation, work) => (isDear(operation) ? waiting(operation, work) : work()),
    plugin: {
      onExecute({ args, executeFn, setExecuteFn }) {
        const { operation } = args.contextValue as Context;
        if (isDear(operation)) setExecuteFn((given) => waiting(operation, () => executeFn(given)));
      },
    },
  };
}
