import type { Askers } from '../../infra/askers.ts';
import type { Clock } from '../../infra/clock.ts';
import type { Http, HttpResponse } from '../../infra/http.ts';
import { unlessAborted } from '../../infra/waiting.ts';
import { type Attempt, createExchanges, type Watching } from '../shared/exchanges.ts';
import { failureOf } from '../shared/failure.ts';
import { IEBC, malformed } from './decode.ts';
import { couldBeAboutTheCaller, NothingThere, type Refusal, refusalOf, refused } from './refusal.ts';
import { appIdKey, type Filters, requestKey } from './sign.ts';
import { createTokenHolder, givenToken, type TokenSharing } from './token.ts';
import { tokenAnswer } from './wire.ts';

/** Method 1 of the document: every request carries a key. */
type Method1 = { appId: string; appSecret: string };

export type Credentials =
  | Method1
  /** Method 2: the token alone; the source knows the caller by its domain. */
  | { token: string };

type Asked = Pick<Question<unknown>, 'endpoint' | 'path' | 'signal' | 'askers'> & {
  filters?: Filters;
  personal?: boolean;
};

type Question<T> = {
  endpoint: string;
  path: string;
  /** Part of the exchange: an answer that cannot be decoded is a failure of the source, and reported as one. */
  decode: (body: unknown, text: string) => T;
  signal?: AbortSignal | undefined;
  /** Those who wait for it. */
  askers?: Askers | undefined;
};

export type Exchange = {
  /**
   * Decodes the body of a SUCCESS, or null when the source says in its own words that there is no such thing. Throws
   * NothingThere where nothing is at the address and no word says why.
   */
  ask<T>(question: Question<T> & Asked): Promise<T>;
  /** The same with an open, unsigned file. */
  open<T>(question: Question<T>): Promise<T>;
  /** Fetches the token before anybody asks; whoever asks hears of a failure. */
  begin(): void;
};

type Options = Watching & {
  http: Http;
  base: string;
  credentials: Credentials;
  /** Where the caller is registered: an http(s) URL, told to the source with every request. */
  callerOrigin?: string | undefined;
  clock: Clock;
  sharing: TokenSharing;
};

const YOUNG_TOKEN_MS = 60_000;

/** Signs, sends, and turns every way in which the IEBC API can fail into one typed error. */
export function createExchange({
  http,
  base,
  credentials,
  callerOrigin,
  clock,
  sharing,
  ...watching
}: Options): Exchange {
  const secret = 'appSecret' in credentials ? credentials.appSecret : null;
  const headers = callerOrigin ? callerHeaders(callerOrigin) : {};
  const exchange = createExchanges({ clock, ...watching });
  // A token is fetched for everybody: no operation's trace goes on there, and whoever waited for it reports that.
  const alone = createExchanges({ clock, trace: watching.trace });
  const tokens =
    'token' in credentials
      ? givenToken(credentials.token)
      : createTokenHolder({
          ...sharing,
          clock,
          fetchToken: () => alone('token', null, (sending) => fetchToken(credentials, sending)),
        });

  async function fetchToken({ appId, appSecret }: Method1, sending: Attempt): Promise<string> {
    const query = new URLSearchParams({ appid: appId, key: appIdKey(appId, appSecret) });
    const { body, ...response } = await http
      .send({
        endpoint: 'token',
        read: parsed('token'),
        prepare: () => ({ path: `${base}/token/?${query}`, headers: { ...headers, ...sending() } }),
      })
      .catch(failed('token'));
    const refusal = refusalOf('token', response, body);
    if (refusal) throw refused('token', refusal);
    const answer = tokenAnswer.safeParse(body);
    if (!answer.success) throw malformed('token', '$.token', 'missing');
    return answer.data.token;
  }

  async function attempt(
    { endpoint, path, filters = {}, personal, signal, askers }: Asked,
    token: string,
    sending: Attempt,
  ) {
    const { body, text, ...response } = await http
      .send({
        endpoint,
        thing: personal ? undefined : `${path} ${Object.entries(filters)}`,
        askers,
        signal,
        read: parsed(endpoint),
        prepare: () => {
          const query = new URLSearchParams({ ...filters, token });
          // Hex digits, which need no escaping.
          const key = secret === null ? '' : `&key=${requestKey(filters, token, secret)}`;
          return { path: `${base}${path}?${query}${key}`, headers: { ...headers, ...sending() } };
        },
      })
      .catch(failed(endpoint, signal));
    return { body, text, refusal: refusalOf(endpoint, response, body) };
  }

  function couldBeTheToken(refusal: Refusal): boolean {
    if ('token' in credentials) return false;
    return couldBeAboutTheCaller(refusal, (tokens.age() ?? Number.POSITIVE_INFINITY) <= YOUNG_TOKEN_MS);
  }

  return {
    ask: (question) => {
      const { endpoint, path, filters = {}, decode, signal, askers, personal = false } = question;
      return exchange(endpoint, askers?.traceparent ?? null, async (sending) => {
        let token = tokens.current() ?? (await unlessAborted(tokens.get(), signal).catch(failed(endpoint, signal)));
        let { body, text, refusal } = await attempt(question, token, sending);
        if (refusal && couldBeTheToken(refusal)) {
          token = await unlessAborted(tokens.renew(token), signal).catch(failed(endpoint, signal));
          ({ body, text, refusal } = await attempt(question, token, sending));
        }
        if (!refusal) return decode(body, text);
        if (refusal.says === 'NO_SUCH_THING' && namesAThing(path, filters)) return decode(null, text);
        if (refusal.says === 'NOTHING_HERE') throw new NothingThere(endpoint, refusal.status);
        throw refused(endpoint, refusal, personal ? '' : refusal.message, token);
      });
    },
    open: ({ endpoint, path, decode, signal, askers }) =>
      exchange(endpoint, askers?.traceparent ?? null, async (sending) => {
        const response = await http
          .send({
            endpoint,
            thing: path,
            askers,
            signal,
            read: parsed(endpoint),
            prepare: () => ({ path: base + path, headers: { ...headers, ...sending() } }),
          })
          .catch(failed(endpoint, signal));
        const { status, body, text } = response;
        if (status === 404) throw new NothingThere(endpoint, status);
        if (status !== 200) throw refused(endpoint, { says: 'NO', status, title: '', message: '', text: '' });
        return decode(body, text);
      }),
    begin: () => void tokens.get().catch(() => {}),
  };
}

/** Method 2 goes by the caller's domain. Assumed that either header may be looked at: no evidence says which (WIRE.md). */
function callerHeaders(url: string): Record<string, string> {
  const { origin, href } = new URL(url);
  return { origin, referer: href };
}

/** A list of everything is never "no such thing": an empty list in its place would be kept for a day. */
function namesAThing(path: string, filters: Filters): boolean {
  return /^\/\w+\/[^/]/.test(path) || Object.keys(filters).some((name) => name !== 'election');
}

/**
 * The source sends JSON whatever the content type says; HTML, nothing or half of it is "answered, but not what was
 * promised". A 404 needs no words of its own: any web server's page will do.
 */
const parsed =
  (endpoint: string) =>
  ({ status, body }: HttpResponse) => ({
    status,
    text: body,
    body: status === 200 ? parse(endpoint, body) : status === 404 ? jsonOrNull(body) : null,
  });

function jsonOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

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

const failed =
  (endpoint: string, signal?: AbortSignal) =>
  (error: unknown): never => {
    throw failureOf(IEBC, endpoint, error, signal);
  };
