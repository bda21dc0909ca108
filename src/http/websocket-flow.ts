import type { IncomingMessage } from 'node:http';
import { setImmediate as othersTurn } from 'node:timers/promises';
import { CloseCode, parseMessage, type Server } from 'graphql-ws';
import type { WebSocket } from 'ws';
import { type Subscriber, WebSocketLine } from './fast/fan-out-subscriber.ts';

/** One client's socket, as the operations on it see it. */
export type Extra = {
  request: IncomingMessage;
  socket: WebSocket;
  /** Ends when the client says `complete`, or leaves; undefined for an operation beyond what a socket may run. */
  signalOf(id: string): AbortSignal | undefined;
  /** Connects a subscriber, whose operation is no other work; who has completed it or left meanwhile is let go. */
  keep(id: string, subscriber: Subscriber): void;
};

/** Running at once on one socket, subscriptions included: the next is refused. */
export const OPERATIONS_PER_SOCKET = 100;
/** Of messages whose work goes on though nobody waits for it, or whose answer is not taken: the next is not read. */
const MOST_UNFINISHED = 32;
/** Then whatever else waits has its turn: a chunk that came at once may hold hundreds. */
const MESSAGES_A_TURN = 8;
/** Of what a client asked for and does not take. */
const MOST_UNSENT_BYTES = 64 * 1024 * 1024;
/** Kept for as long as the socket is open: room for a key. */
const MOST_INIT_CHARACTERS = 16 * 1024;
const PING_EVERY_MS = 12_000;
/** After so many pings a client that takes nothing of what is sent, or whose socket stays paused, is given up. */
const PATIENT_PINGS = 5;

/**
 * Hands a socket's messages to graphql-ws in their order. That handles all it is given at once, so here is where a client
 * is made to wait: while too much of what it began is not finished, nothing more is read from it.
 */
