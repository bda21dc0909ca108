import { parseArgs } from 'node:util';
import { SCOPES, type Scope } from './domain/caller.ts';
import { apiKeyOf } from './http/auth.ts';
import { systemClock } from './infra/clock.ts';
import { problemOf } from './infra/command-line.ts';
import { generateLogKey } from './services/log-key.ts';
import { generateSigningKey, type SigningAlgorithm } from './services/signing-keys.ts';

/** `npm run key`, `npm run signing-key`, `npm run encryption-key` and `npm run log-key`: print a new key and the line that configures it. */

const USAGE = `npm run key -- --name NAME --scopes SCOPE,SCOPE [--origins https://a.example,https://b.example]
    makes an API key; the scopes are ${SCOPES.join(', ')}
npm run signing-key [-- --algorithm ES256|EdDSA]
    makes a key that signs registration credentials
npm run encryption-key
    makes a key for what is encrypted at rest
npm run log-key
    makes the key that signs the log of what was reported`;

function fail(why: string): never {
  console.error(`${why}\n${USAGE}`);
  process.exit(1);
}

const KINDS: Record<string, () => void | Promise<void>> = {
  signing: signingKey,
  encryption: encryptionKey,
  log: logKey,
};
const { values, positionals } = readArguments();
const kind = KINDS[positionals[0] ?? ''];
const [stray] = positionals.slice(kind ? 1 : 0);
if (values.help) console.log(USAGE);
else if (stray !== undefined) fail(`There is nothing to do with "${stray}".`);
else await (kind ?? apiKey)();

function readArguments() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        help: { type: 'boolean', short: 'h' },
        name: { type: 'string' },
        scopes: { type: 'string', default: '' },
        origins: { type: 'string' },
        algorithm: { type: 'string', default: 'ES256' },
      },
    });
  } catch (error) {
    return fail(problemOf(error));
  }
}

async function signingKey(): Promise<void> {
  if (values.algorithm !== 'ES256' && values.algorithm !== 'EdDSA') fail('--algorithm is ES256 or EdDSA.');
  const key = await generateSigningKey(values.algorithm as SigningAlgorithm);
  console.log(`SIGNING_KEYS='${JSON.stringify({ keys: [key] })}'`);
}

function encryptionKey(): void {
  console.log(`ENCRYPTION_KEY='${systemClock.secret(32)}'`);
}

function logKey(): void {
  console.log(`LOG_KEY='${generateLogKey()}'`);
}

function apiKey(): void {
  if (!values.name) fail('A key needs a --name.');
  const scopes = values.scopes.split(',').filter(Boolean);
  const unknown = scopes.find((scope) => !SCOPES.includes(scope as Scope));
  if (unknown !== undefined) fail(`There is no scope "${unknown}".`);
  const secret = systemClock.secret(32);
  const entry = apiKeyOf(secret, values.name, scopes as Scope[], values.origins?.split(','));
  console.log(`The key, for its holder alone; it cannot be shown again:\n  ${secret}\n`);
  console.log(`The line to configure (more keys go into the same array):\n  API_KEYS='${JSON.stringify([entry])}'`);
}
