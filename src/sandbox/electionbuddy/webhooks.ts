import { deliver } from './delivery.ts';
import { type Ballot, payload } from './payload.ts';

/** One event in five is sent twice: the documents promise no more than that it is sent. */
const TWICE_EVERY = 5;

export type Webhooks = {
  setUrl(url: string): void;
  /** Casts a ballot and posts it; `status` 0: nobody answered. */
  cast(): Promise<{ status: number; payload: unknown }>;
  close(): void;
};

export function createWebhooks(options: {
  next: () => Ballot;
  url: string | undefined;
  everyMs: number;
  delaysMs: readonly number[];
}): Webhooks {
  const { next, everyMs, delaysMs } = options;
  const closing = new AbortController();
  let url: string | undefined;
  let timer: NodeJS.Timeout | undefined;
  let sent = 0;
  let busy = false;
  let accepted = true;

  const cast: Webhooks['cast'] = async () => {
    if (url === undefined) throw new Error('no webhook URL is set, so no ballot is cast');
    const to = url;
    const said = payload(next());
    const body = JSON.stringify(said);
    const twice = sent++ % TWICE_EVERY === TWICE_EVERY - 2;
    const status = await deliver(to, body, { delaysMs, closing: closing.signal });
    if (twice && isSuccess(status)) await deliver(to, body, { delaysMs, closing: closing.signal });
    return { status, payload: said };
  };

  const tick = async (): Promise<void> => {
    // One at a time: a receiver that is down is not met by a growing crowd.
    if (busy) return;
    busy = true;
    try {
      const { status } = await cast();
      // Said once, when it begins. The URL stays unsaid, for it may hold a secret.
      if (accepted && !isSuccess(status) && !closing.signal.aborted) {
        console.error(`electionbuddy sandbox: the webhook's receiver answers ${status || 'nothing'}`);
      }
      accepted = isSuccess(status);
    } catch {
      // No election is running any more.
    } finally {
      busy = false;
    }
  };

  const setUrl = (given: string): void => {
    clearInterval(timer);
    url = given === '' ? undefined : new URL(given).href;
    if (url === undefined || !(everyMs > 0) || everyMs === Number.POSITIVE_INFINITY) return;
    timer = setInterval(() => void tick(), everyMs).unref();
  };
  setUrl(options.url ?? '');

  return {
    setUrl,
    cast,
    close: () => {
      clearInterval(timer);
      closing.abort();
    },
  };
}

function isSuccess(status: number): boolean {
  return status >= 200 && status < 300;
}
