import { z } from 'zod';
import {
  apiKey,
  decimal,
  electionCode,
  followed,
  httpUrl,
  integer,
  json,
  milliseconds,
  origins,
  proxies,
  secret,
} from './config-forms.ts';
import { PRESIDENT_BY_COUNTY } from './domain/followed.ts';

/** A bad or missing variable, or what it names. The message is one line that says what to do. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

export const environment = z.object({
  NODE_ENV: z.string().default('development'),
  PORT: integer(0, 65_535).default(4000),
  HOST: z.string().min(1).default('127.0.0.1'),
  ADMIN_PORT: integer(0, 65_535).optional(),
  ADMIN_HOST: z.string().min(1).default('127.0.0.1'),
  BASE_PATH: z
    .string()
    .regex(/^(\/[\w-]+)*\/?$/, 'must be a path such as /elections')
    .transform((path) => path.replace(/\/$/, ''))
    .default(''),
  GRAPHIQL: z.enum(['0', '1']).optional(),
  EXPLORER: z.enum(['0', '1']).default('1'),
  CORS_ORIGINS: origins.default('*'),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('info'),
  OTEL_EXPORTER_OTLP_ENDPOINT: httpUrl.optional(),
  OTEL_SERVICE_NAME: z.string().min(1).max(200).default('election-gateway'),
  REDIS_URL: z.url({ protocol: /^rediss?$/, error: 'must be a redis:// or rediss:// URL' }).optional(),
  SANDBOX: z.enum(['0', '1']).default('0'),
  REQUEST_TIMEOUT_MS: milliseconds.default(30_000),
  SOURCE_REQUESTS_PER_OPERATION: integer(1, 1_000_000).default(2_000),
  STALE_AFTER_MS: milliseconds.default(1_000),
  IEBC_URL: httpUrl.optional(),
  IEBC_APP_ID: z.string().min(1).optional(),
  IEBC_APP_SECRET: secret.optional(),
  IEBC_TOKEN: secret.optional(),
  IEBC_ORIGIN: httpUrl.optional(),
  IEBC_CONCURRENCY: integer(1, 256).default(16),
  IEBC_CONNECT_TIMEOUT_MS: milliseconds.default(2_000),
  IEBC_HEADERS_TIMEOUT_MS: milliseconds.default(8_000),
  IEBC_TOTAL_TIMEOUT_MS: milliseconds.default(10_000),
  IEBC_ARCHIVE: z.string().min(1).optional(),
  IEBC_ARCHIVE_SPEED: decimal(0.1, 10_000).optional(),
  IEBC_ELECTION: electionCode.optional(),
  IEBC_POLL_MS: integer(100, 600_000).default(15_000),
  IEBC_PLACES_INDEX: z.enum(['background', 'on-demand']).default('background'),
  IEBC_BOUNDARIES: z.enum(['background', 'on-demand']).optional(),
  RECORD: followed.optional(),
  RECORD_REQUESTS_PER_MINUTE: integer(1, 60_000).default(300),
  STALL_MINUTES: integer(1, 10_080).default(30),
  LOG_ORIGIN: z
    .string()
    .regex(/^[^\s+]{1,200}$/, 'must be a name such as elections.example.org/log, without spaces and "+"')
    .optional(),
  LOG_KEY: secret.optional(),
  ELECTIONBUDDY_URL: z.union([z.literal('off'), httpUrl]).optional(),
  ELECTIONBUDDY_ORGANIZATION_ID: z.string().min(1).optional(),
  ELECTIONBUDDY_SECRET_TOKEN: secret.optional(),
  ELECTIONBUDDY_ELECTION_KEYS: json.pipe(z.record(z.string(), secret)).default({}),
  ELECTIONBUDDY_STATUS_METHOD: z.enum(['GET', 'POST']).default('GET'),
  ELECTIONBUDDY_STATUS_PATH: z
    .string()
    .regex(/^(\/[\w-]+)+$/, 'must be a path such as /sso')
    .default('/sso'),
  ELECTIONBUDDY_WEBHOOK_SECRET: z
    .string()
    .regex(/^[\w-]{16,128}$/, 'must be 16 to 128 letters, digits, "-" or "_"')
    .meta({ secret: true })
    .optional(),
  BALLOT_RETENTION_DAYS: integer(1, 3_650).default(90),
  EREG_URL: z.union([z.literal('off'), httpUrl]).optional(),
  EREG_API_KEY: secret.optional(),
  EREG_CONCURRENCY: integer(1, 256).default(8),
  CHECK_DEADLINE_SECONDS: integer(1, 86_400).default(600),
  CHECK_LIFETIME_DAYS: integer(1, 365).default(7),
  CHECK_CONCURRENCY: integer(1, 1_000).default(50),
  CHECKS_PER_MINUTE: integer(1, 1_000_000).default(60),
  REQUESTS_PER_MINUTE: integer(1, 1_000_000).default(1_200),
  TRUST_PROXY: proxies.optional(),
  STRANGER_COST_PER_MINUTE: integer(1, 1_000_000_000_000).default(1_000_000),
  ANSWER_CACHE_MB: integer(0, 16_384).default(64),
  FAST_PATHS: z.enum(['on', 'off']).default('on'),
  SUBSCRIPTIONS_PER_CALLER: integer(1, 1_000_000).default(100),
  WATCHED_RESULTS_PER_CALLER: integer(1, 1_000_000).default(100),
  CONNECTIONS_PER_CALLER: integer(1, 1_000_000).default(1_000),
  TRUSTED_DOCUMENTS: z.string().min(1).optional(),
  TRUSTED_DOCUMENTS_ONLY: z.enum(['0', '1']).default('0'),
  ROLE: z.enum(['all', 'gateway', 'worker']).default('all'),
  WORKERS: integer(1, 64).default(1),
  SIGNING_KEYS: secret.optional(),
  SIGNING_ALGORITHM: z.enum(['ES256', 'EdDSA']).default('ES256'),
  ISSUER: httpUrl.optional(),
  ENCRYPTION_KEY: secret.optional(),
  DATA_DIR: z.string().min(1).default('.data'),
  OIDC_ISSUER: z.url({ protocol: /^https?$/, error: 'must be an http:// or https:// URL' }).optional(),
  OIDC_AUDIENCE: z.string().min(1).optional(),
  OIDC_IDENTIFIER_CLAIM: z.string().min(1).default('sub'),
  API_KEYS: json.pipe(z.array(apiKey)).optional(),
});

/** An empty variable is how compose files and shells say "not set". */
export const given = (
  variables: Record<string, string | undefined> = process.env,
): Record<string, string | undefined> =>
  Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== undefined && value !== ''));

