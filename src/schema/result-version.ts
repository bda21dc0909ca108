import type { Context } from '../context.ts';
import type { RECORD_FLAG_CODES, RecordFlagCode, ResultVersion } from '../domain/record.ts';
import { changeBetween, type FiguresChange } from '../domain/record-flags.ts';
import type { ContestResult } from '../domain/results.ts';
import { builder } from './builder.ts';
import { BallotCountsRef, TallyRef, tallies } from './contest-result.ts';
import { costs } from './cost.ts';
import { resultOfVersion, versionKey, versionOfKey } from './result-keys.ts';

/** As many as a ward has candidates. */
const CANDIDATES = 20;

/** `before` undefined: not looked for yet. */
export type ShownVersion = ResultVersion & { before?: ResultVersion | null };

/** The figures of a version as a result that is not the present one. */
const asResult = (version: ResultVersion): ContestResult => resultOfVersion(version, null, version.asOf);

async function changeOf(version: ShownVersion, { record }: Context): Promise<FiguresChange> {
  const { before = await record.version(version.contest, version.version - 1) } = version;
  return changeBetween(before?.figures ?? null, version.figures);
}

const RecordFlagCodeRef = builder.enumType('RecordFlagCode', {
  description: 'What two versions of a result contradict. It says what is so, never why.',
  values: {
    VOTES_DECREASED: { description: 'A candidate, or valid votes in all, had fewer votes than before.' },
    STATIONS_DECREASED: { description: 'Fewer polling stations had reported than before.' },
    FIGURES_CHANGED_WITHOUT_STATIONS: {
      description: 'Votes or papers changed while as many polling stations had reported as before.',
    },
    FEED_STALLED: {
      description:
        'A partial count that had moved before did not move for the time that the gateway is set to (`STALL_MINUTES`, 30 by default), though the source went on answering.',
    },
  } satisfies Record<(typeof RECORD_FLAG_CODES)[number], { description: string }>,
});

const CandidateChangeRef = builder.objectRef<FiguresChange['candidates'][number]>('CandidateChange').implement({
  description: "How one candidate's votes changed from one version to the next.",
  fields: (t) => ({
    candidateCode: t.exposeID('code', { description: "The candidate's code." }),
    name: t.exposeString('name', { description: "The candidate's name, as this result spells it." }),
    votes: t.exposeInt('votes', { description: 'Votes now minus votes before; below zero when they became fewer.' }),
  }),
});

const ResultChangeRef = builder.objectRef<FiguresChange>('ResultChange').implement({
  description: 'What changed from the version before; of the first version, from nothing.',
  fields: (t) => ({
    stationsReported: t.exposeInt('stationsReported', {
      nullable: true,
      description: 'More polling stations, or below zero fewer. Null where one of the two does not say.',
    }),
    votes: t.exposeInt('votes', { description: "All candidates' votes together: now minus before." }),
    rejected: t.exposeInt('rejected', {
      nullable: true,
      description: 'Rejected papers: now minus before. Null where one of the two does not say.',
    }),
    candidates: t.field({
      type: [CandidateChangeRef],
      description: 'Only candidates whose votes changed.',
      extensions: costs({ each: CANDIDATES }),
      resolve: ({ candidates }) => candidates,
    }),
  }),
});

export const ContestResultVersionRef = builder.objectRef<ShownVersion>('ContestResultVersion');
builder.node(ContestResultVersionRef, {
  description:
    'The figures of one contest in one reporting unit as this gateway saw them from one moment on: a leaf of its append-only log. Nothing in it changes any more.',
  id: { resolve: versionKey },
  isTypeOf: (value) => 'bodyHash' in (value as object),
  loadOne: versionOfKey,
  fields: (t) => ({
    version: t.exposeInt('version', { description: '1 for the first that was recorded here.' }),
    asOf: t.field({
      type: 'DateTime',
      description: 'When the source said so, for the first time since the version before.',
      resolve: ({ asOf }) => new Date(asOf),
    }),
    isReported: t.boolean({
      description: 'False where the source said that nothing is reported, after it had reported something.',
      resolve: ({ figures }) => figures !== null,
    }),
    stationsReported: t.int({
      nullable: true,
      description: 'Polling stations whose counts were in these figures; null where the source did not say.',
      resolve: ({ figures }) => figures?.stationsReported ?? null,
    }),
    registeredVoters: t.int({
      nullable: true,
      description: 'Registered voters, as this answer gave them; null where it did not.',
      resolve: ({ figures }) => figures?.registeredVoters ?? null,
    }),
    ballots: t.field({
      type: BallotCountsRef,
      nullable: true,
      description: 'The papers; null for a polling station, whose results hold votes only.',
      resolve: ({ figures }) => figures?.counts ?? null,
    }),
    tallies: t.field({
      type: [TallyRef],
      description: "Most votes first; equal votes keep the source's order.",
      extensions: costs({ each: CANDIDATES }),
      resolve: (version) => tallies(asResult(version)),
    }),
    changes: t.field({
      type: ResultChangeRef,
      description: 'What changed from the version before.',
      extensions: costs({ work: 2 }),
      resolve: (version, _args, ctx) => changeOf(version, ctx),
    }),
    flags: t.field({
      type: [RecordFlagCodeRef],
      description: 'What this version contradicts in the one before it; empty when nothing.',
      resolve: ({ flags }) => [...flags],
    }),
    bodyHash: t.exposeString('bodyHash', {
      description: "SHA-256, in hex, of the source's answer that the figures were read from, byte for byte.",
    }),
    logIndex: t.exposeInt('index', {
      description: "Its place in the log of all versions, from 0: the entry's number at `/log/tile/entries/`.",
    }),
    statement: t.string({
      description:
        'The same as a compact JWS (`typ` `election-result+jwt`), which anybody can check with the keys of `/.well-known/jwks.json`: claims `iss`, `iat`, `result` (source, election, place, post, instant, figures), `version`, `log_index`.',
      extensions: costs({ work: 20 }),
      resolve: (version, _args, { record }) => record.state(version),
    }),
  }),
});

export const ContestResultVersionConnection = builder.connectionObject(
  {
    type: ContestResultVersionRef,
    name: 'ContestResultVersionConnection',
    description: 'A page of recorded versions of one result.',
  },
  { name: 'ContestResultVersionEdge', description: 'One version, with its place in the list.' },
);

export type RecordFlag = { code: RecordFlagCode; message: string; before: ShownVersion; after: ShownVersion };

export const RecordFlagRef = builder.objectRef<RecordFlag>('RecordFlag').implement({
  description: 'Something that only time can see, with the two versions that it compares.',
  fields: (t) => ({
    code: t.expose('code', { type: RecordFlagCodeRef, description: 'What kind of contradiction it is.' }),
    message: t.exposeString('message', { description: 'The same in an English sentence.' }),
    before: t.field({
      type: ContestResultVersionRef,
      description: 'The older one; for a count that rests, the one before it came to rest.',
      resolve: ({ before }) => before,
    }),
    after: t.field({
      type: ContestResultVersionRef,
      description: 'The newer one.',
      resolve: ({ after }) => after,
    }),
  }),
});
