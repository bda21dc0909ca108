import { type Child, startChild } from './child.ts';

export type Source = Child & {
  appId: string;
  appSecret: string;
  elections: string[];
  domainToken: string;
  startedAt: number;
};

/** A source as a process of its own; whoever asks it is told what it printed. */
export async function startSource(env: Record<string, string> = {}): Promise<Source> {
  const child = await startChild(new URL('./source-process.ts', import.meta.url), env);
  return { ...child, ...JSON.parse(child.said()) };
}

/** How many requests came in, and when, oldest first. */
export async function requestsOf({ url }: Pick<Source, 'url'>): Promise<{ path: string; query: string; at: number }[]> {
  const response = await fetch(`${url}/_sandbox/requests`);
  return (await response.json()) as { path: string; query: string; at: number }[];
}
