import { SourceError } from '../../domain/errors.ts';
import { IEBC, malformed } from './decode.ts';
import { envelope } from './wire.ts';

/** An answer that is not the thing: what it says, as far as its words can be understood. */
export type Refusal = {
  says: /** In its own words: there is no thing of this code. */
    | 'NO_SUCH_THING'
    /** Nothing is at this address. The thing may not exist, the path may not, or the source may be in trouble. */
    | 'NOTHING_HERE'
    /** Not now: a quota, or too much to do. */
    | 'LATER'
    | 'NO';
  status: number;
  title: string;
  message: string;
  text: string;
  /** Seconds, with `LATER`. */
  retryAfter?: number | undefined;
};

/** Nothing is at an address that was asked. A failure, because nobody can tell why: what is known stands. */
export class NothingThere extends SourceError {
  constructor(endpoint: string, status: number) {
    super('SOURCE_UNAVAILABLE', UNAVAILABLE, facts(endpoint, status));
  }
}

// No text of a refused token or key survives (WIRE.md). Words like these are taken to be about the caller; anything
// else renews the token only if it is no longer young, so that asking for many wrong codes costs no token each.
const ABOUT_THE_CALLER = /token|key|auth|sign|expire|denied|forbidden|domain|app\b|appid|credential/i;
// The one title known for "no such id" (WIRE.md: voter lookup). The other lookups' words for it are unknown; "unknown"
// alone is none of them: "an unknown error" is not an answer.
const NOT_FOUND_TITLE = 'ID_ERROR';
const NOT_FOUND = /not.?found|no such|does not exist|unknown (id|code)\b/i;
// "No such path" and its like speak of the address and not of the thing.
const ADDRESS = /(?<![a-z])(path|url|uri|page|route|endpoint|resource)(?![a-z])/i;
// No text of a quota survives either. The plain words mean it wherever they stand; the others also end many a sentence
// about an expired token, and count there only as the title.
const PLAINLY_LATER = /quota|throttl|rate.?limit|too.?many|overload|maintenance/i;
const LATER = /(?<![a-z])(wait|busy|later|temporar|unavailable)/i;

const UNAVAILABLE = `${IEBC.title} cannot be reached at the moment. Try again shortly.`;

const isSuccess = (body: unknown) => (body as { status?: unknown } | null)?.status === 'SUCCESS';

/** Null when the body is a SUCCESS. `body`: the parsed JSON, null where there is none to read. */
export function refusalOf(endpoint: string, { status }: { status: number }, body: unknown): Refusal | null {
  if (status === 200 && isSuccess(body)) return null;
  const wordless = { status, title: '', message: '', text: '' };
  if (status === 401 || status === 403) return { says: 'NO', ...wordless };
  if (status !== 200 && status !== 404) throw malformed(endpoint, '$', `HTTP status ${status}`);
  const answer = envelope.safeParse(body);
  if (status === 404 && (!answer.success || answer.data.status === 'SUCCESS')) {
    return { says: 'NOTHING_HERE', ...wordless };
  }
  if (!answer.success) throw malformed(endpoint, '$.status', 'missing');
  if (answer.data.status === 'SUCCESS') return null;
  const title = answer.data.status;
  const message = typeof answer.data.message === 'string' ? answer.data.message : '';
  const text = `${title} ${message}`;
  const says = meaning(title, text, status);
  return { says, status, title, message, text, retryAfter: says === 'LATER' ? secondsIn(answer.data) : undefined };
}

function meaning(title: string, text: string, status: number): Refusal['says'] {
  if (title === NOT_FOUND_TITLE) return 'NO_SUCH_THING';
  const aboutTheCaller = ABOUT_THE_CALLER.test(text);
  if (PLAINLY_LATER.test(text) || LATER.test(aboutTheCaller ? title : text)) return 'LATER';
  const notFound = NOT_FOUND.test(text);
  if (ADDRESS.test(title) || (notFound && ADDRESS.test(text))) return 'NOTHING_HERE';
  if (notFound && !aboutTheCaller) return 'NO_SUCH_THING';
  return status === 404 ? 'NOTHING_HERE' : 'NO';
}

export function couldBeAboutTheCaller({ says, status, title, text }: Refusal, tokenIsYoung: boolean): boolean {
  if (says === 'LATER' || says === 'NOTHING_HERE' || title === NOT_FOUND_TITLE) return false;
  if (status === 401 || status === 403 || ABOUT_THE_CALLER.test(text)) return true;
  return !tokenIsYoung;
}

const LONGEST_WAIT_S = 24 * 60 * 60;
const SECONDS_IN: Record<string, number> = { s: 1, m: 60, h: 3_600 };

/** How long to wait: a field of such a name in seconds, or "in 5 minutes" in the message. Assumed: neither was ever seen. */
function secondsIn(answer: Record<string, unknown>): number | undefined {
  const field = Object.entries(answer).find(([name]) => /^(retry.?after|wait)$/i.test(name))?.[1];
  const [, amount, unit] = /(\d{1,5})\s*(s|m|h)(?:ec\w*|in\w*|ours?|rs?)?\b/i.exec(String(answer.message ?? '')) ?? [];
  const seconds =
    field === undefined || field === null || field === ''
      ? Number(amount) * (SECONDS_IN[unit?.toLowerCase() ?? ''] ?? Number.NaN)
      : Number(field);
  return seconds >= 0 && seconds <= LONGEST_WAIT_S ? Math.ceil(seconds) : undefined;
}

/** A source's own words, for a stranger's eyes: no token or key, no control characters, not long. */
function redact(message: string, token = ''): string {
  return (token ? message.replaceAll(token, '…') : message)
    .replace(/[0-9a-f]{24,}/gi, '…')
    .replace(/\p{C}+/gu, ' ')
    .slice(0, 200)
    .trim();
}

/** The error of a refusal; `message` and `token` only where the source's words may be shown. */
export function refused(endpoint: string, refusal: Refusal, message = '', token?: string): SourceError {
  const { says, status, title, retryAfter } = refusal;
  const sourceStatus = /^[\w ]{1,40}$/.test(title) && redact(title, token) === title.trim() ? title : undefined;
  const known = { ...facts(endpoint, status), ...(sourceStatus && { sourceStatus }) };
  if (says === 'NOTHING_HERE') return new SourceError('SOURCE_UNAVAILABLE', UNAVAILABLE, known);
  if (says === 'LATER') {
    return new SourceError('SOURCE_UNAVAILABLE', `${IEBC.title} takes no more requests for a while.`, {
      ...known,
      ...(retryAfter !== undefined && { retryAfter }),
    });
  }
  const words = redact(message, token);
  return new SourceError('SOURCE_REFUSED', `${IEBC.title} refused this request${words ? `: ${words}` : '.'}`, {
    ...known,
    retryable: false,
  });
}

function facts(endpoint: string, status: number) {
  return { source: IEBC.name, endpoint, retryable: true, ...(status !== 200 && { httpStatus: status }) };
}
