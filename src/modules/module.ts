import type { Plugin } from 'graphql-yoga';
import type { Context } from '../context.ts';
import type { PartHealth } from '../services/readiness.ts';

/**
 * An upstream or two with all that stands on them. What it opened, it closes when it is disposed of. The type of what it
 * provides is added to the interface Context, in the module's own file.
 */
export type Module<Provided extends object> = AsyncDisposable & {
  /** Its part of the context of one request, or of one event of a subscription: each member is made when it is wanted. */
  provides: { [Name in keyof Provided]: (context: Context) => Provided[Name] };
  /**
   * Of what it provides, that which tells the operation how long its answers hold, or is the same for everybody for ever.
   * Whatever touches the rest is answered for its caller alone.
   */
  tells: readonly string[];
  /** HTTP routes of its own. */
  routes: readonly Plugin[];
  /** Begins what goes on in the background. */
  start(): Promise<void>;
  /** Hears under which address the gateway can be reached, once that is known. */
  listening?(url: string): void;
  /** How what it has of its own is doing that is no source. */
  health?(): PartHealth[];
  /** Ends the subscriptions, so that the process can end. */
  drain(): void;
};
