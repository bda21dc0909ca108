import { createServer, request as forward, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { createClient as createSseClient } from 'graphql-sse';
import { createClient as createWsClient } from 'graphql-ws';
import { expect, it, onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { createApp } from '../../src/app.ts';
import { readConfig } from '../../src/config.ts';
import { createLog } from '../../src/infra/log.ts';
import { type Listening, listen } from '../../src/listen.ts';
import { startIebcSandbox } from '../../src/sandbox/iebc/index.ts';
import { canStartRedis, ownRedis } from '../infra/own-redis.ts';
import { bearer, checksEnv, directory, GET, inputOf, queryAt, REQUEST, startEreg } from '../support/checks.ts';
import { iebcEnv } from '../support/iebc.ts';

const WATCHED = 'subscription { contestResultUpdated(reportingUnit: "KE", post: PRESIDENT) { stationsReported asOf } }';

/** As any load balancer: to whoever is ready, and to the next when one cannot be reached. */
async function startProxy(isReady: (url: string) => boolean, urls: Set<string>): Promise<string> {
  let turn = 0;
  const next = () => {
    const ready = [...urls].filter(isReady);
    return new URL(ready[turn++ % ready.length]!);
  };
  const pass = (request: IncomingMessage, response: ServerResponse, body: Buffer, tries = 0): void => {
    const { hostname, port } = next();
    const { method, url: path, headers } = request;
    const onward = forward({ hostname, port, method, path, headers, agent: false }, (answer) => {
      response.writeHead(answer.statusCode!, answer.headers);
      answer.pipe(response);
      answer.on('error', () => response.destroy());
    });
    onward.on('error', () => {
      if (response.headersSent || tries > 5) response.destroy();
      else pass(request, response, body, tries + 1);
    });
    response.on('close', () => onward.destroy());
    onward.end(body);
  };
  const server = createServer(async (request, response) =>
    pass(request, response, Buffer.concat(await request.toArray())),
  );
  server.on('upgrade', (request, socket: Socket) => {
    const { hostname, port } = next();
    const onward = connect(Number(port), hostname, () => {
      const lines = request.rawHeaders.map((text, index) => (index % 2 === 0 ? `${text}: ` : `${text}\r\n`));
      onward.write(`GET ${request.url} HTTP/1.1\r\n${lines.join('')}\r\n`);
      socket.pipe(onward).pipe(socket);
    });
    for (const end of [socket, onward]) end.on('error', () => {});
    onward.on('close', () => socket.destroy());
    socket.on('close', () => onward.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

it.skipIf(!canStartRedis())(
  'rolling restart: three instances one after the other under load lose nothing, and no client sees more than a reconnect',
  async () => {
    const redis = await ownRedis();
    const [sandbox, ereg] = [await startIebcSandbox(), await startEreg({ checkMs: 200 })];
    onTestFinished(async () => {
      await sandbox.close();
      await redis[Symbol.asyncDispose]();
    });
    const ready = new Set<string>();
    const urls = new Set<string>();
    const start = async (): Promise<Listening> => {
      const config = readConfig({
        ...checksEnv(ereg),
        ...iebcEnv(sandbox),
        IEBC_PLACES_INDEX: 'on-demand',
        ELECTIONBUDDY_URL: 'off',
        REDIS_URL: redis.url,
        ENCRYPTION_KEY: Buffer.alloc(32, 3).toString('base64url'),
        DATA_DIR: directory(),
      });
      const app = await createApp(config, { log: createLog('silent') });
      const server = await listen(app, { port: 0, host: '127.0.0.1' });
      onTestFinished(() => server.close());
      urls.add(server.url);
      ready.add(server.url);
      return server;
    };
    const instances = [await start(), await start(), await start()];
    const proxy = await startProxy((url) => ready.has(url), urls);
    const stopped = new AbortController();

    const wrong: unknown[] = [];
    let answered = 0;
    const asking = async () => {
      while (!stopped.signal.aborted) {
        const answer = await queryAt(`${proxy}/graphql`, '{ counties { name } }').catch((error: unknown) => error);
        if ((answer as { data?: { counties?: unknown[] } }).data?.counties?.length === 47) answered++;
        else wrong.push(answer);
      }
    };
    const ids: string[] = [];
    const checking = async () => {
      for (let index = 0; !stopped.signal.aborted; index++) {
        const input = inputOf(ereg.people[index % ereg.people.length]!);
        const { data } = await queryAt(`${proxy}/graphql`, REQUEST, { input });
        const check = data?.requestRegistrationCheck?.check;
        if (check) ids.push(check.id);
        else wrong.push(data);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    };
    const ws = createWsClient({
      url: `${proxy.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      retryWait: () => new Promise((resolve) => setTimeout(resolve, 20)),
      shouldRetry: () => true,
    });
    const sse = createSseClient({
      url: `${proxy}/graphql`,
      retry: () => new Promise((resolve) => setTimeout(resolve, 20)),
    });
    onTestFinished(() => void [ws.dispose(), sse.dispose()]);
    const heard = { ws: 0, sse: 0 };
    const watch = (client: typeof ws | typeof sse, name: 'ws' | 'sse') =>
      client.subscribe(
        { query: WATCHED },
        {
          next: ({ errors }) => (errors ? wrong.push(errors) : heard[name]++),
          error: (error) => wrong.push(error),
          complete: () => !stopped.signal.aborted && wrong.push(`${name} was told that it is complete`),
        },
      );
    const leave = [watch(ws, 'ws'), watch(sse, 'sse')];
    const work = [asking(), asking(), checking()];
    await expect.poll(() => Math.min(heard.ws, heard.sse), { timeout: 20_000 }).toBeGreaterThan(0);

    for (const old of instances) {
      const before = { ...heard };
      await start();
      // What the proxy's own health check would find.
      ready.delete(old.url);
      await old.close();
      urls.delete(old.url);
      const count = answered;
      await expect.poll(() => answered, { timeout: 30_000 }).toBeGreaterThan(count + 5);
      expect(heard.ws + heard.sse).toBeGreaterThanOrEqual(before.ws + before.sse);
    }
    // Each stream was cut once at least, and each came back with the present state.
    await expect.poll(() => Math.min(heard.ws, heard.sse), { timeout: 10_000 }).toBeGreaterThan(1);
    await expect.poll(() => ids.length).toBeGreaterThan(5);
    stopped.abort();
    await Promise.all(work);
    expect(wrong).toEqual([]);
    for (const end of leave) end();

    const states = async () => {
      const checks = ids.map((id) => queryAt(`${proxy}/graphql`, GET, { id }, bearer()));
      return new Set((await Promise.all(checks)).map(({ data }) => data.registrationCheck.state));
    };
    await expect.poll(states, { timeout: 40_000, interval: 200 }).toEqual(new Set(['COMPLETED']));
  },
);
