import type { Voter } from '../domain/elections.ts';
import { codeArg, parseCodeArg } from './arguments.ts';
import { builder } from './builder.ts';
import { costs } from './cost.ts';
import { FacilityRef } from './polling-station.ts';

const VoterRef = builder.objectRef<Voter & { lookupCode: string }>('Voter').implement({
  description: 'What the public register says of one voter. Asked of the source each time: never cached, never logged.',
  fields: (t) => ({
    name: t.exposeString('name', { nullable: true, description: 'The full name.' }),
    gender: t.exposeString('gender', { nullable: true, description: "The source's own word." }),
    county: t.exposeString('county', { nullable: true, description: 'Name of the county.' }),
    constituency: t.exposeString('constituency', { nullable: true, description: 'Name of the constituency.' }),
    ward: t.exposeString('ward', { nullable: true, description: 'Name of the ward.' }),
    pollingStation: t.expose('pollingStation', {
      type: FacilityRef,
      nullable: true,
      description: 'The building to vote in; the source gives neither its name nor its code here.',
    }),
    contests: t.exposeStringList('contests', { description: 'Names of the contests to vote in.' }),
    results: t.field({
      type: 'JSON',
      nullable: true,
      description:
        'The results that concern this voter, in the form in which the source sends them (its document shows none): a request of its own.',
      extensions: costs({ requests: 1 }),
      resolve: ({ lookupCode }, _args, { voters }) => voters.results(lookupCode),
    }),
  }),
});

builder.queryField('voter', (t) =>
  t.field({
    type: VoterRef,
    nullable: true,
    description:
      'Looks a voter up by voter id or passport number. Needs scope `voters:read`. Null: not in the register.',
    args: codeArg,
    authScopes: { scope: 'voters:read' },
    extensions: costs({ requests: 1 }),
    resolve: async (_root, args, { voters }) => {
      const lookupCode = parseCodeArg(args);
      const voter = await voters.find(lookupCode);
      return voter && { ...voter, lookupCode };
    },
  }),
);
