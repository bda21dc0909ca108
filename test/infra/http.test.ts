import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createHttp, type Http, HttpFailure, type HttpOptions, type HttpResponse } from '../../src/infra/http.ts';
import { closedPort, serve, serveByHand } from './server.ts';

function connect(origin: string, options: Partial<HttpOptions> = {}): Http {
  const http = createHttp({
    origin,
    concurrency: 4,
    connectTimeoutMs: 1_000,
    // Longer than a test may take: what ends by one of these, unasked, fails its test.
    headersTimeoutMs: 60_000,
    totalTimeoutMs: 60_000,
    ...options,
  });
  onTestFinished(() => http.close());
  return http;
}

const read = (response: HttpResponse) => response;
const endpoint = 'results';
const get = (path = '/') => ({ endpoint, prepare: () => ({ path }), read });
const failure = (sent: Promise<unknown>): Promise<HttpFailure> =>
  sent.then(
    () => expect.fail('answered'),
    (error) => {
      expect(error).toBeInstanceOf(HttpFailure);
      return error as HttpFailure;
    },
  );

describe('an answer', () => {
  it('comes with its status, type and text; 4xx is an answer too', async () => {
    const { url } = await serve((request, response) => {
      response.writeHead(Number(request.url!.slice(1)), { 'content-type': 'text/plain' }).end('wörd');
    });
    const http = connect(url);
    for (const status of [200, 302, 401, 404]) {
      expect(await http.send(get(`/${status}`))).toEqual({ status, contentType: 'text/plain', body: 'wörd' });
    }
  });

  it('is asked for as prepared: method, headers and body', async () => {
    const { url } = await serve(async (request, response) => {
      const body = (await request.toArray()).join('');
      response.end(JSON.stringify([request.method, request.headers.accept, request.headers['x-own'], body]));
    });
    const prepare = () => ({ method: 'POST' as const, path: '/', headers: { 'x-own': 'yes' }, body: 'a=b' });
    const { body } = await connect(url).send({ endpoint, prepare, read });
    expect(JSON.parse(body)).toEqual(['POST', 'application/json', 'yes', 'a=b']);
  });
});

describe('a failure', () => {
  it.each([
    [500, 'status', 3],
    [503, 'status', 3],
    [429, 'status', 3],
  ])('HTTP %i is of kind %s after %i attempts', async (status, kind, attempts) => {
    let asked = 0;
    const { url } = await serve((_request, response) => {
      asked++;
      response.writeHead(status).end('no');
    });
    expect(await failure(connect(url).send(get()))).toMatchObject({ kind, status, message: `status ${status}` });
    expect(asked).toBe(attempts);
  });

  it('nobody listens: unreachable', async () => {
    expect(await failure(connect(await closedPort()).send(get()))).toMatchObject({ kind: 'unreachable' });
  });

  it.each([
    ['before the headers', ''],
    ['within the body', 'HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf'],
    ['within the headers', 'HTTP/1.1 200 OK\r\ncontent-le'],
    ['with bytes that are no HTTP', 'SSH-2.0-OpenSSH_9.6\r\n'],
  ])('the connection ends %s: broken', async (_when, bytes) => {
    const { url } = await serve((request) => request.socket.end(bytes));
    expect(await failure(connect(url, { attempts: 1 }).send(get()))).toMatchObject({ kind: 'broken' });
  });

  it.each([
    ['the headers do not come', { headersTimeoutMs: 50 }, undefined],
    ['the whole takes too long', { totalTimeoutMs: 50 }, undefined],
    ['the body stops coming', { headersTimeoutMs: 50 }, 'HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf'],
    ['the body takes too long', { totalTimeoutMs: 50 }, 'HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf'],
  ])('%s: timeout', async (_when, options, bytes) => {
    const { url } = await serve((request) => void (bytes && request.socket.write(bytes)));
    expect(await failure(connect(url, { attempts: 1, ...options }).send(get()))).toMatchObject({ kind: 'timeout' });
  });

  it('the time is over before there is a connection: timeout', async () => {
    // A server that takes connections and says nothing of TLS.
    const silent = createServer(() => {}).listen(0, '127.0.0.1');
    onTestFinished(() => void silent.close());
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    const options = { attempts: 1, totalTimeoutMs: 50, connectTimeoutMs: 60_000 };
    expect(await failure(connect(`https://127.0.0.1:${port}`, options).send(get()))).toMatchObject({ kind: 'timeout' });
  });

  it('a body larger than allowed: too large, said or not, and not asked for again', async () => {
    const asked: string[] = [];
    const { url } = await serve((request, response) => {
      asked.push(request.url!);
      if (request.url === '/said') response.setHeader('content-length', 1001);
      response.write('x'.repeat(500));
      response.end('x'.repeat(501));
    });
    const http = connect(url, { maxBodyBytes: 1000 });
    expect(await failure(http.send(get('/said')))).toMatchObject({ kind: 'too-large' });
    expect(await failure(http.send(get('/unsaid')))).toMatchObject({ kind: 'too-large' });
    expect(asked).toEqual(['/said', '/unsaid']);
    expect((await connect(url, { maxBodyBytes: 1001 }).send(get('/said'))).body).toHaveLength(1001);
  });

  it('says nothing of where it went', async () => {
    const { url } = await serve((request) => request.socket.destroy());
    const { message } = await failure(connect(url, { attempts: 1 }).send(get('/?token=abc')));
    expect(message).toBe('broken');
  });
});

