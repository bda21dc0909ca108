import type { RequestListener } from 'node:http';
import type { Config } from './config.ts';
import { createContexts } from './contexts.ts';
import { createEntrance, type Entrance } from './http/base-path.ts';
import { createEdge, type Edge } from './http/edge.ts';
import { overSockets } from './http/node.ts';
import { checksModule } from './modules/checks.ts';
import { electionsModule } from './modules/elections.ts';
import { organizationsModule } from './modules/organizations.ts';
import { type Overrides, openPlatform } from './platform.ts';
import { createReadiness } from './services/readiness.ts';

export type App = Edge & {
  fetch: (request: Request) => Promise<Response>;
  /** Of requests that have been through `entrance`. */
  handler: RequestListener;
  entrance: Entrance;
  /** Stands before every path in an address. */
  basePath: string;
  /** Where ElectionBuddy's webhooks are received; its last part is the secret. */
  webhookPath: string;
  /** Tells where the app can be reached: the sandbox of ElectionBuddy then casts ballots and posts them there. */
  listening(url: string): void;
  /** Says "not ready" and ends the subscriptions, so that no new work comes and the old can finish. */
  drain(): void;
  close(): Promise<void>;
};

/** The composition root: what stands on what. Closed in reverse, also when a start fails half way. */
export async function createApp(config: Config, overrides: Overrides = {}): Promise<App> {
  await using opened = new AsyncDisposableStack();
  const platform = opened.use(await openPlatform(config, overrides));
  const elections = opened.use(await electionsModule(config, platform));
  const organizations = opened.use(await organizationsModule(config, platform));
  const checks = opened.use(await checksModule(config, platform, elections));
  const modules = [elections, organizations, checks];

  const { clock, sources } = platform;
  const { maxSourceRequests, requestTimeoutMs } = config;
  const contexts = createContexts({ modules, maxSourceRequests, requestTimeoutMs, clock, sources });
  let draining = false;
  const routes = modules.flatMap((module) => module.routes);
  const parts = () => modules.flatMap((module) => module.health?.() ?? []);
  const readiness = createReadiness({ ...platform, parts, draining: () => draining });
  const { history, beginMap } = elections;
  const edge = createEdge({ ...platform, config, routes, contexts, readiness, history, beginMap });
  for (const module of modules) await module.start();

  const entrance = createEntrance(config.basePath);
  const resources = opened.move();
  let closed: Promise<void> | undefined;
  return {
    ...edge,
    fetch: async (request) => edge.yoga.fetch(entrance.entered(request)),
    handler: overSockets(edge.yoga, edge.lane),
    entrance,
    basePath: config.basePath,
    webhookPath: organizations.webhookPath,
    listening(url) {
      for (const module of modules) module.listening?.(url);
    },
    drain() {
      draining = true;
      for (const module of modules) module.drain();
    },
    close() {
      closed ??= resources.disposeAsync();
      return closed;
    },
  };
}