export function connect(server: Server<Extra>, socket: WebSocket, request: IncomingMessage): void {
  /** By name: what is at work, or goes on without any work here (a subscriber), or is ending (null). */
  const operations = new Map<string, AbortController | Subscriber | null>();
  let ending = 0;
  const waiting: string[] = [];
  let unfinished = 0;
  let reading = false;
  let moved = () => {};
  const isOpen = () => socket.readyState === socket.OPEN;

  function end(id: string): void {
    const operation = operations.get(id);
    if (operation instanceof AbortController) {
      operations.set(id, null);
      ending++;
      unfinished++;
      operation.abort();
    } else operation?.leave();
  }

  function keep(id: string, subscriber: Subscriber): void {
    // Whoever has completed it meanwhile, or left.
    if (!operations.get(id)) {
      subscriber.leave();
      return;
    }
    operations.set(id, subscriber);
    subscriber.onEnd(() => operations.delete(id));
    subscriber.connect(new WebSocketLine(socket, request.socket, id));
  }

  /** The work of one message; an operation's is unfinished only once it is ended. */
  async function work(handle: (text: string) => Promise<void>, text: string, id: string | null): Promise<void> {
    const operation = new AbortController();
    if (id === null) unfinished++;
    else operations.set(id, operation);
    try {
      await handle(text);
    } catch {
      // A message of a kind that only servers send, or an answer that could not be sent.
      socket.close(CloseCode.InternalServerError, 'Internal server error');
    }
    // What still hangs on its signal, such as a deadline, is let go of.
    operation.abort();
    if (id === null) unfinished--;
    else if (operations.get(id) === operation) operations.delete(id);
    else if (operations.get(id) === null) {
      operations.delete(id);
      ending--;
      unfinished--;
    }
    moved();
  }

  function begin(handle: (text: string) => Promise<void>, text: string): void {
    const message = parsed(text);
    if (message?.type === 'connection_init' && text.length > MOST_INIT_CHARACTERS) {
      socket.close(CloseCode.BadRequest, 'Connection parameters too large');
      return;
    }
    if (message?.type === 'complete') end(message.id);
    const id = message?.type === 'subscribe' ? message.id : null;
    if (id !== null && operations.get(id) && !(operations.get(id) instanceof AbortController)) {
      // In the words of graphql-ws, for which that one is over.
      socket.close(CloseCode.SubscriberAlreadyExists, `Subscriber for ${id} already exists`);
      return;
    }
    // A second one of the same name, or one too many, is refused in the course of the protocol.
    const accepted = id !== null && !operations.has(id) && operations.size - ending < OPERATIONS_PER_SOCKET;
    void work(handle, text, accepted ? id : null);
  }

  /** An operation of a name whose bearer is still ending would be taken for that one. */
  const mustWait = (text: string) => {
    if (unfinished >= MOST_UNFINISHED) return true;
    if (ending === 0) return false;
    const message = parsed(text);
    return message?.type === 'subscribe' && operations.get(message.id) === null;
  };

  async function read(handle: (text: string) => Promise<void>): Promise<void> {
    if (reading) return;
    reading = true;
    let left = MESSAGES_A_TURN;
    while (waiting.length > 0 && isOpen()) {
      if (mustWait(waiting[0]!)) {
        socket.pause();
        await new Promise<void>((resolve) => {
          moved = resolve;
        });
      } else if (left-- > 0) begin(handle, waiting.shift()!);
      else {
        socket.pause();
        await othersTurn();
        left = MESSAGES_A_TURN;
      }
    }
    reading = false;
    socket.resume();
  }

  function signalOf(id: string): AbortSignal | undefined {
    const operation = operations.get(id);
    return operation instanceof AbortController ? operation.signal : undefined;
  }

  const closed = server.opened(
    {
      protocol: socket.protocol,
      send: (data) => send(socket, data),
      close: (code, reason) => socket.close(code, reason),
      onMessage: (handle) =>
        socket.on('message', (data) => {
          if (!isOpen()) return;
          waiting.push(String(data));
          void read(handle);
        }),
    },
    { request, socket, signalOf, keep },
  );
  // Its headers are kept for each operation; these, the same once more, nobody reads.
  request.rawHeaders = [];
  const stopPinging = keepAlive(socket);
  // What is wrong with a frame closes the socket; nobody else needs to hear of it.
  socket.on('error', () => {});
  socket.once('close', (code, reason) => {
    stopPinging();
    waiting.length = 0;
    for (const id of [...operations.keys()]) end(id);
    moved();
    Promise.resolve(closed(code, String(reason))).catch(() => {});
  });
}

function parsed(text: string) {
  try {
    return parseMessage(text);
  } catch {
    return null;
  }
}

/** Resolves when the client's side has taken it. */
function send(socket: WebSocket, data: string): Promise<void> {
  return new Promise((resolve, reject) => {
    if (socket.readyState !== socket.OPEN) return resolve();
    socket.send(data, (error) => (error ? reject(error) : resolve()));
    if (socket.bufferedAmount > MOST_UNSENT_BYTES) socket.terminate();
  });
}

/** Ends a socket whose client is gone without a word, or answers pings but takes nothing of what it asked for. */
function keepAlive(socket: WebSocket): () => void {
  let answered = true;
  let unsent = 0;
  let stuck = 0;
  const speaks = () => {
    answered = true;
  };
  // A pong may wait behind messages: whoever sends those is there.
  socket.on('pong', speaks).on('message', speaks);
  const timer = setInterval(() => {
    const taken = socket.bufferedAmount === 0 || socket.bufferedAmount < unsent;
    stuck = answered && taken ? 0 : stuck + 1;
    // A paused socket's answer is not read.
    if ((!answered && !socket.isPaused) || stuck >= PATIENT_PINGS) return socket.terminate();
    unsent = socket.bufferedAmount;
    answered = false;
    if (socket.readyState === socket.OPEN) socket.ping();
  }, PING_EVERY_MS);
  return () => clearInterval(timer);
}
