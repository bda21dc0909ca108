import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, it } from 'vitest';
import { listen } from '../../src/listen.ts';
import { startGateway } from '../support/gateway.ts';

const ARRIVAL_MS = 1_000;

it.each([
  ['its headers', 'POST /graphql HTTP/1.1\r\nHost: gateway\r\n', 'X-Slow: 1\r\n'],
  [
    'its body',
    'POST /graphql HTTP/1.1\r\nHost: gateway\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n',
    ' ',
  ],
])('cuts off whoever never ends %s, though something comes all the time', async (_name, beginning, more) => {
  const { app, logs } = await startGateway();
  const server = await listen(app, { port: 0, host: '127.0.0.1', arrivalMs: ARRIVAL_MS });
  try {
    const socket = connect(server.port, '127.0.0.1');
    let answer = '';
    socket.on('data', (chunk) => {
      answer += chunk;
    });
    socket.on('error', () => {});
    await once(socket, 'connect');
    const began = performance.now();
    socket.write(beginning);
    const dripping = setInterval(() => socket.write(more), 50);
    await once(socket, 'close');
    clearInterval(dripping);
    const took = performance.now() - began;
    expect(answer).toMatch(/^HTTP\/1\.1 408 /);
    expect(took).toBeGreaterThan(ARRIVAL_MS * 0.9);
    expect(took).toBeLessThan(ARRIVAL_MS * 1.5);
    expect(logs()).not.toContain('unexpected');
  } finally {
    await server.close();
  }
});
