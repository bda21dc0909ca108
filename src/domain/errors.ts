/** What a caller can read in `extensions.code`. Codes are API: add, never rename. */
export type ErrorCode =
  | 'BAD_USER_INPUT'
  | 'UNAUTHENTICATED'
  | 'FORBIDDEN'
  | 'RATE_LIMITED'
  | 'TOO_MANY_OPERATIONS'
  | 'TOO_MANY_SUBSCRIPTIONS'
  | 'QUERY_TOO_COMPLEX'
  | 'INTROSPECTION_DISABLED'
  | 'PERSISTED_QUERY_NOT_FOUND'
  | 'DOCUMENT_NOT_TRUSTED'
  | 'SOURCE_UNAVAILABLE'
  | 'SOURCE_TIMEOUT'
  | 'SOURCE_REFUSED'
  | 'SOURCE_MALFORMED'
  | 'STORAGE_UNAVAILABLE'
  | 'DEADLINE_EXCEEDED'
  | 'INTERNAL_SERVER_ERROR';

/**
 * A failure that a stranger may read: `message` and `extensions` carry no secret, no personal data and no upstream text
 * that was not redacted. Whatever else is known (for the operator's log) travels as `cause`.
 */
export class GatewayError extends Error {
  readonly code: ErrorCode;
  readonly extensions: Readonly<Record<string, unknown>>;

  constructor(code: ErrorCode, message: string, extensions: Record<string, unknown> = {}, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'GatewayError';
    this.code = code;
    this.extensions = extensions;
  }
}

/** `field` is the argument's path as the caller wrote it, such as `filter.district`. */
export function badInput(field: string, message: string): GatewayError {
  return new GatewayError('BAD_USER_INPUT', `${field}: ${message}`, { field });
}

export type SourceErrorCode = Extract<ErrorCode, `SOURCE_${string}`>;

/** An upstream did not give what it promises. `endpoint` is a name such as `results`, never a URL. */
export class SourceError extends GatewayError {
  readonly source: string;
  readonly retryable: boolean;
  /** False where the source certainly did nothing: what must not be done twice can be asked again. Not told to callers. */
  readonly mayHaveActed: boolean;

  constructor(
    code: SourceErrorCode,
    message: string,
    {
      mayHaveActed = true,
      ...facts
    }: { source: string; endpoint: string; retryable: boolean; mayHaveActed?: boolean } & Record<string, unknown>,
    cause?: unknown,
  ) {
    super(code, message, facts, cause);
    this.name = 'SourceError';
    this.source = facts.source;
    this.retryable = facts.retryable;
    this.mayHaveActed = mayHaveActed;
  }
}

/** What must be stored could not be: nothing was changed. `retryAfter` in seconds. */
export function storageUnavailable(cause?: unknown): GatewayError {
  return new GatewayError(
    'STORAGE_UNAVAILABLE',
    'What must be kept cannot be stored at the moment, so nothing was done. Try again shortly.',
    { retryAfter: 5 },
    cause,
  );
}

export function deadlineExceeded(
  message = 'This took longer than a request may take. Ask for less at once, or try again.',
): GatewayError {
  return new GatewayError('DEADLINE_EXCEEDED', message, { retryable: true });
}
