import { describe, expect, it } from 'vitest';
import { ConfigError, readConfig } from '../src/config.ts';

const SHA = 'a'.repeat(64);
const SECRET = 'Very-Secret-Value';
const LIVE = { IEBC_URL: 'https://api.example/v1', IEBC_APP_ID: 'id', IEBC_APP_SECRET: SECRET };

const REDIS = { REDIS_URL: 'redis://localhost' };
const ELECTIONBUDDY = {
  ELECTIONBUDDY_URL: 'https://votes.example',
  ELECTIONBUDDY_ORGANIZATION_ID: '1',
  ELECTIONBUDDY_SECRET_TOKEN: SECRET,
};

function refusal(env: Record<string, string>): string {
  try {
    readConfig(env);
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    return (error as Error).message;
  }
  throw new Error('it was accepted');
}

it('needs nothing', () => {
  expect(readConfig({})).toMatchObject({
    production: false,
    port: 4000,
    host: '127.0.0.1',
    logLevel: 'info',
    redisUrl: undefined,
    requestTimeoutMs: 30_000,
    apiKeys: undefined,
    iebc: {
      source: { mode: 'SANDBOX' },
      election: 'GEK2013-TEST',
      concurrency: 16,
      connectTimeoutMs: 2_000,
      headersTimeoutMs: 8_000,
      totalTimeoutMs: 10_000,
      pollMs: 15_000,
      placesIndex: 'background',
      boundaries: 'background',
    },
  });
});

it('takes an empty variable for one that is not set', () => {
  const empty = { PORT: '', HOST: '', IEBC_URL: '', IEBC_ARCHIVE: '', API_KEYS: '', IEBC_ELECTION: '', REDIS_URL: '' };
  expect(readConfig(empty)).toEqual(readConfig({}));
});

it('cannot be changed', () => {
  expect(() => Object.assign(readConfig({}), { port: 1 })).toThrow(TypeError);
});

it.each([
  [{ PORT: '0' }, { port: 0 }],
  [
    { PORT: '65535', HOST: '::1' },
    { port: 65_535, host: '::1' },
  ],
  [{ BASE_PATH: '/a/b-c/' }, { basePath: '/a/b-c' }],
  [{ BASE_PATH: '/' }, { basePath: '' }],
  [{ GRAPHIQL: '0' }, { graphiql: false }],
  [{ EXPLORER: '0' }, { explorer: false }],
  [{ ADMIN_PORT: '9464' }, { admin: { port: 9464, host: '127.0.0.1' } }],
  [{ CORS_ORIGINS: '*' }, { corsOrigins: '*' }],
  [
    { CORS_ORIGINS: 'https://A.example/, http://b.example:81' },
    { corsOrigins: ['https://a.example', 'http://b.example:81'] },
  ],
  [{ LOG_LEVEL: 'silent' }, { logLevel: 'silent' }],
  [{ REDIS_URL: 'redis://localhost:6379' }, { redisUrl: 'redis://localhost:6379' }],
  [{ REQUEST_TIMEOUT_MS: '5' }, { requestTimeoutMs: 5 }],
  [{ IEBC_CONCURRENCY: '1' }, { iebc: { concurrency: 1 } }],
  [{ IEBC_CONNECT_TIMEOUT_MS: '1' }, { iebc: { connectTimeoutMs: 1 } }],
  [{ IEBC_HEADERS_TIMEOUT_MS: '2' }, { iebc: { headersTimeoutMs: 2 } }],
  [{ IEBC_TOTAL_TIMEOUT_MS: '3' }, { iebc: { totalTimeoutMs: 3 } }],
  [{ IEBC_POLL_MS: '100' }, { iebc: { pollMs: 100 } }],
  [{ IEBC_PLACES_INDEX: 'on-demand' }, { iebc: { placesIndex: 'on-demand', boundaries: 'on-demand' } }],
  [{ IEBC_BOUNDARIES: 'on-demand' }, { iebc: { placesIndex: 'background', boundaries: 'on-demand' } }],
  [{ IEBC_ELECTION: '20131017-TEST' }, { iebc: { election: '20131017-TEST' } }],
  [{ IEBC_ARCHIVE: 'a.ndjson', IEBC_ARCHIVE_SPEED: '0.5' }, { iebc: { source: { mode: 'ARCHIVE', speed: 0.5 } } }],
  [{ IEBC_ARCHIVE: 'a.ndjson', IEBC_ARCHIVE_SPEED: '60' }, { iebc: { source: { speed: 60 } } }],
  [{ IEBC_ARCHIVE: 'a.ndjson' }, { iebc: { source: { mode: 'ARCHIVE', file: 'a.ndjson' }, election: 'GEK2013' } }],
  [
    { ...LIVE, IEBC_URL: 'https://api.example/v1//' },
    {
      iebc: {
        source: { mode: 'LIVE', url: 'https://api.example/v1', credentials: { appId: 'id', appSecret: SECRET } },
        election: 'GEK2013',
      },
    },
  ],
  [{ IEBC_URL: 'http://h', IEBC_TOKEN: 't' }, { iebc: { source: { mode: 'LIVE', credentials: { token: 't' } } } }],
  [
    { NODE_ENV: 'production', SANDBOX: '1' },
    { production: true, graphiql: false, admin: null, iebc: { source: { mode: 'SANDBOX' } } },
  ],
  [
    {
      API_KEYS: JSON.stringify([
        { name: 'p', sha256: SHA, scopes: ['operator'], origins: ['https://Portal.example/x/'] },
      ]),
    },
    { apiKeys: [{ name: 'p', sha256: SHA, scopes: ['operator'], origins: ['https://portal.example'] }] },
  ],
])('reads %j', (env, config) => {
  expect(readConfig(env as Record<string, string>)).toMatchObject(config);
});

