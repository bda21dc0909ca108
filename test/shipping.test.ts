import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { readConfig } from '../src/config.ts';

const read = (name: string) => readFileSync(new URL(`../${name}`, import.meta.url), 'utf8');
const dockerfile = read('Dockerfile');
const compose = parse(read('compose.yaml'), { merge: true }) as {
  services: Record<string, { build?: string; environment?: Record<string, string> }>;
};
const gateways = Object.entries(compose.services).filter(([, { build }]) => build === '.');

/** What compose puts in the place of `${NAME:-default}` and `${NAME:?why}`. */
function filledIn(environment: Record<string, string>, values: Record<string, string>): Record<string, string> {
  const fill = (text: string) =>
    text.replace(/\$\{(\w+)(:-|:\?)([^}]*)\}/g, (_all, name, kind, otherwise) => {
      const value = values[name] ?? (kind === ':-' ? otherwise : undefined);
      if (value === undefined) throw new Error(`${name} is not set: ${otherwise}`);
      return value;
    });
  return Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, fill(value)]));
}

const image = Object.fromEntries(
  [.../^ENV (.*)$/m.exec(dockerfile)![1]!.matchAll(/(\w+)=(\S+)/g)].map(([, name, value]) => [name!, value!]),
);
const KEYS = {
  ISSUER: 'https://elections.example.org',
  ENCRYPTION_KEY: Buffer.alloc(32, 1).toString('base64url'),
  SIGNING_KEYS: '{"keys":[]}',
  LOG_KEY: '{"kty":"OKP"}',
  ELECTIONBUDDY_WEBHOOK_SECRET: 'a-secret-of-some-length',
};

it('compose starts two gateways and a worker that accept what they are given, in the image', () => {
  const roles = gateways.map(([name, { environment }]) => {
    const config = readConfig({ ...image, ...filledIn(environment!, { ...KEYS, SANDBOX: '1' }) });
    expect(config).toMatchObject({ production: true, host: '0.0.0.0', port: 4000, redisUrl: 'redis://redis:6379' });
    return [name, config.role];
  });
  expect(roles).toEqual([
    ['gateway-1', 'gateway'],
    ['gateway-2', 'gateway'],
    ['worker', 'worker'],
  ]);
});

it('compose names no variable that the gateway does not know', () => {
  const known = read('src/config.ts');
  for (const [, { environment }] of gateways) {
    for (const name of Object.keys(environment!)) expect(known).toContain(`  ${name}: `);
  }
});

it('compose says what is missing instead of starting without it', () => {
  const [, { environment }] = gateways[0]!;
  for (const name of Object.keys(KEYS)) {
    const without = { ...KEYS, [name]: undefined } as unknown as Record<string, string>;
    expect(() => filledIn(environment!, without)).toThrow(`${name} is not set`);
  }
});

it('the image runs the Node that the project is made with, as nobody in particular, and hears SIGTERM itself', () => {
  const { devDependencies } = JSON.parse(read('package.json'));
  const major = /\d+/.exec(devDependencies.node)![0];
  expect(dockerfile.match(/^FROM node:\d+/gm)).toEqual([`FROM node:${major}`, `FROM node:${major}`]);
  expect(dockerfile).toMatch(/^USER node$/m);
  expect(dockerfile).toMatch(/^CMD \["node", "--max-semi-space-size=16", "src\/main.js"\]$/m);
});
