import type { Config } from './config.ts';
import { SourceError } from './domain/errors.ts';
import { createHttp, type Http } from './infra/http.ts';
import { startElectionBuddySandbox } from './sandbox/electionbuddy/index.ts';
import { startEregSandbox } from './sandbox/ereg/index.ts';
import { startIebcSandbox } from './sandbox/iebc/index.ts';
import type { SourceMode } from './services/source-health.ts';
import type { ElectionBuddySettings } from './sources/electionbuddy/client.ts';
import type { Credentials } from './sources/iebc/exchange.ts';

// What stands behind each source: the real system, its sandbox in this process, or nobody. The sandboxes are real
// servers on loopback: past this file, nothing knows the difference.

type Upstream<Settings> = {
  mode: SourceMode | 'OFF';
  http: Http;
  settings: Settings;
  close: () => Promise<void>;
};

/** `keyPrefix` begins all cache keys: the source, a version of the decoded form, and which data it is. */
export type IebcUpstream = Upstream<{ base: string; credentials: Credentials; keyPrefix: string }>;
export type ElectionBuddyUpstream = Upstream<ElectionBuddySettings> & {
  /** Only in the sandbox: where to post the ballots that are cast there. */
  castBallotsTo?: (webhookUrl: string) => void;
};
export type EregUpstream = Upstream<{ url: string; apiKey: string }>;

export async function openIebc({ iebc }: Config): Promise<IebcUpstream> {
  const { source, election } = iebc;
  if (source.mode === 'LIVE') {
    const { mode, url, credentials } = source;
    return { mode, ...iebcUpstream(iebc, url, credentials, `iebc:1:${url.replace(/^https?:\/\//, '')}`) };
  }
  const archive = source.mode === 'ARCHIVE' ? { archive: source.file, archiveElection: election } : {};
  const sandbox = await startIebcSandbox(archive);
  const keyPrefix = source.mode === 'ARCHIVE' ? `iebc:1:archive:${source.file}` : 'iebc:1:sandbox';
  const { close, ...upstream } = iebcUpstream(iebc, sandbox.url, sandbox, keyPrefix);
  return { mode: source.mode, ...upstream, close: () => close().then(sandbox.close) };
}

function iebcUpstream(limits: Config['iebc'], url: string, credentials: Credentials, keyPrefix: string) {
  const { origin, pathname } = new URL(url);
  const http = createHttp({ ...limits, origin });
  return { http, settings: { base: pathname.replace(/\/$/, ''), credentials, keyPrefix }, close: http.close };
}

export async function openElectionBuddy({ electionbuddy, iebc }: Config): Promise<ElectionBuddyUpstream> {
  const { source, v1Status } = electionbuddy;
  if (source.mode === 'OFF') {
    const settings = { url: NOWHERE, organizationId: '', secretToken: '', electionKeys: new Map(), v1Status };
    return { mode: 'OFF', http: nobody('electionbuddy'), settings, close: async () => {} };
  }
  const sandbox = source.mode === 'SANDBOX' ? await startElectionBuddySandbox() : null;
  const { url, organizationId, secretToken, electionKeys } = source.mode === 'LIVE' ? source : sandbox!;
  const http = createHttp({ ...iebc, origin: new URL(url).origin });
  return {
    mode: source.mode,
    http,
    settings: { url, organizationId, secretToken, electionKeys: new Map(Object.entries(electionKeys)), v1Status },
    ...(sandbox && { castBallotsTo: sandbox.setWebhookUrl }),
    close: () => http.close().then(sandbox?.close),
  };
}

export async function openEreg({ ereg, iebc }: Config): Promise<EregUpstream> {
  const { source, concurrency } = ereg;
  if (source.mode === 'OFF') {
    return { mode: 'OFF', http: nobody('ereg'), settings: { url: NOWHERE, apiKey: '' }, close: async () => {} };
  }
  const sandbox = source.mode === 'SANDBOX' ? await startEregSandbox() : null;
  const { url, apiKey } = source.mode === 'LIVE' ? source : sandbox!;
  const http = createHttp({
    ...iebc,
    origin: new URL(url).origin,
    concurrency,
    // 500 is an answer there: the task failed, or was queued all the same (wire.md).
    isFailure: (status) => status === 429 || status > 500,
  });
  return { mode: source.mode, http, settings: { url, apiKey }, close: () => http.close().then(sandbox?.close) };
}

const NOWHERE = 'http://nowhere.invalid';

/** Stands in for a source that is configured away. */
function nobody(source: string): Http {
  return {
    send: async () => {
      throw new SourceError('SOURCE_UNAVAILABLE', `This gateway has no ${source} behind it.`, {
        source,
        endpoint: 'none',
        retryable: false,
      });
    },
    breakerState: () => 'CLOSED',
    close: async () => {},
  };
}
