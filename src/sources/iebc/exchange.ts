import { SourceError } from '../../domain/errors.ts';
import type { Clock } from '../../infra/clock.ts';
import type { Http, HttpResponse } from '../../infra/http.ts';
import { unlessAborted } from '../../infra/waiting.ts';
import { failureOf, type SourceEvent } from '../shared/failure.ts';
import { IEBC, malformed } from './decode.ts';
import { appIdKey, type Filters, requestKey } from './sign.ts';
import { createTokenHolder } from './token.ts';
import { envelope, tokenAnswer } from './wire.ts';

export type Credentials =
  /** Method 1 of the document: every request carries a key. */
  | { appId: string; appSecret: string }
  /** Method 2: the token alone; the source knows the caller by its domain. */
  | { token: string };

type Question<T> = {
  endpoint: string;
  path: string;
  /** Part of the exchange: an answer that cannot be decoded is a failure of the source, and reported as one. */
  decode: (body: unknown) => T;
  signal?: AbortSignal | undefined;
};

export type Exchange = {
  /** Decodes the body of a SUCCESS, or null when the source says that there is no such thing. */
  ask<T>(question: Question<T> & { filters?: Filters; personal?: boolean }): Promise<T>;
  /** The same with an open, unsigned file; null when there is none. */
  open<T>(question: Question<T>): Promise<T>;
};

type Options = {
  http: Http;
  base: string;
  credentials: Credentials;
  clock: Clock;
  observe?: (event: SourceEvent) => void;
};

// No text of a refused token or key survives (wire.md). Words like these are taken to be about the caller; anything
// else renews the token only if it is no longer young, so that asking for many wrong codes costs no token each.
const ABOUT_THE_CALLER = /token|key|auth|sign|expire|denied|forbidden|domain|app\b|appid|credential/i;
const YOUNG_TOKEN_MS = 60_000;
// The one title known for "no such id" (wire.md: voter lookup). The other lookups' words for it are unknown; "unknown"
// alone is none of them: "an unknown error" is not an answer.
const NOT_FOUND_TITLE = 'ID_ERROR';
const NOT_FOUND = /not.?found|no such|does not exist|unknown (id|code)\b/i;

/** Signs, sends, and turns every way in which the IEBC API can fail into one typed error. */
export function createExchange({ http, base, credentials, clock, observe }: Options): Exchange {
  const secret = 'appSecret' in credentials ? credentials.appSecret : null;
  const tokens = createTokenHolder(fetchToken, clock.monotonic);

  async function fetchToken(): Promise<string> {
    if ('token' in credentials) return credentials.token;
    const { appId, appSecret } = credentials;
    const query = new URLSearchParams({ appid: appId, key: appIdKey(appId, appSecret) });
    const prepare = () => ({ path: `${base}/token/?${query}` });
    const { body, ...response } = await http.send({ prepare, read: parsed('token') }).catch(failed('token'));
    const refusal = refusalOf('token', response, body);
    if (refusal) throw refused('token', refusal);
    const answer = tokenAnswer.safeParse(body);
    if (!answer.success) throw malformed('token', '$.token', 'missing');
    return answer.data.token;
  }

  async function attempt(endpoint: string, path: string, filters: Filters, token: string, signal?: AbortSignal) {
    const { body, ...response } = await http
      .send({
        signal,
        read: parsed(endpoint),
        prepare: () => {
          const query = new URLSearchParams({ ...filters, token });
          if (secret !== null) query.set('key', requestKey(filters, token, secret));
          return { path: `${base}${path}?${query}` };
        },
      })
      .catch(failed(endpoint, signal));
    return { body, refusal: refusalOf(endpoint, response, body) };
  }

  function couldBeTheToken({ status, title, text }: Refusal): boolean {
    if ('token' in credentials || title === NOT_FOUND_TITLE) return false;
    if (status === 401 || status === 403 || ABOUT_THE_CALLER.test(text)) return true;
    return (tokens.age() ?? Number.POSITIVE_INFINITY) > YOUNG_TOKEN_MS;
  }

  async function timed<T>(endpoint: string, work: () => Promise<T>): Promise<T> {
    const start = clock.monotonic();
    const report = (outcome: string) => observe?.({ endpoint, outcome, ms: clock.monotonic() - start });
    try {
      const value = await work();
      report('ok');
      return value;
    } catch (error) {
      report(error instanceof SourceError ? error.code : 'aborted');
      throw error;
    }
  }

  return {
    ask: ({ endpoint, path, filters = {}, decode, signal, personal = false }) =>
      timed(endpoint, async () => {
        let token = await unlessAborted(tokens.get(), signal).catch(failed(endpoint, signal));
        let { body, refusal } = await attempt(endpoint, path, filters, token, signal);
        if (refusal && couldBeTheToken(refusal)) {
          token = await unlessAborted(tokens.renew(token), signal).catch(failed(endpoint, signal));
          ({ body, refusal } = await attempt(endpoint, path, filters, token, signal));
        }
        if (!refusal) return decode(body);
        if (saysNoSuchThing(refusal) && namesAThing(path, filters)) return decode(null);
        throw refused(endpoint, refusal, personal ? '' : refusal.message, token);
      }),
    open: ({ endpoint, path, decode, signal }) =>
      timed(endpoint, async () => {
        const response = await http
          .send({ signal, read: parsed(endpoint), prepare: () => ({ path: base + path }) })
          .catch(failed(endpoint, signal));
        if (response.status === 404) return decode(null);
        if (response.status !== 200)
          throw refused(endpoint, { status: response.status, title: '', message: '', text: '' });
        return decode(response.body);
      }),
  };
}

