import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { GraphQLFormattedError } from 'graphql';
import type { WebSocket } from 'ws';

/** An event's answer, written once for all who get it. */
export type Frame = {
  /** A chunk of a body of server-sent events. */
  readonly chunk: Buffer;
  /** The end of a WebSocket's message, from `payload` on: what goes before it has the operation's own id. */
  readonly payload: Buffer;
  /** Of the errors in it. */
  readonly codes: readonly string[];
};

/** How a stream ended: of itself, or with errors in place of a next event. */
export type Ending = { errors?: readonly GraphQLFormattedError[] };

/** Where one subscriber's events go. Frames are written to the socket itself, past whoever else writes whole messages to it. */
export interface Line {
  readonly socket: Socket;
  isOpen(): boolean;
  write(frame: Frame): void;
  ping(): void;
  end(ending: Ending): void;
}

/** What is shared, and goes on as long as anybody listens. */
export type Shared = {
  /** What this subscriber is to be sent, who was sent that last; null when there is nothing for now. */
  next(subscriber: Subscriber, sent: Frame | null): Frame | null;
  readonly ending: Ending | null;
  /** It can be written to. */
  connected?(subscriber: Subscriber): void;
  leave(subscriber: Subscriber): void;
};

const PING = ':\n\n';

/** `id`: what a client says that it saw last, when it comes back; null where one cannot go on after an event. */
export function frameOf(result: object, codes: readonly string[] = [], id: string | null = null): Frame {
  const text = JSON.stringify(result);
  const event = `event: next\ndata: ${text}\n${id === null ? '' : `id: ${id}\n`}\n`;
  const chunk = Buffer.from(`${Buffer.byteLength(event).toString(16)}\r\n${event}\r\n`);
  return { chunk, payload: Buffer.from(`${text}}`), codes };
}

// There may be tens of thousands of each of these: classes, whose methods are not made anew for each.

/** Server-sent events in a body that comes in chunks, as HTTP/1.1 sends what has no length. */
export class EventStreamLine implements Line {
  readonly socket: Socket;
  readonly response: ServerResponse;

  constructor(response: ServerResponse, socket: Socket) {
    this.socket = socket;
    this.response = response;
  }

  isOpen(): boolean {
    return this.socket.writable && !this.response.writableEnded;
  }

  write(frame: Frame): void {
    this.socket.write(frame.chunk);
  }

  ping(): void {
    this.response.write(PING);
  }

  end({ errors }: Ending): void {
    if (errors) this.socket.write(frameOf({ errors }).chunk);
    this.response.end('event: complete\ndata:\n\n');
  }
}

const TEXT_FRAME = 0x81;
/** Longer ones are not copied: two pieces that go together then cost less than memory for each reader's own. */
const COPIED_BYTES = 16 * 1024;
/** Where messages are put together: a socket that takes one at once leaves it to the next. */
let desk = Buffer.allocUnsafeSlow(COPIED_BYTES);

/** graphql-transport-ws; `socket` is what the WebSocket, which does not compress, stands on. */
export class WebSocketLine implements Line {
  readonly socket: Socket;
  readonly webSocket: WebSocket;
  /** `{"id":"…"`, of each message. */
  readonly beginning: string;

  constructor(webSocket: WebSocket, socket: Socket, id: string) {
    this.socket = socket;
    this.webSocket = webSocket;
    this.beginning = `{"id":${JSON.stringify(id)}`;
  }

  isOpen(): boolean {
    return this.webSocket.readyState === this.webSocket.OPEN && this.socket.writable;
  }

  write({ payload }: Frame): void {
    const text = `${this.beginning},"type":"next","payload":`;
    const before = Buffer.byteLength(text);
    const length = before + payload.length;
    const header = length < 126 ? 2 : length < 65_536 ? 4 : 10;
    const copied = header + length <= COPIED_BYTES;
    const size = copied ? header + length : header + before;
    const free = size <= COPIED_BYTES && this.socket.writableLength === 0;
    const bytes = free ? desk.subarray(0, size) : Buffer.allocUnsafe(size);
    bytes[0] = TEXT_FRAME;
    if (header === 2) bytes[1] = length;
    else if (header === 4) {
      bytes[1] = 126;
      bytes.writeUInt16BE(length, 2);
    } else {
      bytes[1] = 127;
      bytes.writeBigUInt64BE(BigInt(length), 2);
    }
    bytes.write(text, header);
    if (copied) payload.copy(bytes, header + before);
    else this.socket.cork();
    this.socket.write(bytes);
    if (!copied) {
      this.socket.write(payload);
      this.socket.uncork();
    }
    if (free && this.socket.writableLength > 0) desk = Buffer.allocUnsafeSlow(COPIED_BYTES);
  }