export type IebcSource =
  | { mode: 'LIVE'; url: string; credentials: { appId: string; appSecret: string } | { token: string } }
  | { mode: 'SANDBOX' }
  | {
      mode: 'ARCHIVE';
      file: string;
      /** How many times as fast as it was recorded; undefined: all at once. */
      speed: number | undefined;
    };

/** A count of this machine's own, which costs nobody anything: it is followed without being asked for. */
const isPlayed = (source: IebcSource) => source.mode !== 'LIVE' && !('file' in source && source.speed === undefined);

export type ElectionBuddySource =
  | { mode: 'LIVE'; url: string; organizationId: string; secretToken: string; electionKeys: Record<string, string> }
  | { mode: 'SANDBOX' }
  | { mode: 'OFF' };

export type EregSource = { mode: 'LIVE'; url: string; apiKey: string } | { mode: 'SANDBOX' } | { mode: 'OFF' };

export type Config = Readonly<ReturnType<typeof readConfig>>;

/** Reads and checks the environment once. Throws ConfigError. */
export function readConfig(variables?: Record<string, string | undefined>) {
  const parsed = environment.safeParse(given(variables));
  if (!parsed.success) {
    const { path, message } = parsed.error.issues[0]!;
    const [name, ...rest] = path;
    throw new ConfigError(`${String(name)}${rest.length > 0 ? ` (${z.core.toDotPath(rest)})` : ''}: ${message}.`);
  }
  const env = parsed.data;
  const production = env.NODE_ENV === 'production';
  const iebc = iebcSource(env, production);
  if (env.ROLE !== 'all' && !env.REDIS_URL) {
    throw new ConfigError(`REDIS_URL: is needed with ROLE=${env.ROLE}, which shares checks with other processes.`);
  }
  if (env.ROLE !== 'all') {
    // Made up by each process for itself, they would not open or verify what another one sealed or signed.
    for (const name of ['ENCRYPTION_KEY', 'SIGNING_KEYS', 'LOG_KEY', 'ISSUER'] as const) {
      if (!env[name]) throw new ConfigError(`${name}: is needed with ROLE=${env.ROLE}, the same for all processes.`);
    }
  }
  checkWorkers(env, production);
  if (env.ADMIN_PORT === env.PORT && env.PORT !== 0) {
    throw new ConfigError('ADMIN_PORT: must be another one than PORT, which everybody reaches.');
  }
  return Object.freeze({
    production,
    port: env.PORT,
    host: env.HOST,
    /** Null: there is none, and then no metrics in production. */
    admin: env.ADMIN_PORT === undefined ? null : { port: env.ADMIN_PORT, host: env.ADMIN_HOST },
    /** Empty, or begins with a slash and ends without one. */
    basePath: env.BASE_PATH,
    graphiql: env.GRAPHIQL === undefined ? !production : env.GRAPHIQL === '1',
    explorer: env.EXPLORER === '1',
    corsOrigins: env.CORS_ORIGINS,
    logLevel: env.LOG_LEVEL,
    redisUrl: env.REDIS_URL,
    /** Of traces; null without one. */
    collector: env.OTEL_EXPORTER_OTLP_ENDPOINT
      ? { endpoint: env.OTEL_EXPORTER_OTLP_ENDPOINT, serviceName: env.OTEL_SERVICE_NAME }
      : null,
    requestTimeoutMs: env.REQUEST_TIMEOUT_MS,
    maxSourceRequests: env.SOURCE_REQUESTS_PER_OPERATION,
    staleAfterMs: env.STALE_AFTER_MS,
    dataDir: env.DATA_DIR,
    role: env.ROLE,
    /** Processes that share the port. */
    workers: env.WORKERS,
    requestsPerMinute: env.REQUESTS_PER_MINUTE,
    /** Null: whoever the socket comes from. */
    trustProxy: env.TRUST_PROXY ?? null,
    strangerCostPerMinute: env.STRANGER_COST_PER_MINUTE,
    answerCacheBytes: env.ANSWER_CACHE_MB * 1024 * 1024,
    fastPaths: env.FAST_PATHS === 'on',
    atOnce: {
      subscriptions: env.SUBSCRIPTIONS_PER_CALLER,
      results: env.WATCHED_RESULTS_PER_CALLER,
      connections: env.CONNECTIONS_PER_CALLER,
    },
    trustedDocuments: trustedDocuments(env),
    signing: { keys: env.SIGNING_KEYS, algorithm: env.SIGNING_ALGORITHM, issuer: env.ISSUER },
    encryptionKey: env.ENCRYPTION_KEY,
    oidc: oidc(env),
    /** Undefined: a demo key is made at the start. */
    apiKeys: env.API_KEYS,
    iebc: {
      source: iebc,
      election: env.IEBC_ELECTION ?? (iebc.mode === 'SANDBOX' ? 'GEK2013-TEST' : 'GEK2013'),
      /** Where the caller is registered with the source, which goes by it when there is no key. */
      callerOrigin: env.IEBC_ORIGIN,
      concurrency: env.IEBC_CONCURRENCY,
      connectTimeoutMs: env.IEBC_CONNECT_TIMEOUT_MS,
      headersTimeoutMs: env.IEBC_HEADERS_TIMEOUT_MS,
      totalTimeoutMs: env.IEBC_TOTAL_TIMEOUT_MS,
      pollMs: env.IEBC_POLL_MS,
      placesIndex: env.IEBC_PLACES_INDEX,
      boundaries: env.IEBC_BOUNDARIES ?? env.IEBC_PLACES_INDEX,
      /** How long a question may wait for the index of places. */
      indexWaitMs: 10_000,
    },
    record: {
      /** What is seen anyway is recorded beside them. */
      levels: env.RECORD ?? (isPlayed(iebc) ? PRESIDENT_BY_COUNTY : []),
      requestsPerMinute: env.RECORD_REQUESTS_PER_MINUTE,
      stallMs: env.STALL_MINUTES * 60 * 1000,
      /** The log's name, as C2SP's specifications want it: like a URL without its scheme. */
      origin: env.LOG_ORIGIN ?? env.ISSUER?.replace(/^https?:\/\//, '') ?? 'localhost/election-gateway',
      /** Undefined: made once, and kept in DATA_DIR. */
      key: env.LOG_KEY,
    },
    ereg: { source: eregSource(env, production), concurrency: env.EREG_CONCURRENCY },
    checks: {
      deadlineMs: env.CHECK_DEADLINE_SECONDS * 1000,
      lifetimeMs: env.CHECK_LIFETIME_DAYS * 24 * 60 * 60 * 1000,
      concurrency: env.CHECK_CONCURRENCY,
      perMinute: env.CHECKS_PER_MINUTE,
    },
    electionbuddy: {
      source: electionBuddySource(env, production),
      v1Status: { method: env.ELECTIONBUDDY_STATUS_METHOD, path: env.ELECTIONBUDDY_STATUS_PATH },
      /** Undefined: one is made at the start. */
      webhookSecret: env.ELECTIONBUDDY_WEBHOOK_SECRET,
      retentionMs: env.BALLOT_RETENTION_DAYS * 24 * 60 * 60 * 1000,
    },
  });
}

/** Each is a process: what one would keep or make up for itself, the others could not know. */
function checkWorkers(env: z.output<typeof environment>, production: boolean): void {
  const need = (name: keyof typeof env, why: string) => {
    throw new ConfigError(`${name}: is needed with WORKERS=${env.WORKERS}, ${why}.`);
  };
  if (env.WORKERS === 1) return;
  if (!env.REDIS_URL) need('REDIS_URL', 'which share limits, cache and checks through it');
  if (env.IEBC_ARCHIVE_SPEED !== undefined) {
    throw new ConfigError(
      `IEBC_ARCHIVE_SPEED: cannot be set with WORKERS=${env.WORKERS}, as each would play the archive from a start of its own.`,
    );
  }
  for (const name of ['ELECTIONBUDDY_URL', 'EREG_URL'] as const)
    if (!env[name]) need(name, 'as each would have a sandbox of its own ("off" to do without)');
  if (env.ELECTIONBUDDY_URL !== 'off' && !env.ELECTIONBUDDY_WEBHOOK_SECRET)
    need('ELECTIONBUDDY_WEBHOOK_SECRET', 'as each would make up another one');
  if (!env.API_KEYS && !production) need('API_KEYS', 'as each would make up a demo key of its own ("[]" for none)');
}

function iebcSource(env: z.output<typeof environment>, production: boolean): IebcSource {
  const { IEBC_URL: url, IEBC_APP_ID: appId, IEBC_APP_SECRET: appSecret, IEBC_TOKEN: token, IEBC_ARCHIVE: file } = env;
  const { IEBC_ARCHIVE_SPEED: speed } = env;
  if (speed !== undefined && !file) throw new ConfigError('IEBC_ARCHIVE: is needed beside IEBC_ARCHIVE_SPEED.');
  if (url && file) throw new ConfigError('IEBC_ARCHIVE: cannot be set together with IEBC_URL; unset one of them.');
  if (url) {
    if (appSecret && !appId) throw new ConfigError('IEBC_APP_ID: is needed beside IEBC_APP_SECRET.');
    if (appSecret && appId) return { mode: 'LIVE', url, credentials: { appId, appSecret } };
    if (token) return { mode: 'LIVE', url, credentials: { token } };
    throw new ConfigError('IEBC_APP_SECRET: is needed beside IEBC_URL (or IEBC_TOKEN, for requests without a key).');
  }
  if (file) return { mode: 'ARCHIVE', file, speed };
  if (appId || appSecret || token)
    throw new ConfigError('IEBC_URL: is needed beside IEBC_APP_ID, IEBC_APP_SECRET or IEBC_TOKEN.');
  if (production && env.SANDBOX !== '1') {
    throw new ConfigError(
      'IEBC_URL: is needed with NODE_ENV=production (or SANDBOX=1, to serve invented test data knowingly).',
    );
  }
  return { mode: 'SANDBOX' };
}

function electionBuddySource(env: z.output<typeof environment>, production: boolean): ElectionBuddySource {
  const {
    ELECTIONBUDDY_URL: url,
    ELECTIONBUDDY_ORGANIZATION_ID: organizationId,
    ELECTIONBUDDY_SECRET_TOKEN: secretToken,
  } = env;
  if (url === 'off') return { mode: 'OFF' };
  if (url) {
    if (!organizationId) throw new ConfigError('ELECTIONBUDDY_ORGANIZATION_ID: is needed beside ELECTIONBUDDY_URL.');
    if (!secretToken) throw new ConfigError('ELECTIONBUDDY_SECRET_TOKEN: is needed beside ELECTIONBUDDY_URL.');
    return { mode: 'LIVE', url, organizationId, secretToken, electionKeys: env.ELECTIONBUDDY_ELECTION_KEYS };
  }
  if (organizationId || secretToken) {
    throw new ConfigError(
      'ELECTIONBUDDY_URL: is needed beside ELECTIONBUDDY_ORGANIZATION_ID and ELECTIONBUDDY_SECRET_TOKEN.',
    );
  }
  if (production && env.SANDBOX !== '1') {
    throw new ConfigError(
      'ELECTIONBUDDY_URL: is needed with NODE_ENV=production ("off" to do without, or SANDBOX=1 for invented test data).',
    );
  }
  return { mode: 'SANDBOX' };
}

function eregSource(env: z.output<typeof environment>, production: boolean): EregSource {
  const { EREG_URL: url, EREG_API_KEY: apiKey } = env;
  if (url === 'off') return { mode: 'OFF' };
  if (url) {
    if (!apiKey) throw new ConfigError('EREG_API_KEY: is needed beside EREG_URL.');
    return { mode: 'LIVE', url, apiKey };
  }
  if (apiKey) throw new ConfigError('EREG_URL: is needed beside EREG_API_KEY.');
  if (production && env.SANDBOX !== '1') {
    throw new ConfigError(
      'EREG_URL: is needed with NODE_ENV=production ("off" to do without, or SANDBOX=1 for invented test data).',
    );
  }
  return { mode: 'SANDBOX' };
}

function oidc({
  OIDC_ISSUER: issuer,
  OIDC_AUDIENCE: audience,
  OIDC_IDENTIFIER_CLAIM: identifierClaim,
}: z.output<typeof environment>) {
  if (!issuer && !audience) return null;
  if (!issuer) throw new ConfigError('OIDC_ISSUER: is needed beside OIDC_AUDIENCE.');
  // Without an audience, a token that the issuer made for another service would open this one.
  if (!audience) throw new ConfigError('OIDC_AUDIENCE: is needed beside OIDC_ISSUER.');
  return { issuer, audience, identifierClaim };
}

function trustedDocuments({ TRUSTED_DOCUMENTS: file, TRUSTED_DOCUMENTS_ONLY: only }: z.output<typeof environment>) {
  if (!file && only === '1') throw new ConfigError('TRUSTED_DOCUMENTS: is needed beside TRUSTED_DOCUMENTS_ONLY=1.');
  return file ? { file, only: only === '1' } : null;
}
