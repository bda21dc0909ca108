import type { Config } from '../config.ts';
import type { Voter } from '../domain/elections.ts';
import { jwks } from '../http/jwks.ts';
import { createHttp } from '../infra/http.ts';
import type { Platform } from '../platform.ts';
import { startEregSandbox } from '../sandbox/ereg/index.ts';
import { createRegistrationChecks, type RegistrationChecks } from '../services/checks/service.ts';
import { type Credentials, createCredentials } from '../services/credentials.ts';
import type { RateLimits } from '../services/rate-limits.ts';
import { canadianRegister } from '../services/registers/canada.ts';
import { kenyanRegister } from '../services/registers/kenya.ts';
import { createEregClient } from '../sources/ereg/client.ts';
import type { Module } from './module.ts';
import { NOWHERE, nobody, type Upstream } from './upstream.ts';

type Provided = {
  checks: RegistrationChecks;
  credentials: Credentials;
  /** Counts the lookups of a registration check for its requester; throws RATE_LIMITED. */
  limits: Pick<RateLimits, 'consumeCheck'>;
};
declare module '../context.ts' {
  interface Context extends Provided {}
}

type Needs = {
  /** Kenya's register is the IEBC's. */
  lookUpVoter(voterId: string, signal: AbortSignal, traceparent: string | null): Promise<Voter | null>;
};

/** Registration checks: Canada's register through ereg, Kenya's through the IEBC, and the signed proof of an outcome. */
export async function checksModule(
  config: Config,
  platform: Platform,
  { lookUpVoter }: Needs,
): Promise<Module<Provided>> {
  const { clock, log, metrics, tracing, documents, queue, sealer, fingerprint, signingKeys, limits } = platform;
  await using opened = new AsyncDisposableStack();
  const { mode, http, settings } = opened.use(await openEreg(config, platform));
  const watching = platform.watchSource({ name: 'ereg', mode, http });
  let address = `http://${config.host}:${config.port}${config.basePath}`;
  const credentials = createCredentials({
    keys: signingKeys,
    issuer: () => config.signing.issuer ?? address,
    lifetimeMs: config.checks.lifetimeMs,
    clock,
  });
  const checks = opened.adopt(
    createRegistrationChecks({
      ...config.checks,
      documents,
      queue,
      sealer,
      fingerprint,
      credentials,
      registers: {
        CANADA: canadianRegister({
          ereg: createEregClient({ ...settings, http, clock, ...watching }),
          submissionsAtOnce: config.ereg.concurrency,
        }),
        KENYA: kenyanRegister({ lookUpVoter }),
      },
      clock,
      log,
      observe: metrics.check,
      tracing,
    }),
    (it) => it.close(),
  );

  metrics.gauge('gateway_jobs', 'Registration checks that wait for a step, or are at one', queue.size, {
    together: 'max',
  });

  const resources = opened.move();
  return {
    provides: { checks: () => checks, credentials: () => credentials, limits: () => limits },
    tells: [],
    routes: [jwks(credentials)],
    async start() {
      if (config.role !== 'gateway') await checks.work();
    },
    listening(url) {
      address = url;
    },
    drain: checks.endStreams,
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}

async function openEreg(
  { ereg, iebc }: Config,
  { metrics }: Platform,
): Promise<Upstream<{ url: string; apiKey: string }>> {
  const { source, concurrency } = ereg;
  if (source.mode === 'OFF') {
    const settings = { url: NOWHERE, apiKey: '' };
    return { mode: 'OFF', http: nobody('ereg'), settings, [Symbol.asyncDispose]: async () => {} };
  }
  await using opened = new AsyncDisposableStack();
  const sandbox = source.mode === 'SANDBOX' ? opened.adopt(await startEregSandbox(), (it) => it.close()) : null;
  const { url, apiKey } = source.mode === 'LIVE' ? source : sandbox!;
  const http = opened.adopt(
    createHttp({
      observe: (attempt) => metrics.sourceAttempt({ source: 'ereg', ...attempt }),
      ...iebc,
      origin: new URL(url).origin,
      concurrency,
      // 500 is an answer there: the task failed, or was queued all the same (sources/ereg/WIRE.md).
      isFailure: (status) => status === 429 || status > 500,
    }),
    (it) => it.close(),
  );
  const resources = opened.move();
  return { mode: source.mode, http, settings: { url, apiKey }, [Symbol.asyncDispose]: () => resources.disposeAsync() };
}
