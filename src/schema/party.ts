import type { Party } from '../domain/elections.ts';
import { after } from '../domain/maybe.ts';
import { codeArg, electionArg, parseCodeArg, parseElection } from './arguments.ts';
import { builder } from './builder.ts';
import { costs } from './cost.ts';
import { scopedKey, splitScopedKey } from './ids.ts';
import { connectionFrom, PAGE_COST, pageArgs, parsePage } from './pagination.ts';
import { CandidateConnection, PartyRef } from './refs.ts';
import { UNCHANGING } from './unchanging.ts';

/** In 2013 there were 59. */
const PARTIES = 100;

builder.node(PartyRef, {
  id: { resolve: scopedKey },
  description: 'A political party that takes part in an election.',
  isTypeOf: (value) => (value as Party).kind === 'Party',
  extensions: UNCHANGING,
  loadOne: (key, { iebc }) => iebc.party.load(splitScopedKey(key)),
  fields: (t) => ({
    code: t.exposeID('code', { description: "The source's own code." }),
    name: t.exposeString('name', { description: 'The name exactly as the source spells it.' }),
    abbreviation: t.exposeString('abbreviation', {
      nullable: true,
      description: 'Short name, such as `TNA`; null where there is none.',
    }),
    color: t.exposeString('color', {
      nullable: true,
      description: "The party's colour as `#rrggbb`; null where this answer of the source has none.",
    }),
    symbolUrl: t.expose('symbolUrl', { type: 'URL', nullable: true, description: "A picture of the party's symbol." }),
    candidates: t.field({
      type: CandidateConnection,
      nullable: true,
      description: "The party's candidates, in the source's order.",
      args: {
        election: t.arg.id({ description: "An election's code. Default: the election in which this party was found." }),
        ...pageArgs,
      },
      extensions: PAGE_COST,
      resolve: (party, { election, ...page }, ctx) => {
        parsePage(page);
        const where = election == null ? party.election : parseElection(election, ctx);
        const found = ctx.iebc.candidates(where, { party: party.code });
        return after(found, (candidates) => connectionFrom(candidates, page, ({ code }) => code));
      },
    }),
  }),
});

builder.queryFields((t) => ({
  parties: t.field({
    type: [PartyRef],
    nullable: true,
    description: 'The parties of an election.',
    args: electionArg,
    extensions: costs({ requests: 1, each: PARTIES }),
    resolve: (_root, { election }, ctx) => ctx.iebc.parties.load(parseElection(election, ctx)),
  }),
  party: t.field({
    type: PartyRef,
    nullable: true,
    description: 'One party; null when there is none of this code.',
    args: { ...codeArg, ...electionArg },
    extensions: costs({ requests: 1 }),
    resolve: (_root, { election, ...args }, ctx) =>
      ctx.iebc.party.load({ election: parseElection(election, ctx), code: parseCodeArg(args) }),
  }),
}));
