import type { Subscriber } from './fan-out-subscriber.ts';

/** Each subscriber every so many seconds, and in each of them a share of all. One timer: one each would cost more than they do. */
const EVERY_SECONDS = 12;

/** Pings what is open, so that nobody in between takes it for dead. */
export function createPinging(): { add(subscriber: Subscriber): void } {
  const turns = Array.from({ length: EVERY_SECONDS }, () => new Set<Subscriber>());
  let now = 0;
  let open = 0;
  let timer: NodeJS.Timeout | undefined;

  function ping(): void {
    now = (now + 1) % EVERY_SECONDS;
    for (const subscriber of turns[now]!) subscriber.ping();
  }

  return {
    add(subscriber) {
      const turn = turns[now]!;
      turn.add(subscriber);
      if (open++ === 0) timer = setInterval(ping, 1_000).unref();
      subscriber.onEnd(() => {
        turn.delete(subscriber);
        if (--open === 0) clearInterval(timer);
      });
    },
  };
}
