import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { request } from 'undici';

export type Asked = {
  query?: string | undefined;
  variables?: Record<string, unknown>;
  operationName?: string;
  extensions?: Record<string, unknown>;
};
export type Way = { method?: 'GET' | 'POST'; headers?: Record<string, string> };
export type Told = { status: number; headers: Record<string, string>; text: string };

/** Over a socket, with no headers but those given, and every header of the answer. */
export async function ask(url: string, asked: Asked, { method = 'POST', headers = {} }: Way = {}): Promise<Told> {
  const search = new URLSearchParams(
    Object.entries(asked).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, typeof value === 'string' ? value : JSON.stringify(value)]],
    ),
  );
  const response = await request(method === 'GET' ? `${url}?${search}` : url, {
    method,
    headers: { ...(method === 'POST' && { 'content-type': 'application/json' }), ...headers },
    body: method === 'POST' ? JSON.stringify(asked) : null,
  });
  const bytes = Buffer.from(await response.body.arrayBuffer());
  const told = Object.fromEntries(Object.entries(response.headers).map(([name, value]) => [name, String(value)]));
  const unpack = { br: brotliDecompressSync, gzip: gunzipSync }[told['content-encoding'] ?? ''];
  return { status: response.statusCode, headers: told, text: String(unpack ? unpack(bytes) : bytes) };
}

/** Of this moment, of this request, or of how long it is in the form in which it is sent. */
const OF_THE_MOMENT = [
  'date',
  'x-request-id',
  'content-length',
  'transfer-encoding',
  'ratelimit-remaining',
  'ratelimit-reset',
];

/** What two gateways must agree in. */
export function comparable({ status, headers, text }: Told) {
  const kept = Object.entries(headers).filter(([name]) => !OF_THE_MOMENT.includes(name));
  const json = text.startsWith('{') ? JSON.parse(text) : text;
  // A field that may not be null takes all data with it as soon as it fails: which others have failed by then is chance.
  if (json.data === null) json.errors = json.errors.length > 0;
  // Which of two fields fails first is the network's choice.
  else json.errors?.sort((a: unknown, b: unknown) => JSON.stringify(a).localeCompare(JSON.stringify(b)));
  return { status, headers: Object.fromEntries(kept), json };
}
