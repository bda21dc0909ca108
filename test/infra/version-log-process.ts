// A process that appends to a log of versions until it is killed, and says of each leaf that was acknowledged its index
// and hash. Of what could not be stored it says the error's name.
import { createHash } from 'node:crypto';
import type { VersionLog } from '../../src/infra/version-log.ts';
import { redisVersionLog } from '../../src/infra/version-log-redis.ts';
import { sqliteVersionLog } from '../../src/infra/version-log-sqlite.ts';
import { random } from '../support/random.ts';

const [kind, place, name, seed] = process.argv.slice(2) as ['sqlite' | 'redis', string, string, string];
const chance = random(Number(seed));
const topics = Array.from({ length: 7 }, (_, i) => `topic ${i}`);
const onError = () => {};
const log: VersionLog =
  kind === 'sqlite' ? sqliteVersionLog(place, name) : await redisVersionLog({ url: place, name, onError });

/** Some next versions; small and large, so that a kill finds some of them half written. */
async function append() {
  const heads = new Map((await log.heads(topics)).map(({ versions }, i) => [topics[i]!, versions]));
  const leaves = Array.from({ length: 1 + Math.floor(chance() * 40) }, () => {
    const topic = topics[Math.floor(chance() * topics.length)]!;
    const version = heads.get(topic)! + 1;
    heads.set(topic, version);
    const body = Buffer.alloc(Math.floor(chance() ** 4 * 20_000), Math.floor(chance() * 256));
    return { topic, version, at: version, body, hash: createHash('sha256').update(body).digest(), marks: version % 3 };
  });
  const indices = await log.append(leaves);
  const said = leaves.map(({ hash }, i) => `${indices[i]} ${hash.toString('hex')}\n`);
  process.stdout.write(said.join(''));
}

for (;;) {
  try {
    await append();
  } catch (error) {
    process.stdout.write(`${(error as Error).name}\n`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
