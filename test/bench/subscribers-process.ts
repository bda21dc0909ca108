import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createConnection, type Socket } from 'node:net';

// Many subscribers in a process of their own, which read as little as they can. Tells its parent `open` when all have
// had their first event, and for each that follows, when all have it, how long that took from the first to the last.

const { URL: url = '', QUERY: query = '', KIND: kind = 'sse', COUNT: count = '1' } = process.env;
const { hostname, port, host } = new URL(url);
const wanted = Number(count);

/** By number of the event: how many have it, and when the first had it. */
const events: { had: number; first: number }[] = [];

function hear(number: number): void {
  events[number] ??= { had: 0, first: performance.now() };
  const event = events[number];
  event.had++;
  if (event.had < wanted) return;
  process.send!(number === 0 ? 'open' : { spreadMs: performance.now() - event.first });
}

async function open(): Promise<void> {
  const socket = createConnection({ host: hostname, port: Number(port), noDelay: true });
  await once(socket, 'connect');
  socket.on('close', () => {
    throw new Error(`a subscriber over ${kind} was cut off`);
  });
  await (kind === 'sse' ? readEvents(socket) : readMessages(socket));
}

/** Resolves with the first event. */
function readEvents(socket: Socket): Promise<void> {
  const body = JSON.stringify({ query });
  socket.write(
    `POST /graphql HTTP/1.1\r\nhost: ${host}\r\naccept: text/event-stream\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
  const MARK = 'event: next';
  let events = 0;
  let tail = '';
  return new Promise((resolve, reject) => {
    socket.on('data', (chunk) => {
      const text = tail + chunk.toString('latin1');
      if (events === 0 && !text.startsWith('HTTP/1.1 200') && tail === '') reject(new Error(text));
      for (let at = text.indexOf(MARK); at >= 0; at = text.indexOf(MARK, at + 1)) {
        hear(events++);
        resolve();
      }
      // Too short for a mark that was counted.
      tail = text.slice(1 - MARK.length);
    });
  });
}

/** A frame from a client: masked, as the protocol wants it. */
function frame(opcode: number, payload: Buffer): Buffer {
  const length =
    payload.length < 126 ? [0x80 | payload.length] : [0x80 | 126, payload.length >> 8, payload.length & 0xff];
  const mask = randomBytes(4);
  const masked = payload.map((byte, index) => byte ^ mask[index & 3]!);
  return Buffer.concat([Buffer.from([0x80 | opcode, ...length]), mask, masked]);
}

function readMessages(socket: Socket): Promise<void> {
  const say = (message: object) => socket.write(frame(1, Buffer.from(JSON.stringify(message))));
  socket.write(
    `GET /graphql HTTP/1.1\r\nhost: ${host}\r\nconnection: Upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: ${randomBytes(16).toString('base64')}\r\nsec-websocket-protocol: graphql-transport-ws\r\n\r\n`,
  );
  let events = 0;
  let upgraded = false;
  let received: Buffer = Buffer.alloc(0);
  let message = '';
  return new Promise((resolve, reject) => {
    const messageIsWhole = () => {
      if (message.includes('"connection_ack"')) say({ id: '1', type: 'subscribe', payload: { query } });
      else if (message.includes('"next"')) {
        hear(events++);
        resolve();
      } else if (message.includes('"error"')) reject(new Error(message));
      message = '';
    };
    socket.on('data', (chunk) => {
      received = received.length > 0 ? Buffer.concat([received, chunk]) : chunk;
      if (!upgraded) {
        const end = received.indexOf('\r\n\r\n');
        if (end < 0) return;
        if (!received.toString('latin1', 0, 12).endsWith('101')) return reject(new Error(received.toString('latin1')));
        upgraded = true;
        received = received.subarray(end + 4);
        say({ type: 'connection_init' });
      }
      for (;;) {
        if (received.length < 2) return;
        const [first, second] = received as unknown as [number, number];
        const start = second < 126 ? 2 : second === 126 ? 4 : 10;
        if (received.length < start) return;
        const length =
          second < 126 ? second : second === 126 ? received.readUInt16BE(2) : Number(received.readBigUInt64BE(2));
        if (received.length < start + length) return;
        const payload = received.subarray(start, start + length);
        received = received.subarray(start + length);
        const opcode = first & 0x0f;
        if (opcode === 9) socket.write(frame(10, payload));
        if (opcode > 1) continue;
        message += payload.toString('latin1');
        if (first & 0x80) messageIsWhole();
      }
    });
  });
}

const AT_ONCE = 50;
let opened = 0;
await Promise.all(
  Array.from({ length: AT_ONCE }, async () => {
    while (opened < wanted) {
      opened++;
      await open();
    }
  }),
);
