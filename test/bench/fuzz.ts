import { connect } from 'node:net';
import { startIebcSandbox } from '../../src/sandbox/iebc/index.ts';
import { schema } from '../../src/schema/index.ts';
import { random } from '../support/random.ts';
import { randomQuery } from '../support/random-query.ts';
import { ask, startGatewayProcess } from './gateway-process.ts';

// 100,000 requests with something broken in them, over plain sockets: the process lives, answers others, says nothing of
// 5xx, and holds no more memory at the end than it needs. FUZZ_SEED repeats a run.

const REQUESTS = Number(process.env.FUZZ_REQUESTS ?? 100_000);
const AT_ONCE = 32;
const seed = Number(process.env.FUZZ_SEED ?? Math.floor(Math.random() * 1e9));
const chance = random(seed);
const int = (below: number) => Math.floor(chance() * below);

const sandbox = await startIebcSandbox();
const gateway = await startGatewayProcess(sandbox, { STRANGER_COST_PER_MINUTE: '1000000000' }, [
  '--max-old-space-size=512',
]);
const { hostname, port } = new URL(gateway.url);
const texts = ['KE', 'nairobi', '', '\u0000', '1'.repeat(200)];

function whole(): Buffer {
  const query = randomQuery({ schema, chance, texts, maxDepth: 3 });
  const body = JSON.stringify({ query, variables: { a: int(9) } });
  return Buffer.from(
    `POST /graphql HTTP/1.1\r\nhost: ${hostname}\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  );
}

/** Some bytes changed, left out, doubled, or the end cut off: in the head or in the body. */
function mutated(bytes: Buffer): Buffer {
  const head = bytes.indexOf('\r\n\r\n') + 4;
  let result = Buffer.from(bytes);
  for (let change = 0; change <= int(3); change++) {
    // Mostly in the body: a broken head is refused before anything of ours sees it.
    const at = chance() < 0.2 ? int(head) : head + int(Math.max(1, result.length - head));
    const kind = int(4);
    if (kind === 0) result[at % result.length] = int(256);
    else if (kind === 1) result = Buffer.concat([result.subarray(0, at), result.subarray(at + int(8))]);
    else if (kind === 2)
      result = Buffer.concat([result.subarray(0, at), result.subarray(int(at + 1), at), result.subarray(at)]);
    else result = result.subarray(0, Math.max(1, at));
  }
  return result;
}

const statuses = new Map<string, number>();
/** Requests that were answered with 5xx, for whoever has to mend it. */
const broke: string[] = [];
function send(bytes: Buffer): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname);
    let answer = '';
    socket.setTimeout(2_000, () => socket.destroy());
    socket.on('data', (chunk) => {
      answer += chunk.toString('latin1', 0, 64);
    });
    socket.on('error', () => {});
    socket.on('close', () => {
      const status = /^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? 'closed';
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
      if (status.startsWith('5') && broke.length < 5)
        broke.push(JSON.stringify(bytes.toString('latin1').slice(0, 400)));
      resolve();
    });
    socket.end(bytes);
  });
}

const before = gateway.usage();
const began = performance.now();
let left = REQUESTS;
let middle = before.megabytes;
await Promise.all(
  Array.from({ length: AT_ONCE }, async () => {
    while (left-- > 0) {
      await send(mutated(whole()));
      if (left === REQUESTS / 2) middle = gateway.usage().megabytes;
    }
  }),
);
const { status, codes, ms } = await ask(gateway.url, '{ country { name } }');
const after = gateway.usage();
console.log(
  `${REQUESTS} mutated requests in ${((performance.now() - began) / 1000).toFixed(0)} s, seed ${seed}: ${[...statuses].map(([name, count]) => `${name} × ${count}`).join(', ')}`,
);
console.log(
  `memory ${before.megabytes.toFixed(0)} MB before, ${middle.toFixed(0)} half way, ${after.megabytes.toFixed(0)} after; descriptors ${before.descriptors} → ${after.descriptors}; afterwards a query: ${status} in ${ms.toFixed(0)} ms`,
);
const broken = [...statuses.keys()].filter((name) => name.startsWith('5'));
if (!gateway.isAlive() || status !== 200 || codes.length > 0 || broken.length > 0) {
  console.error(`The gateway is to live on and to answer no 5xx: ${broken}\n${broke.join('\n')}`);
  process.exitCode = 1;
}
await gateway.stop();
await sandbox.close();
