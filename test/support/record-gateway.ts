import { expect } from 'vitest';
import { type Event, serve } from '../e2e/serve.ts';
import { manualClock } from './gateway.ts';

const MINUTE = 60_000;
/** Counties of the invented country. */
export const ALL = 47;

/** A served gateway that follows levels, but asks the source for what the test asks for: the follower has one request a minute. */
export async function serveRecord(env: Record<string, string> = {}) {
  const clock = manualClock();
  const gateway = await serve({
    clock,
    sandbox: { now: clock.now },
    env: {
      RECORD: 'PRESIDENT@county,PRESIDENT@constituency',
      RECORD_REQUESTS_PER_MINUTE: '1',
      // What is read anew is waited for: a copy would let its version come when it likes.
      STALE_AFTER_MS: '30000',
      ...env,
    },
  });
  /** The count moves, and these places are read anew. */
  async function change(field = 'counties') {
    clock.advance(MINUTE);
    const { data, errors } = await gateway.query(`{ ${field} { result(post: PRESIDENT) { stationsReported } } }`);
    expect(errors).toBeUndefined();
    return data[field];
  }
  /** All versions of the record, in its order. */
  async function recorded() {
    const text = await (await fetch(gateway.url.replace('/graphql', '/export/history.ndjson'))).text();
    return text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
  }
  return { ...gateway, change, recorded };
}

/** So many events, none of them an error. */
export async function take<T extends Event>(events: AsyncIterator<T>, count: number): Promise<T[]> {
  const taken: T[] = [];
  for (let n = 0; n < count; n++) {
    const { value, done } = await events.next();
    if (done) throw new Error(`the stream ended after ${n}`);
    expect(value.errors).toBeUndefined();
    taken.push(value);
  }
  return taken;
}
