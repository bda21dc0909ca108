import { createHash } from 'node:crypto';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';

// What sending an event to everybody costs at the least: the same bytes, ready, written to each socket. DATA is the
// event's JSON. On the message `event` everybody is sent it.

const { DATA = '' } = process.env;
const SSE = Buffer.from(`event: next\ndata: ${DATA}\n\n`);
const frame = (text: string) => {
  const payload = Buffer.from(text);
  const length = payload.length < 126 ? [payload.length] : [126, payload.length >> 8, payload.length & 0xff];
  return Buffer.concat([Buffer.from([0x81, ...length]), payload]);
};
const ACK = frame('{"type":"connection_ack"}');
const NEXT = frame(`{"id":"1","type":"next","payload":${DATA}}`);

const streams = new Set<ServerResponse>();
const sockets = new Set<Duplex>();
const server = createServer((request, response) => {
  request.resume().on('end', () => {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
    response.write(SSE);
    streams.add(response);
  });
});
server.on('upgrade', (request, socket) => {
  const accept = createHash('sha1')
    .update(`${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
    .digest('base64');
  socket.write(
    `HTTP/1.1 101 Switching Protocols\r\nconnection: Upgrade\r\nupgrade: websocket\r\nsec-websocket-accept: ${accept}\r\nsec-websocket-protocol: graphql-transport-ws\r\n\r\n`,
  );
  socket.once('data', () => {
    socket.write(ACK);
    socket.once('data', () => {
      socket.write(NEXT);
      sockets.add(socket);
    });
  });
});
process.on('message', (message) => {
  if (message !== 'event') return;
  for (const stream of streams) stream.write(SSE);
  for (const socket of sockets) socket.write(NEXT);
});
server.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port} writes`));
