import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import {
  createSourceEventStream,
  type ExecutionArgs,
  type ExecutionResult,
  type execute,
  type GraphQLError,
  type GraphQLFormattedError,
} from 'graphql';
import { type GraphQLParams, isAsyncIterable, map } from 'graphql-yoga';
import { LRUCache } from 'lru-cache';
import type { Contexts } from '../../contexts.ts';
import { type Caller, strangerFrom } from '../../domain/caller.ts';
import { namerOf } from '../../domain/event-ids.ts';
import type { Clock } from '../../infra/clock.ts';
import { answeredEvents, unanswered } from '../event-context.ts';
import { codesOf } from '../operation-log.ts';
import { createGroup, type Group, type Opened } from './fan-out-group.ts';
import { createSequence, type Named, type Sequence } from './fan-out-sequence.ts';
import { type Ending, type Frame, frameOf } from './fan-out-subscriber.ts';

export type StreamOptions = {
  contexts: Contexts;
  maskError: (error: unknown) => Error;
  /** Executes, for each event. */
  answer: typeof execute;
  clock: Pick<Clock, 'monotonic'>;
};

/** Who asked, and what. */
type Asked = { params: GraphQLParams; request: Request };

/** Who asks for what is the same for everybody. */
const NOBODY = strangerFrom(null);
/** So long the answer to one event is the answer for whoever comes to it. */
const FRAMES_MS = 1_000;
const FRAMES_BYTES = 32 * 1024 * 1024;

/** One stream for all who ask alike, whose events are executed as nobody's, once. */
export function createSharedStreams({ contexts, maskError, answer, clock }: StreamOptions) {
  const groups = new Map<string, Group>();
  const sequences = new Map<string, Sequence>();
  const frames = new LRUCache<string, Named>({
    maxSize: FRAMES_BYTES,
    sizeCalculation: ({ chunk, payload }) => chunk.length + payload.length,
  });
  const underWay = new Map<string, Promise<Named>>();
  const contextOf = (caller: Caller, signal: AbortSignal) => contexts.whole(contexts.create(caller, () => signal));

  /** Nothing of the request by which it came first, beside what was asked: not its headers, and not its signal. */
  function forAll({ schema, document, operationName, variableValues }: ExecutionArgs, { params, request }: Asked) {
    const asked = { params, request: new Request(request.url) };
    return {
      args: { schema, document, operationName, variableValues },
      /** Of each event. */
      nobodys: (signal: AbortSignal) => ({ ...contextOf(NOBODY, signal), ...asked }),
      /** What is asked of a source in opening the stream is `caller`'s. */
      opening: (caller: Caller, signal: AbortSignal) => ({ ...contextOf(caller, signal), ...asked, caller: NOBODY }),
    };
  }

  function groupOf(given: ExecutionArgs, context: Asked): Group {
    const key = keyOf(context.params);
    const running = groups.get(key);
    if (running) return running;
    const { args, nobodys, opening } = forAll(given, context);
    async function open(caller: Caller, signal: AbortSignal): Promise<Opened> {
      const watched: string[] = [];
      const contextValue = {
        ...opening(caller, signal),
        // Counted for each subscriber, not for nobody.
        atOnce: {
          watched<T>(_caller: Caller, name: string, stream: () => AsyncIterable<T>) {
            watched.push(name);
            return stream();
          },
        },
      };
      const events = await answeredEvents(async () => nobodys(signal), answer)({ ...args, contextValue });
      return { events, watched };
    }
    const group = createGroup({
      open,
      frame,
      ending: (error): Ending => ({ errors: [shown(maskError(error))] }),
      clock,
      onClose: () => groups.get(key) === group && groups.delete(key),
    });
    groups.set(key, group);
    return group;
  }

  function sequenceOf(given: ExecutionArgs, context: Asked): Sequence {
    const key = keyOf(context.params);
    const running = sequences.get(key);
    if (running) return running;
    const { args, nobodys, opening } = forAll(given, context);
    const sequence = createSequence({
      async open(caller, signal, after) {
        const from = after === 'now' ? { fromNow: true } : { lastEventId: after };
        const contextValue = { ...opening(caller, signal), ...from };
        const events = await createSourceEventStream({ ...args, contextValue });
        if (!isAsyncIterable(events)) return events;
        const nameOf = namerOf(events)!;
        return map((event: unknown) => ({ event, id: nameOf(event) }))(events as AsyncIterable<unknown>);
      },
      answer({ event, id }, signal) {
        const name = `${key} ${id}`;
        const known = frames.get(name) ?? underWay.get(name);
        if (known) return known;
        const answered = named(args, event, id, nobodys(signal))
          .then((answer) => {
            frames.set(name, answer);
            // By a timer: what has only become too old would stay until there are 32 MB of it.
            setTimeout(() => frames.delete(name), FRAMES_MS).unref();
            return answer;
          })
          .finally(() => underWay.delete(name));
        underWay.set(name, answered);
        return answered;
      },
      ending: (error): Ending => ({ errors: [shown(maskError(error))] }),
      onClose: () => sequences.get(key) === sequence && sequences.delete(key),
    });
    sequences.set(key, sequence);
    return sequence;
  }

  async function named(args: ExecutionArgs, event: unknown, id: string, contextValue: object): Promise<Named> {
    try {
      return { ...frame(await answer({ ...args, rootValue: event, contextValue }), id), id };
    } catch (error) {
      return { ...frame(unanswered(error)), id };
    }
  }

  function frame({ errors, ...result }: ExecutionResult, id: string | null = null): Frame {
    const masked = errors?.map(maskError);
    return frameOf(masked ? { errors: masked.map(shown), ...result } : result, codesOf(masked), id);
  }

  return { groupOf, sequenceOf };
}

/** Alike for what asks for the same. */
function keyOf({ query, operationName, variables }: GraphQLParams): string {
  const asked = canonicalize([query, operationName ?? null, variables ?? null]) as string;
  return createHash('sha256').update(asked).digest('base64');
}

/** A masked error as a caller reads it: the HTTP status that it may carry is for whoever answers with one. */
function shown(error: Error): GraphQLFormattedError {
  const { extensions, ...rest } = (error as GraphQLError).toJSON();
  const { http: _status, ...more } = extensions ?? {};
  return { ...rest, extensions: more };
}
