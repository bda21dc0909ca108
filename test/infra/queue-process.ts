// A process that adds jobs and works on them until it is killed, and says what it did after it did it.

import { systemClock } from '../../src/infra/clock.ts';
import { sqliteQueue } from '../../src/infra/queue.ts';
import { bullQueue } from '../../src/infra/queue-bullmq.ts';

const [kind, place, name, mode] = process.argv.slice(2) as ['sqlite' | 'redis', string, string, 'hang' | 'short'];
const say = (what: string, id: string) => process.stdout.write(`${what} ${id}\n`);
const queue =
  kind === 'sqlite'
    ? sqliteQueue(place, name, systemClock)
    : await bullQueue({ url: place, name, onError: console.error });
await queue.work(
  async (id) => {
    say('began', id);
    await new Promise((resolve) => {
      // Something has to keep a hanging process alive.
      setTimeout(resolve, mode === 'hang' ? 600_000 : 5);
    });
    say('ended', id);
    return null;
  },
  { concurrency: 10, onError: console.error },
);
for (let i = 0; i < (mode === 'hang' ? 20 : 400); i++) {
  await queue.add(`job:${i}`);
  say('added', `job:${i}`);
}
