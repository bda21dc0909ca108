import { parseArgs } from 'node:util';
import { SCOPES, type Scope } from './domain/caller.ts';
import { apiKeyOf } from './http/auth.ts';
import { systemClock } from './infra/clock.ts';
import { generateSigningKey, type SigningAlgorithm } from './services/signing-keys.ts';

// `npm run key -- --name portal --scopes organization:act,ballots:read [--origins https://portal.example.org]`
// `npm run signing-key [-- --algorithm EdDSA]`

const USAGE = `npm run key -- --name NAME --scopes ${SCOPES.join(',')} [--origins https://a.example,https://b.example]`;

function fail(why: string): never {
  console.error(`${why}\n${USAGE}`);
  process.exit(1);
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    name: { type: 'string' },
    scopes: { type: 'string', default: '' },
    origins: { type: 'string' },
    algorithm: { type: 'string', default: 'ES256' },
  },
});

if (positionals[0] === 'signing') {
  if (values.algorithm !== 'ES256' && values.algorithm !== 'EdDSA') fail('--algorithm is ES256 or EdDSA.');
  const key = await generateSigningKey(values.algorithm as SigningAlgorithm);
  console.log(`SIGNING_KEYS='${JSON.stringify({ keys: [key] })}'`);
} else {
  if (!values.name) fail('A key needs a --name.');
  const scopes = values.scopes.split(',').filter(Boolean);
  const unknown = scopes.find((scope) => !SCOPES.includes(scope as Scope));
  if (unknown !== undefined) fail(`There is no scope "${unknown}".`);
  const secret = systemClock.secret(32);
  const entry = apiKeyOf(secret, values.name, scopes as Scope[], values.origins?.split(','));
  console.log(`The key, for its holder alone; it cannot be shown again:\n  ${secret}\n`);
  console.log(`The line to configure (more keys go into the same array):\n  API_KEYS='${JSON.stringify([entry])}'`);
}