describe('a retry', () => {
  it('prepares each attempt anew', async () => {
    const asked: string[] = [];
    const { url } = await serve((request, response) => {
      asked.push(request.url!);
      response.writeHead(asked.length < 3 ? 500 : 200).end();
    });
    let attempt = 0;
    const { status } = await connect(url).send({ endpoint, prepare: () => ({ path: `/${++attempt}` }), read });
    expect([status, asked]).toEqual([200, ['/1', '/2', '/3']]);
  });

  it('is not for what must not be sent twice', async () => {
    let asked = 0;
    const { url } = await serve((request) => {
      asked++;
      request.socket.destroy();
    });
    await failure(connect(url).send({ ...get(), idempotent: false }));
    expect(asked).toBe(1);
  });

  it.each([
    ['6', 6_000],
    ['3600', 3_600_000],
  ])('is left to the caller when Retry-After is %s s', async (header, retryAfterMs) => {
    let asked = 0;
    const { url } = await serve((_request, response) => {
      asked++;
      response.writeHead(503, { 'retry-after': header }).end();
    });
    expect(await failure(connect(url).send(get()))).toMatchObject({ kind: 'status', retryAfterMs });
    expect(asked).toBe(1);
  });

  it.each(['-1', 'soon', 'Wed, 21 Oct 2099 07:28:00 GMT'])('takes no notice of Retry-After: %s', async (header) => {
    const { url } = await serve((_request, response) => void response.writeHead(503, { 'retry-after': header }).end());
    expect((await failure(connect(url, { attempts: 1 }).send(get()))).retryAfterMs).toBeUndefined();
  });

  it('ends at once when its caller goes away while it waits', async () => {
    let asked = 0;
    const caller = new AbortController();
    const { url } = await serve((_request, response) => {
      asked++;
      response.writeHead(503, { 'retry-after': '4' }).end();
      response.once('close', () => setImmediate(() => caller.abort(new Error('gone'))));
    });
    const http = connect(url, { attempts: 2 });
    const left = expect(http.send({ ...get(), signal: caller.signal })).rejects.toThrow('gone');
    const patient = failure(http.send(get()));
    expect(await Promise.race([left.then(() => 'left'), patient.then(() => 'asked again')])).toBe('left');
    await patient;
    expect(asked).toBe(3);
  });
});

