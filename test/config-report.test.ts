import { expect, it } from 'vitest';
import { configReport, strangeVariableLine, strangeVariables } from '../src/config-report.ts';

const SECRETS = {
  IEBC_URL: 'https://user:hunter2@iebc.example',
  IEBC_APP_ID: 'portal',
  IEBC_APP_SECRET: 'secret-of-iebc',
  IEBC_TOKEN: 'token-of-iebc',
  ELECTIONBUDDY_SECRET_TOKEN: 'secret-of-electionbuddy',
  ELECTIONBUDDY_ELECTION_KEYS: '{"12":"secret-of-an-election"}',
  ELECTIONBUDDY_WEBHOOK_SECRET: 'secret-of-webhooks-16',
  EREG_API_KEY: 'secret-of-ereg',
  SIGNING_KEYS: '{"keys":["secret-of-signatures"]}',
  ENCRYPTION_KEY: 'secret-at-rest',
  REDIS_URL: 'redis://:hunter2@redis:6379',
};

it('npm run config: every variable with its effective value, no secret', () => {
  const lines = configReport({ ...SECRETS, PORT: '5000' });
  expect(lines).toContain('PORT=5000');
  expect(lines).toContain('HOST=127.0.0.1  # default');
  expect(lines).toContain('# OIDC_ISSUER is not set');
  expect(lines).toContain('IEBC_URL=https://********@iebc.example');
  expect(lines).toContain('REDIS_URL=redis://********@redis:6379');
  for (const name of Object.keys(SECRETS)) expect(lines.some((line) => line.startsWith(`${name}=`))).toBe(true);
  expect(lines.join('\n')).not.toMatch(/secret-|token-of|hunter2/);
});

it('names variables that look like ours and are not, and leaves those of others alone', () => {
  const others = {
    HOME: '/root',
    NODE_OPTIONS: '-',
    PATH: '/bin',
    REDIS_PASSWORD: 'x',
    LOG_DIR: '/var/log',
    HOSTNAME: 'a',
  };
  expect(strangeVariables(others)).toEqual([]);
  const lines = strangeVariables({ ...others, REDIS_ULR: 'x', IEBC_SECRET: 'x', iebc_app_secret: 'x', PORT: '1' });
  expect(lines.map(strangeVariableLine)).toEqual([
    'REDIS_ULR: is no variable of this gateway; did you mean REDIS_URL?',
    'IEBC_SECRET: is no variable of this gateway.',
    'iebc_app_secret: is no variable of this gateway; did you mean IEBC_APP_SECRET?',
  ]);
});
