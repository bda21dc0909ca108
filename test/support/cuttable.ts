import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

type Cuttable = {
  port: number;
  /** Whoever is connected is cut off, and whoever comes is turned away until it is mended. */
  cut(): void;
  mend(): void;
};

/** A way to a port that can be cut, which an EventSource takes for a failing network. */
export async function cuttable(port: number): Promise<Cuttable> {
  let isCut = false;
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    if (isCut) {
      socket.destroy();
      return;
    }
    const onward = connect(port, '127.0.0.1');
    open.add(socket);
    for (const [from, to] of [
      [socket, onward],
      [onward, socket],
    ] as const)
      from
        .on('error', () => {})
        .on('close', () => to.destroy())
        .pipe(to);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const cut = () => {
    isCut = true;
    for (const socket of open) socket.destroy();
    open.clear();
  };
  const mend = () => {
    isCut = false;
  };
  onTestFinished(() => {
    cut();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, cut, mend };
}