describe('the queue', () => {
  it('never lets more than the limit through, and lets all through', async () => {
    const { url, next, waiting } = await serveByHand();
    const http = connect(url, { concurrency: 3 });
    const answers = Promise.all(
      Array.from({ length: 30 }, (_, index) => http.send({ ...get(), endpoint: `endpoint ${index}` })),
    );
    for (let round = 0; round < 10; round++) {
      // All three are in before one is answered; a fourth would come in with them.
      const three = [await next(), await next(), await next()];
      expect(waiting).toEqual([]);
      for (const { response } of three) response.end('ok');
    }
    expect(await answers).toHaveLength(30);
  });

  it('does not count into the total timeout', async () => {
    const { url, next } = await serveByHand();
    const http = connect(url, { concurrency: 1, totalTimeoutMs: 200, attempts: 1 });
    const hung = failure(http.send(get('/hangs')));
    await next();
    const queued = http.send(get('/queued'));
    // The second has waited all of the first one's time when its own begins.
    expect(await hung).toMatchObject({ kind: 'timeout' });
    (await next()).response.end('ok');
    expect((await queued).body).toBe('ok');
  });

  it('is left at once by a caller that goes away, and what it wanted is never sent', async () => {
    const { url, next, waiting } = await serveByHand();
    const http = connect(url, { concurrency: 1 });
    const first = http.send(get('/first'));
    const { response } = await next();
    const caller = new AbortController();
    const queued = http.send({ ...get('/queued'), signal: caller.signal });
    caller.abort(new Error('gone'));
    await expect(queued).rejects.toThrow('gone');
    response.end('ok');
    await first;
    const last = http.send(get('/last'));
    const { request, response: end } = await next();
    end.end('ok');
    await last;
    expect([request.url, waiting]).toEqual(['/last', []]);
  });
});

describe('a caller that goes away', () => {
  it('hears its own reason at once, while what it sent goes on', async () => {
    const { url, next } = await serveByHand();
    const caller = new AbortController();
    const answered = Promise.withResolvers<string>();
    const reading = {
      endpoint,
      prepare: () => ({ path: '/' }),
      read: ({ body }: HttpResponse) => answered.resolve(body),
    };
    const sent = connect(url).send({ ...reading, signal: caller.signal });
    sent.catch(() => {});
    const { response } = await next();
    caller.abort(new Error('gone'));
    await expect(sent).rejects.toThrow('gone');
    response.end('for whoever learns from it');
    expect(await answered.promise).toBe('for whoever learns from it');
  });

  it('has nothing sent again', async () => {
    const { url, next, waiting } = await serveByHand();
    const http = connect(url, { concurrency: 1 });
    const caller = new AbortController();
    const sent = http.send({ ...get('/gone'), signal: caller.signal });
    sent.catch(() => {});
    const { response } = await next();
    caller.abort(new Error('gone'));
    response.writeHead(500).end();
    // The retry would come before this one, which has to wait for the same connection.
    const other = http.send(get('/other'));
    const { request, response: last } = await next();
    last.end();
    await other;
    expect([request.url, waiting]).toEqual(['/other', []]);
  });

  it('sends nothing when it had gone before', async () => {
    let asked = 0;
    const { url } = await serve((_request, response) => {
      asked++;
      response.end();
    });
    const http = connect(url);
    await expect(http.send({ ...get(), signal: AbortSignal.abort(new Error('gone')) })).rejects.toThrow('gone');
    await http.send(get());
    expect(asked).toBe(1);
  });
});

