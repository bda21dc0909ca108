import { GatewayError } from './errors.ts';
import { type AnswerLife, createAnswerLife } from './freshness.ts';

/** One query, mutation or event that is being answered: what it may cause, and what it has caused. */
export type Operation = {
  /** Whose, as sources' queues share themselves out; never shown or stored. */
  readonly caller: string;
  /** Ends when the client goes away or the deadline passes. */
  readonly signal: AbortSignal;
  /** Requests to sources so far. */
  readonly sourceRequests: number;
  /** Reads that the cache answered so far. */
  readonly cacheHits: number;
  /** What it was taken to cost before it ran, in points; null when that was not worked out. */
  cost: number | null;
  /** Where its trace goes on, as W3C Trace Context writes it; null where nobody traces. */
  traceparent: string | null;
  /** Counts reads that the cache answered; one, if not said otherwise. */
  hit(times?: number): void;
  /** Counts one; throws QUERY_TOO_COMPLEX when it may cause no more. */
  spend(): void;
  /** Hears of each public read until when what it gave holds; see AnswerLife. */
  holds: AnswerLife['holds'];
  /** How long its answer holds. */
  readonly life: AnswerLife;
};

/** `signal` is made when it is first wanted: what is answered out of memory needs none. */
type Options = { caller: string; signal: () => AbortSignal; maxSourceRequests: number };

export const createOperation = (options: Options): Operation => new OneOperation(options);

/**
 * A class because of its getters: those of an object literal are functions of each object, for which V8 makes a hidden
 * class of each object, and that keeps all of the request alive until the next full collection.
 */
class OneOperation implements Operation {
  readonly caller: string;
  sourceRequests = 0;
  cacheHits = 0;
  cost: number | null = null;
  traceparent: string | null = null;
  readonly life = createAnswerLife();
  private readonly maxSourceRequests: number;
  private readonly makeSignal: () => AbortSignal;
  private made: AbortSignal | undefined;

  constructor({ caller, signal, maxSourceRequests }: Options) {
    this.caller = caller;
    this.makeSignal = signal;
    this.maxSourceRequests = maxSourceRequests;
  }

  get signal(): AbortSignal {
    this.made ??= this.makeSignal();
    return this.made;
  }

  hit(times = 1): void {
    this.cacheHits += times;
  }

  holds(freshUntil: number, renewUntil: number): void {
    this.life.holds(freshUntil, renewUntil);
  }

  spend(): void {
    const { sourceRequests, maxSourceRequests } = this;
    if (sourceRequests >= maxSourceRequests) {
      throw new GatewayError(
        'QUERY_TOO_COMPLEX',
        `This needs more than the ${maxSourceRequests} requests to the source that one operation may cause. What was asked for first is here: ask for the rest in other operations, or again in a while, when more of it is cached.`,
        { sourceRequests, maxSourceRequests },
      );
    }
    this.sourceRequests++;
  }
}