function saysNoSuchThing({ title, text }: Refusal): boolean {
  return title === NOT_FOUND_TITLE || (NOT_FOUND.test(text) && !ABOUT_THE_CALLER.test(text));
}

/** A list of everything is never "no such thing": an empty list in its place would be kept for a day. */
function namesAThing(path: string, filters: Filters): boolean {
  return /^\/\w+\/[^/]/.test(path) || Object.keys(filters).some((name) => name !== 'election');
}

type Refusal = { status: number; title: string; message: string; text: string };

function refusalOf(endpoint: string, response: { status: number }, body: unknown): Refusal | null {
  const { status } = response;
  if (status === 404) return { status, title: '', message: '', text: 'not found' };
  if (status === 401 || status === 403) return { status, title: '', message: '', text: '' };
  if (status !== 200) throw malformed(endpoint, '$', `HTTP status ${status}`);
  const answer = envelope.safeParse(body);
  if (!answer.success) throw malformed(endpoint, '$.status', 'missing');
  if (answer.data.status === 'SUCCESS') return null;
  const title = answer.data.status;
  const message = typeof answer.data.message === 'string' ? answer.data.message : '';
  return { status, title, message, text: `${title} ${message}` };
}

/** The source sends JSON whatever the content type says; HTML, nothing or half of it is "answered, but not what was promised". */
const parsed =
  (endpoint: string) =>
  ({ status, body }: HttpResponse) => ({
    status,
    body: status === 200 ? parse(endpoint, body) : null,
  });

function parse(endpoint: string, body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    // The parser's own message would quote the body.
    throw malformed(
      endpoint,
      '$',
      body.trim() === '' ? 'empty body' : body.trimStart().startsWith('<') ? 'HTML' : 'not JSON',
    );
  }
}

/** A source's own words, for a stranger's eyes: no token or key, no control characters, not long. */
function redact(message: string, token = ''): string {
  return (token ? message.replaceAll(token, '…') : message)
    .replace(/[0-9a-f]{24,}/gi, '…')
    .replace(/\p{C}+/gu, ' ')
    .slice(0, 200)
    .trim();
}

function refused(endpoint: string, { status, title }: Refusal, message = '', token?: string): SourceError {
  const says = redact(message, token);
  const sourceStatus = /^[\w ]{1,40}$/.test(title) && redact(title, token) === title.trim() ? title : undefined;
  return new SourceError('SOURCE_REFUSED', `The IEBC API refused this request${says ? `: ${says}` : '.'}`, {
    source: IEBC.name,
    endpoint,
    retryable: false,
    ...(sourceStatus && { sourceStatus }),
    ...(status !== 200 && { httpStatus: status }),
  });
}

const failed =
  (endpoint: string, signal?: AbortSignal) =>
  (error: unknown): never => {
    throw failureOf(IEBC, endpoint, error, signal);
  };