describe('the breaker', () => {
  const breaker = { failures: 3, failingMs: 10_000, trialEveryMs: 5_000 };
  /** Answers as it is told; counts. */
  async function source() {
    const state = { status: 500, body: '', asked: 0 };
    const { url } = await serve((_request, response) => {
      state.asked++;
      response.writeHead(state.status).end(state.body);
    });
    return { state, url };
  }
  /** Time passes when the test says so. */
  function guard(url: string, options: Partial<HttpOptions> = {}) {
    let now = 0;
    const pass = (ms: number) => {
      now += ms;
    };
    const http = connect(url, { attempts: 1, breaker, monotonic: () => now, ...options });
    return { http, pass, halfOpen: () => pass(breaker.trialEveryMs) };
  }

  it('opens after so many failures in a row, asks no more, tries once, and closes', async () => {
    const { state, url } = await source();
    const { http, pass, halfOpen } = guard(url);
    for (const _ of [1, 2]) await failure(http.send(get()));
    expect(http.breakerState()).toBe('CLOSED');
    await failure(http.send(get()));
    expect(http.breakerState()).toBe('OPEN');
    pass(1_000);
    expect(await failure(http.send(get()))).toMatchObject({ kind: 'open', retryAfterMs: 4_000 });
    expect(state.asked).toBe(3);

    halfOpen();
    await failure(http.send(get()));
    expect([http.breakerState(), state.asked]).toEqual(['OPEN', 4]);

    halfOpen();
    state.status = 200;
    expect((await http.send(get())).status).toBe(200);
    expect([http.breakerState(), state.asked]).toEqual(['CLOSED', 5]);
  });

  it('opens when all has failed for long, even at a request now and then', async () => {
    const { state, url } = await source();
    const { http, pass } = guard(url, { breaker: { ...breaker, failures: 100 } });
    await failure(http.send(get()));
    pass(breaker.failingMs - 1);
    await failure(http.send(get()));
    expect(http.breakerState()).toBe('CLOSED');
    pass(1);
    await failure(http.send(get()));
    expect([http.breakerState(), state.asked]).toEqual(['OPEN', 3]);
  });

  it('is not opened by one failure, however long it took', async () => {
    const { url, next } = await serveByHand();
    const { http, pass } = guard(url);
    const sent = failure(http.send(get()));
    const { response } = await next();
    pass(10 * breaker.failingMs);
    response.writeHead(500).end();
    await sent;
    expect(http.breakerState()).toBe('CLOSED');
  });

  it('lets one request try and refuses the others at once, and another when that one hangs', async () => {
    const { url, next, waiting } = await serveByHand();
    const { http, halfOpen } = guard(url, { concurrency: 1 });
    const refuse = async () => void (await next()).response.writeHead(500).end();
    for (const _ of [1, 2, 3]) await Promise.all([failure(http.send(get())), refuse()]);
    halfOpen();
    const hanging = http.send(get('/hangs'));
    const trial = await next();
    expect(await failure(http.send(get('/refused')))).toMatchObject({ kind: 'open' });
    expect([http.breakerState(), waiting]).toEqual(['HALF_OPEN', []]);

    halfOpen();
    const second = http.send(get('/again'));
    (await next()).response.end();
    expect((await second).status).toBe(200);
    expect(http.breakerState()).toBe('CLOSED');
    trial.response.end();
    expect((await hanging).status).toBe(200);
  });

  it('is opened by answers that cannot be read', async () => {
    const { state, url } = await source();
    Object.assign(state, { status: 200, body: '<html>' });
    const { http } = guard(url);
    const unread = { endpoint, prepare: () => ({ path: '/' }), read: ({ body }: HttpResponse) => JSON.parse(body) };
    for (const _ of [1, 2, 3]) await expect(http.send(unread)).rejects.toBeInstanceOf(SyntaxError);
    expect(http.breakerState()).toBe('OPEN');
  });

  it('judges by rate: half of the last ones', async () => {
    const { state, url } = await source();
    const { http } = guard(url);
    const send = async (status: number) => {
      state.status = status;
      await http.send(get()).catch(() => {});
    };
    for (const status of [500, 200, 200, 500, 200, 200, 500, 200, 200, 500]) await send(status);
    expect(http.breakerState()).toBe('CLOSED');
    for (const status of [500, 500]) await send(status);
    expect(http.breakerState()).toBe('OPEN');
  });

  it('is one for each endpoint', async () => {
    const { state, url } = await source();
    const { http, pass } = guard(url);
    for (const _ of [1, 2, 3]) await failure(http.send(get()));
    state.status = 200;
    expect((await http.send({ ...get(), endpoint: 'places' })).status).toBe(200);
    expect(await failure(http.send(get()))).toMatchObject({ kind: 'open' });
    expect([http.breakerState(), http.openEndpoints()]).toEqual(['HALF_OPEN', ['results']]);
    // Only what was asked of late says how the source is.
    pass(60_000);
    expect(http.breakerState()).toBe('HALF_OPEN');
    await http.send(get());
    expect([http.breakerState(), http.openEndpoints()]).toEqual(['CLOSED', []]);
  });

  it.each([
    ['429, which is about the caller', 429],
    ['404, which is an answer', 404],
  ])('takes no notice of %s', async (_what, status) => {
    const { state, url } = await source();
    state.status = status;
    const { http } = guard(url);
    for (let count = 0; count < 10; count++) await http.send(get()).catch(() => {});
    expect([http.breakerState(), state.asked]).toEqual(['CLOSED', 10]);
  });

  it('learns of what became of a request after its caller has gone', async () => {
    const { url, next } = await serveByHand();
    const { http } = guard(url);
    for (let count = 0; count < 3; count++) {
      const caller = new AbortController();
      const sent = http.send({ ...get(), signal: caller.signal }).catch(() => {});
      const { response } = await next();
      caller.abort();
      await sent;
      expect(http.breakerState()).toBe('CLOSED');
      response.writeHead(500).end();
    }
    await expect.poll(http.breakerState).toBe('OPEN');
  });
});
