import type { Context } from '../context.ts';
import { codeKey } from '../domain/codes.ts';
import {
  documentedElection,
  type Election,
  type ElectionKind,
  type ElectionListing,
  type ElectionSeat,
  isTestElection,
  realCode,
  testTwin,
} from '../domain/elections.ts';
import { after, isPromise, type Maybe } from '../domain/maybe.ts';
import { KENYA, type ReportingUnit } from '../domain/places.ts';
import { codeArg, DISTRICT_LOOKUPS, parseCodeArg } from './arguments.ts';
import { builder } from './builder.ts';
import { costs } from './cost.ts';
import { PostRef } from './post.ts';
import { ElectionRef, ReportingUnitRef } from './refs.ts';

const ElectionKindRef = builder.enumType('ElectionKind', {
  description: 'What kind of election it is.',
  values: {
    GENERAL: { description: 'All posts in the whole country.' },
    BY_ELECTION: { description: 'Single contests in some places.' },
    UNKNOWN: { description: 'The source does not say.' },
  } satisfies Record<ElectionKind, { description: string }>,
});

export const electionOf = (code: string): Election => ({ kind: 'Election', code });

function listing({ code }: Election, { iebc }: Context): Maybe<ElectionListing | null> {
  return after(iebc.elections(), (all) => all.find((election) => codeKey(election.code) === codeKey(code)) ?? null);
}

const LISTING = costs({ shared: 1 });
const ELECTIONS = 50;
/** Of a by-election, far above the few that were held together in October 2013. */
const SEATS = 30;

const ElectionSeatRef = builder.objectRef<ElectionSeat>('ElectionSeat').implement({
  description: 'What is voted on in one place, as the source lists it for an election.',
  fields: (t) => ({
    name: t.exposeString('name', { nullable: true, description: "The source's own words; null where it has none." }),
    post: t.expose('post', {
      type: PostRef,
      nullable: true,
      description: 'The post to be filled; null where the source does not say, or names none of the six.',
    }),
    district: t.field({
      type: ReportingUnitRef,
      nullable: true,
      description:
        'The place that votes: the country, a county, a constituency or a ward. Null where the source names none, or one that it does not list.',
      extensions: costs({ requests: DISTRICT_LOOKUPS }),
      resolve: ({ districtCode }, _args, { finder }): Maybe<ReportingUnit | null> => {
        if (districtCode === null) return null;
        return codeKey(districtCode) === KENYA.code ? KENYA : finder.district(districtCode);
      },
    }),
  }),
});

builder.node(ElectionRef, {
  id: { resolve: ({ code }) => code },
  description: 'A public election that the IEBC serves.',
  isTypeOf: (value) => (value as Election).kind === 'Election',
  loadOne: (code, ctx) => findElection(code, ctx),
  fields: (t) => ({
    code: t.exposeID('code', { description: "The source's code, such as `GEK2013`." }),
    name: t.string({
      nullable: true,
      description: "Its name, from the source's list of elections; null where nobody names it.",
      extensions: LISTING,
      resolve: (election, _args, ctx) =>
        after(listing(election, ctx), (listed) => listed?.name ?? documentedElection(election.code)?.name ?? null),
    }),
    kind: t.field({
      type: ElectionKindRef,
      description: 'What kind of election it is, as the source lists it.',
      extensions: LISTING,
      resolve: (election, _args, ctx) => {
        const known = documentedElection(election.code);
        if (known) return known.electionKind;
        const listed = after(listing(election, ctx), (found) => found?.electionKind ?? 'UNKNOWN');
        return isPromise(listed) ? listed.catch(() => 'UNKNOWN' as const) : listed;
      },
    }),
    location: t.string({
      nullable: true,
      description:
        'Where it is held, in the words of the source, such as `KENYA`; null where it does not say, or does not list this election.',
      extensions: LISTING,
      resolve: (election, _args, ctx) => after(listing(election, ctx), (listed) => listed?.location ?? null),
    }),
    seats: t.field({
      type: [ElectionSeatRef],
      nullable: true,
      description:
        "What is voted on where, in the source's order: for a by-election its contested seats. Empty where the source lists none; null where it does not list this election, or lists them in a form that cannot be read.",
      extensions: costs({ shared: 1, each: SEATS }),
      resolve: (election, _args, ctx) => after(listing(election, ctx), (listed) => listed?.seats ?? null),
    }),
    isTest: t.boolean({
      description: 'Whether its figures are invented, for testing: its code ends in `-TEST`.',
      resolve: ({ code }) => isTestElection(code),
    }),
    testElection: t.field({
      type: ElectionRef,
      nullable: true,
      description: 'Its twin with test data, as the IEBC keeps one for each election; null for a test election.',
      resolve: ({ code }) => {
        const twin = testTwin(code);
        return twin === null ? null : electionOf(twin);
      },
    }),
  }),
});

/** The source's list need not name the test twins, which exist all the same (document, "Managing an Election"). */
function findElection(code: string, ctx: Context): Maybe<Election | null> {
  return after(ctx.iebc.elections(), (elections) => {
    const listed = (wanted: string) => elections.find((election) => codeKey(election.code) === wanted)?.code;
    const key = codeKey(code);
    const real = isTestElection(key) ? listed(realCode(key)) : undefined;
    const found = listed(key) ?? (real && testTwin(real));
    return found ? electionOf(found) : null;
  });
}

builder.queryFields((t) => ({
  elections: t.field({
    type: [ElectionRef],
    nullable: true,
    description: 'The elections that the source lists.',
    extensions: costs({ shared: 1, each: ELECTIONS }),
    resolve: (_root, _args, { iebc }) => after(iebc.elections(), (all) => all.map(({ code }) => electionOf(code))),
  }),
  election: t.field({
    type: ElectionRef,
    nullable: true,
    description: 'One election; null when the source does not list it.',
    args: codeArg,
    extensions: LISTING,
    resolve: (_root, args, ctx) => findElection(parseCodeArg(args), ctx),
  }),
}));
