import type { Plugin } from 'graphql-yoga';
import type { Config } from '../config.ts';
import { codeKey } from '../domain/codes.ts';
import type { FollowedLevel } from '../domain/followed.ts';
import type { RecordedContest, ResultVersion } from '../domain/record.ts';
import type { ContestResult } from '../domain/results.ts';
import type { HistoryExport, HistoryFilter } from '../http/export-history.ts';
import { logFiles } from '../http/log.ts';
import { StorageUnavailable } from '../infra/storage-error.ts';
import type { Platform } from '../platform.ts';
import { loadLogKey } from '../services/log-key.ts';
import type { PartHealth } from '../services/readiness.ts';
import { createRecordFollower } from '../services/record/follower.ts';
import { createRecordKeeper } from '../services/record/keeper.ts';
import { createRecordReader, type RecordedLeaf, type RecordReader } from '../services/record/reader.ts';
import { createStatements } from '../services/record/statement.ts';
import { createRecordStream, type RecordStream } from '../services/record/stream.ts';
import { createTransparencyLog, type TransparencyLog } from '../services/transparency-log.ts';
import type { IebcClient } from '../sources/iebc/client.ts';
import type { ResultsAnswer } from '../sources/iebc/results.ts';

/** What resolvers see of the record. */
export type ResultRecord = Omit<RecordReader, 'first' | 'contests' | 'leaves' | 'read'> & {
  contestOf(result: Pick<ContestResult, 'election' | 'level' | 'unitCode' | 'post'>): RecordedContest;
  /** Of the present source; `units`: only of places with these codes, in upper case; null for all. */
  follow(wanted: Followed): ReturnType<RecordStream['follow']>;
  /** Whether all places of a level are followed, and which levels are. */
  follows(election: string, followed: FollowedLevel): boolean;
  followed: readonly FollowedLevel[];
  stallMs: number;
  /** A signed statement of what was recorded, for third parties. */
  state(version: ResultVersion): Promise<string>;
  /** Proofs that a version is in the log. */
  log: Pick<TransparencyLog, 'proof' | 'verify'>;
};

type Followed = FollowedLevel & { election: string; units: ReadonlySet<string> | null; after: number | undefined };

export type OpenRecord = {
  record: ResultRecord;
  history: HistoryExport;
  /** `/log/…`: the log for strangers. */
  route: Plugin;
  /** Hears of each answer of the source before anybody is shown it. */
  keep(answer: ResultsAnswer): Promise<void>;
  /** Follows the levels that are configured, through this client. */
  follow(client: IebcClient): void;
  health(): PartHealth;
  /** Ends the streams. */
  drain(): void;
  close(): void;
};

type Options = {
  config: Config;
  platform: Platform;
  /** Which source's counts, and which run of it where each begins anew. */
  source: string;
  issuer: () => string;
};

/** What was said when: the versions of all results that were seen, and what stands on them. */
export function openRecord({ config, platform, source, issuer }: Options): OpenRecord {
  const { versions, clock, log, metrics, fleet, signingKeys } = platform;
  const { levels, requestsPerMinute, stallMs } = config.record;
  const { election, pollMs } = config.iebc;
  const reader = createRecordReader(versions);
  const keeper = createRecordKeeper({ source, versions, reader, stallMs, log });
  const stream = createRecordStream({ reader, versions });
  const key = loadLogKey({ configured: config.record.key, dataDir: config.dataDir });
  const transparency = createTransparencyLog({
    ...{ store: versions, leaves: reader.leaves, key },
    origin: () => config.record.origin,
  });
  const state = createStatements({ keys: signingKeys, issuer, clock });
  let follower: ReturnType<typeof createRecordFollower> | undefined;
  let kept = 0;
  metrics.gauge('gateway_recorded_versions', 'Versions of results that this process has recorded', () => kept);
  metrics.gauge('gateway_record_followers', 'Subscriptions that follow the record', stream.following);

  const followsLevel = ({ post, level }: FollowedLevel) =>
    levels.some((one) => one.post === post && one.level === level);
  return {
    record: {
      ...reader,
      contestOf: ({ election: of, level, unitCode, post }) => ({
        ...{ source, election: of, level, post },
        unitCode: codeKey(unitCode),
      }),
      follow: ({ post, level, election: of, units, after }) =>
        stream.follow({
          contest: (one) =>
            one.post === post &&
            one.level === level &&
            one.election === of &&
            one.source === source &&
            (units === null || units.has(one.unitCode)),
          after,
        }),
      follows: (of, followed) => of === election && followsLevel(followed),
      followed: levels,
      stallMs,
      state,
      log: transparency,
    },
    history: { versions: (filter, from) => exported(reader, filter, from) },
    route: logFiles({ record: transparency, log }),
    async keep(answer) {
      kept += await keeper.keep(answer);
    },
    follow(client) {
      follower = createRecordFollower({
        ...{ client, election, levels, requestsPerMinute, pollMs, fleet, clock, log },
        name: source,
      });
      follower.start();
    },
    health() {
      const trouble = keeper.trouble();
      const { failed = false, ...following } = follower?.progress() ?? {};
      return {
        name: 'record',
        degraded: trouble !== null || failed,
        facts: { recording: trouble === null, ...following },
      };
    },
    drain: stream.close,
    close() {
      follower?.close();
      stream.close();
    },
  };
}

const EXPORTED_AT_ONCE = 200;

/** In the log's order, up to what it holds now. */
async function* exported(
  reader: RecordReader,
  { election, level, post, district }: HistoryFilter,
  from: number,
): AsyncGenerator<RecordedLeaf> {
  const end = await reader.size();
  const wanted = (contest: RecordedContest) =>
    (election === undefined || contest.election === election) &&
    (level === undefined || contest.level === level) &&
    (post === undefined || contest.post === post) &&
    (district === undefined || contest.unitCode === codeKey(district));
  for (let at = from; at < end; ) {
    const { found, next } = await reader.read(at, Math.min(EXPORTED_AT_ONCE, end - at), wanted);
    yield* found;
    if (next === at) throw new StorageUnavailable(`the record ends before version ${end}, which it had`);
    at = next;
  }
}
