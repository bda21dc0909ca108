import type { Event } from '../e2e/serve.ts';
import { messagesOf } from './sse.ts';

/** An event of a stream as it came over the wire: `id` is what an EventSource sends as `Last-Event-ID` when it comes back. */
export type StreamEvent = Event & { id: string | null };

export const UPDATES = `subscription ($filter: ResultsUpdatedFilter!, $after: String) {
  resultsUpdated(filter: $filter, after: $after) {
    cursor
    result { id stationsReported latestVersion { version } }
    version { version logIndex stationsReported tallies { votes } }
  }
}`;

type Asked = { variables: Record<string, unknown>; query?: string; lastEventId?: string | null; signal?: AbortSignal };

/** A subscription over SSE. Ends when it is told that it is complete; a stream that is cut is an error. */
export async function* streamAt(
  url: string,
  { variables, query = UPDATES, lastEventId = null, signal }: Asked,
): AsyncGenerator<StreamEvent, void, undefined> {
  const leave = new AbortController();
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'text/event-stream',
      ...(lastEventId !== null && { 'last-event-id': lastEventId }),
    },
    body: JSON.stringify({ query, variables }),
    signal: signal ? AbortSignal.any([leave.signal, signal]) : leave.signal,
  });
  try {
    for await (const { id, event, data } of messagesOf(response)) {
      if (event === 'complete') return;
      if (event === 'next' && data) yield { ...(JSON.parse(data) as Event), id };
    }
  } finally {
    leave.abort();
  }
  throw new Error('the stream was cut');
}
