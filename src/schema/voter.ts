import type { Voter } from '../domain/elections.ts';
import { codeArg, parseCodeArg } from './arguments.ts';
import { builder } from './builder.ts';
import { costs } from './cost.ts';
import { FacilityRef } from './polling-station.ts';
import { ConstituencyRef, CountyRef, WardRef } from './refs.ts';

const BY_NAME =
  'Null where the register names none, and where there is no such place or more than one. Waits for the index of places.';

const VoterRef = builder.objectRef<Voter & { lookupCode: string }>('Voter').implement({
  description: 'What the public register says of one voter. Asked of the source each time: never cached, never logged.',
  fields: (t) => ({
    name: t.exposeString('name', { nullable: true, description: 'The full name.' }),
    gender: t.exposeString('gender', { nullable: true, description: "The source's own word." }),
    county: t.exposeString('county', { nullable: true, description: "Name of the county, in the source's own words." }),
    constituency: t.exposeString('constituency', {
      nullable: true,
      description: "Name of the constituency, in the source's own words.",
    }),
    ward: t.exposeString('ward', { nullable: true, description: "Name of the ward, in the source's own words." }),
    registeredCounty: t.field({
      type: CountyRef,
      nullable: true,
      description: `The county of this name. ${BY_NAME}`,
      resolve: (voter, _args, { registered }) => registered.district(voter, 'county'),
    }),
    registeredConstituency: t.field({
      type: ConstituencyRef,
      nullable: true,
      description: `The constituency of this name in the voter's county. ${BY_NAME}`,
      resolve: (voter, _args, { registered }) => registered.district(voter, 'constituency'),
    }),
    registeredWard: t.field({
      type: WardRef,
      nullable: true,
      description: `The ward of this name in the voter's constituency. ${BY_NAME}`,
      resolve: (voter, _args, { registered }) => registered.district(voter, 'ward'),
    }),
    pollingStation: t.field({
      type: FacilityRef,
      nullable: true,
      description:
        'The building to vote in. The register gives no code of it: `station` and `centre` are looked for by its name or point.',
      resolve: (voter) => voter.pollingStation && { ...voter.pollingStation, voter },
    }),
    date: t.exposeString('date', {
      nullable: true,
      description: 'A date as the source writes it. Its document does not say of what, nor in which form.',
    }),
    contestant: t.exposeString('contestant', {
      nullable: true,
      description: 'What the source says under `contestant`, in its own words. Its document does not say what that is.',
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