describe('refuses, in one line that names the variable,', () => {
  it.each<[Record<string, string>, string]>([
    [{ PORT: '65536' }, 'PORT: '],
    [{ PORT: '-1' }, 'PORT: '],
    [{ PORT: '4e3' }, 'PORT: '],
    [{ BASE_PATH: 'elections' }, 'BASE_PATH: '],
    [{ BASE_PATH: '/a?b' }, 'BASE_PATH: '],
    [{ BASE_PATH: '/a/../b' }, 'BASE_PATH: '],
    [{ GRAPHIQL: 'on' }, 'GRAPHIQL: '],
    [{ ADMIN_PORT: '65536' }, 'ADMIN_PORT: '],
    [{ ADMIN_PORT: '4000' }, 'ADMIN_PORT: '],
    [{ CORS_ORIGINS: 'portal.example' }, 'CORS_ORIGINS'],
    [{ CORS_ORIGINS: '*, https://a.example' }, 'CORS_ORIGINS'],
    [{ LOG_LEVEL: 'loud' }, 'LOG_LEVEL: '],
    [{ REDIS_URL: 'http://localhost' }, 'REDIS_URL: '],
    [{ WORKERS: '65' }, 'WORKERS: '],
    [{ WORKERS: '2' }, 'REDIS_URL: '],
    [{ WORKERS: '2', ...REDIS }, 'ELECTIONBUDDY_URL: '],
    [{ WORKERS: '2', ...REDIS, ELECTIONBUDDY_URL: 'off' }, 'EREG_URL: '],
    [{ WORKERS: '2', ...REDIS, ...ELECTIONBUDDY, EREG_URL: 'off' }, 'ELECTIONBUDDY_WEBHOOK_SECRET: '],
    [{ WORKERS: '2', ...REDIS, ELECTIONBUDDY_URL: 'off', EREG_URL: 'off' }, 'API_KEYS: '],
    [{ WORKERS: '2', ...REDIS, IEBC_ARCHIVE: 'a', IEBC_ARCHIVE_SPEED: '60' }, 'IEBC_ARCHIVE_SPEED: '],
    [{ TRUSTED_DOCUMENTS_ONLY: '1' }, 'TRUSTED_DOCUMENTS: '],
    [{ REDIS_URL: SECRET }, 'REDIS_URL: '],
    [{ SANDBOX: 'yes' }, 'SANDBOX: '],
    [{ REQUEST_TIMEOUT_MS: '0' }, 'REQUEST_TIMEOUT_MS: '],
    [{ IEBC_URL: 'ftp://host' }, 'IEBC_URL: '],
    [{ IEBC_URL: 'host' }, 'IEBC_URL: '],
    [{ IEBC_CONCURRENCY: '0' }, 'IEBC_CONCURRENCY: '],
    [{ IEBC_CONCURRENCY: '257' }, 'IEBC_CONCURRENCY: '],
    [{ IEBC_CONNECT_TIMEOUT_MS: 'x' }, 'IEBC_CONNECT_TIMEOUT_MS: '],
    [{ IEBC_HEADERS_TIMEOUT_MS: '1.5' }, 'IEBC_HEADERS_TIMEOUT_MS: '],
    [{ IEBC_TOTAL_TIMEOUT_MS: '600001' }, 'IEBC_TOTAL_TIMEOUT_MS: '],
    [{ IEBC_POLL_MS: '99' }, 'IEBC_POLL_MS: '],
    [{ IEBC_PLACES_INDEX: 'never' }, 'IEBC_PLACES_INDEX: '],
    [{ IEBC_BOUNDARIES: 'never' }, 'IEBC_BOUNDARIES: '],
    [{ IEBC_ELECTION: 'a/b' }, 'IEBC_ELECTION: '],
    [{ IEBC_ELECTION: 'a=b' }, 'IEBC_ELECTION: '],
    [{ ...LIVE, IEBC_ARCHIVE: 'a.ndjson' }, 'IEBC_ARCHIVE: '],
    [{ IEBC_ARCHIVE_SPEED: '60' }, 'IEBC_ARCHIVE: '],
    [{ IEBC_ARCHIVE: 'a', IEBC_ARCHIVE_SPEED: '0.05' }, 'IEBC_ARCHIVE_SPEED: '],
    [{ IEBC_ARCHIVE: 'a', IEBC_ARCHIVE_SPEED: '10001' }, 'IEBC_ARCHIVE_SPEED: '],
    [{ IEBC_ARCHIVE: 'a', IEBC_ARCHIVE_SPEED: '1e3' }, 'IEBC_ARCHIVE_SPEED: '],
    [{ IEBC_URL: 'http://h', IEBC_APP_SECRET: SECRET }, 'IEBC_APP_ID: '],
    [{ IEBC_URL: 'http://h', IEBC_APP_ID: 'id' }, 'IEBC_APP_SECRET: '],
    [{ IEBC_APP_SECRET: SECRET }, 'IEBC_URL: '],
    [{ IEBC_TOKEN: SECRET }, 'IEBC_URL: '],
    [{ NODE_ENV: 'production' }, 'IEBC_URL: '],
    [{ API_KEYS: SECRET }, 'API_KEYS: '],
    [{ API_KEYS: `{"name":"${SECRET}"}` }, 'API_KEYS: '],
    [{ API_KEYS: `[{"name":"p","sha256":"${SECRET}","scopes":[]}]` }, 'API_KEYS ([0].sha256): '],
    [{ API_KEYS: `[{"name":"p","sha256":"${SHA}","scopes":["${SECRET}"]}]` }, 'API_KEYS ([0].scopes[0]): '],
    [{ API_KEYS: `[{"name":"p","sha256":"${SHA}","scopes":[],"key":"${SECRET}"}]` }, 'API_KEYS ([0]): '],
    [
      { API_KEYS: `[{"name":"p","sha256":"${SHA}","scopes":[],"origins":["${SECRET}"]}]` },
      'API_KEYS ([0].origins[0]): ',
    ],
  ])('%j', (env, start) => {
    const message = refusal(env);
    expect(message.startsWith(start)).toBe(true);
    expect(message.length).toBeGreaterThan(start.length + 5);
    expect(message).not.toMatch(/\n/);
    expect(message).not.toContain(SECRET);
  });
});
