import { setTimeout as wait } from 'node:timers/promises';

const PATIENCE_MS = 10_000;

/**
 * Posts a webhook until the receiver takes it. The documents give no retry rule: that there are a few attempts with
 * growing delays, after no answer or one that may pass, is ours. Resolves with the last status, 0 for no answer.
 */
export async function deliver(
  url: string,
  body: string,
  { delaysMs, closing }: { delaysMs: readonly number[]; closing: AbortSignal },
): Promise<number> {
  let status = await post(url, body, closing);
  for (const delay of delaysMs) {
    if (!mayPass(status) || closing.aborted) break;
    try {
      await wait(delay, undefined, { ref: false, signal: closing });
    } catch {
      break;
    }
    status = await post(url, body, closing);
  }
  return status;
}

async function post(url: string, body: string, closing: AbortSignal): Promise<number> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
      redirect: 'manual',
      signal: AbortSignal.any([closing, AbortSignal.timeout(PATIENCE_MS)]),
    });
    await response.body?.cancel();
    return response.status;
  } catch {
    return 0;
  }
}

function mayPass(status: number): boolean {
  return status === 0 || status >= 500 || status === 408 || status === 429;
}
