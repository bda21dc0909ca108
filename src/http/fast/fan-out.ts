import { type IncomingMessage, ServerResponse } from 'node:http';
import { type DocumentNode, type ExecutionArgs, type ExecutionResult, getArgumentValues, locatedError } from 'graphql';
import type { GraphQLParams, Plugin } from 'graphql-yoga';
import type { Context } from '../../context.ts';
import type { AtOnce } from '../../services/at-once.ts';
import { createSharedStreams, type StreamOptions } from './fan-out-streams.ts';
import { EventStreamLine, type Subscriber, subscriberIn } from './fan-out-subscriber.ts';
import { createPinging } from './pinging.ts';
import { type SharedField, sharedField } from './shareable.ts';

/** An operation on a transport, as its plugins see it. */
type Asked = Context & {
  request: Request;
  params: GraphQLParams;
  /** Over HTTP. */
  req?: IncomingMessage;
  res?: ServerResponse;
  /** Whoever brought it writes to the socket itself, and so connects a subscriber. */
  connects?: boolean;
};

type Options = StreamOptions & { atOnce: Pick<AtOnce, 'watching'> };

/** Of what is dearer each event is executed, and paid for, by each who gets it. */
const MOST_COST = 1_000;
/** As Yoga begins its own. */
const EVENT_STREAM = {
  'content-type': 'text/event-stream',
  connection: 'keep-alive',
  'cache-control': 'no-cache',
  'content-encoding': 'none',
};

/** Bodies that are event streams from here: their headers are not kept. */
const eventStreams = new WeakSet<ServerResponse>();
export const isEventStream = (response: ServerResponse): boolean => eventStreams.has(response);

/**
 * One execution and one text for all who subscribe to the same public thing, and frames written straight to their sockets,
 * over which what a subscriber costs is a few objects. A subscription comes the same way as without this module, through
 * admission, limits and caps; only what it is answered with is a `Subscriber` in place of a stream of its own, and whoever
 * counts a stream by its end counts that one. What is not public, or comes by an unusual way, is as if this were not here.
 */
export function fanOut({ atOnce, ...means }: Options): Plugin<Asked> {
  const { groupOf, sequenceOf } = createSharedStreams(means);
  const fields = new WeakMap<DocumentNode, SharedField | null>();
  /** Answers that are a beginning: their subscriber's events follow. */
  const begun = new WeakMap<Response, Subscriber>();
  const pinging = createPinging();

  function rootOf({ schema, document }: ExecutionArgs): SharedField | null {
    const known = fields.get(document);
    if (known !== undefined) return known;
    const field = sharedField(schema, document);
    fields.set(document, field);
    return field;
  }

  /** Resolves with what there is for this one to listen to, or a refusal. */
  async function share(args: ExecutionArgs, { node, shows }: SharedField): Promise<Subscriber | ExecutionResult> {
    const subscribed = shows === 'each' ? eachOf : latestOf;
    try {
      return await subscribed(args, args.contextValue as Asked);
    } catch (error) {
      return { errors: [locatedError(error, [node], [node.alias?.value ?? node.name.value])] };
    }
  }

  async function eachOf(args: ExecutionArgs, context: Asked): Promise<Subscriber | ExecutionResult> {
    const joined = await sequenceOf(args, context).join(context.caller, context.lastEventId ?? null);
    const subscriber = subscriberIn(joined);
    if (subscriber) context.res?.once('close', () => subscriber.leave());
    if (context.res?.destroyed) subscriber?.leave();
    return joined;
  }

  async function latestOf(args: ExecutionArgs, context: Asked): Promise<Subscriber | ExecutionResult> {
    const { caller } = context;
    const group = groupOf(args, context);
    const subscriber = group.join();
    context.res?.once('close', () => subscriber.leave());
    try {
      const opened = await group.opened(caller);
      if ('refusal' in opened) {
        subscriber.leave();
        return opened.refusal;
      }
      for (const name of opened.watched) subscriber.onEnd(atOnce.watching(caller, name));
      await group.present(caller);
      return subscriber;
    } catch (error) {
      subscriber.leave();
      throw error;
    }
  }

  return {
    onSubscribe({ args, setSubscribeFn }) {
      const context = args.contextValue as Asked;
      if ((context.operation.cost ?? 0) > MOST_COST || !(context.connects || takesStream(context))) return;
      const root = rootOf(args);
      if (root && !beginsElsewhere(root, args)) setSubscribeFn((given) => share(given, root));
    },
    onResultProcess({ result, setResultProcessor }) {
      const subscriber = subscriberIn(result);
      if (!subscriber) return;
      setResultProcessor((_result, { Response }) => {
        const response = new Response(null, { headers: EVENT_STREAM });
        begun.set(response, subscriber);
        return response;
      }, 'text/event-stream');
    },
    // Behind all others: it sends what they made of it.
    onResponse({ response, serverContext }) {
      const subscriber = begun.get(response);
      const { req, res } = serverContext as Pick<Asked, 'req' | 'res'>;
      if (!subscriber || !req || !res) return;
      if (!res.socket || res.destroyed) return subscriber.leave();
      begin({ req, res, response });
      subscriber.connect(new EventStreamLine(res, res.socket));
      pinging.add(subscriber);
      // It is answered: there is nothing that Yoga might still send.
      return new Promise(() => {});
    },
  };
}

/** Whether it says in its arguments where it begins: what is alike for all begins where the present does, or `Last-Event-ID`. */
function beginsElsewhere({ node, field, shows }: SharedField, { variableValues }: ExecutionArgs): boolean {
  return shows === 'each' && getArgumentValues(field, node, variableValues ?? {}).after != null;
}

/** By HTTP/1.1, on a socket whose turn it is, where Yoga would answer with server-sent events. */
function takesStream({ req, res, request }: Asked): boolean {
  if (!req || !res?.socket || res.headersSent || req.httpVersion !== '1.1') return false;
  const types = (request.headers.get('accept') ?? '').split(',');
  return types.some((type) => type.trim().toLowerCase() === 'text/event-stream');
}

/** Sends the head, and lets go of whatever would hold the request for as long as its answer goes on. */
function begin({ req, res, response }: { req: IncomingMessage; res: ServerResponse; response: Response }): void {
  // Past `setHeader`, which keeps them all, and past compression, which has nothing to do here.
  ServerResponse.prototype.writeHead.call(res, response.status, [...response.headers].flat());
  // Sent alone the head is kept as one string, and not as a rope.
  res.flushHeaders();
  // As Yoga does: some browsers take the headers for nothing until something follows them.
  res.write(':\n\n');
  eventStreams.add(res);
  res.socket?.setTimeout(0).setNoDelay(true).setKeepAlive(true);
  // It has been read, and told whoever asked.
  req.removeAllListeners();
  Object.assign(req, { body: undefined, rawHeaders: [] });
  // Yoga's, by which it would hear how its answer ends. The first is Node's own, by which the connection goes on.
  for (const listener of res.listeners('error')) res.off('error', listener as never).off('close', listener as never);
  for (const listener of res.listeners('finish').slice(1)) res.off('finish', listener as never);
}