  /** The socket is pinged for all its operations. */
  ping(): void {}

  end({ errors }: Ending): void {
    const rest = errors ? `"type":"error","payload":${JSON.stringify(errors)}` : '"type":"complete"';
    this.webSocket.send(`${this.beginning},${rest}}`);
  }
}

/** One open subscription. It holds nothing of its request. */
export class Subscriber {
  /** How many it was sent. */
  events = 0;
  codes: readonly string[] = [];
  #shared: Shared;
  #line: Line | null = null;
  #sent: Frame | null = null;
  /** Its socket takes no more at the moment: when it does, it is sent what is next then. */
  #behind = false;
  #awake: (() => void) | null = null;
  #left = false;
  #ends: readonly (() => void)[] = [];

  constructor(shared: Shared) {
    this.#shared = shared;
  }

  /** Calls once it has ended, for whatever reason; at once when it has already. */
  onEnd(listener: () => void): void {
    if (this.#left) listener();
    // An array that is pushed to makes room for many.
    else this.#ends = [...this.#ends, listener];
  }

  /** From now on it is sent what there is. */
  connect(line: Line): void {
    if (this.#left) return;
    this.#line = line;
    const { ending } = this.#shared;
    if (ending) this.end(ending);
    else {
      this.#shared.connected?.(this);
      this.advance();
    }
  }

  /** Sends what is next, as much of it as its socket takes. */
  advance(): void {
    const line = this.#line;
    while (line && !this.#behind && line.isOpen()) {
      if (line.socket.writableNeedDrain) {
        this.#waitForRoom(line.socket);
        return;
      }
      const frame = this.#next();
      if (!frame) return;
      this.#write(line, frame);
    }
  }

  /** Sends what is for this one alone; resolves when it takes more, or has left. */
  async take(frame: Frame): Promise<void> {
    const line = this.#line;
    if (!line?.isOpen()) return;
    this.#write(line, frame);
    if (!line.socket.writableNeedDrain) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#awake = resolve;
    if (!this.#behind) this.#waitForRoom(line.socket);
    await promise;
  }

  #waitForRoom(socket: Socket): void {
    this.#behind = true;
    // A WebSocket may have a hundred of them.
    socket.setMaxListeners(0);
    socket.once('drain', () => {
      this.#behind = false;
      this.#wake();
      this.advance();
    });
  }

  #wake(): void {
    this.#awake?.();
    this.#awake = null;
  }

  ping(): void {
    if (this.#line?.isOpen() && !this.#line.socket.writableNeedDrain) this.#line.ping();
  }

  /** Also who is behind sees what was said last. */
  end(ending: Ending): void {
    const line = this.#line;
    // Whoever is not there yet will see it then.
    if (!line) return;
    if (line.isOpen()) {
      for (let next = this.#next(); next; next = this.#next()) this.#write(line, next);
      line.end(ending);
    }
    this.leave();
  }

  leave(): void {
    if (this.#left) return;
    this.#left = true;
    this.#line = null;
    this.#wake();
    this.#shared.leave(this);
    for (const end of this.#ends) end();
    this.#ends = [];
  }

  #next(): Frame | null {
    return this.#shared.next(this, this.#sent);
  }

  #write(line: Line, frame: Frame): void {
    line.write(frame);
    this.#sent = frame;
    this.events++;
    if (frame.codes.length > 0) this.codes = [...new Set([...this.codes, ...frame.codes])].toSorted();
  }
}

/** What was subscribed to, if it is answered by this module: for whoever else would wait for a stream. */
export const subscriberIn = (result: unknown): Subscriber | null => (result instanceof Subscriber ? result : null);
