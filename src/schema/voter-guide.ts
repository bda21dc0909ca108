import type { Context } from '../context.ts';
import { codeKey } from '../domain/codes.ts';
import type { VoterGuide } from '../domain/elections.ts';
import { codeArg, parseCodeArg } from './arguments.ts';
import { builder } from './builder.ts';
import { costs } from './cost.ts';
import { VoterGuideRef } from './refs.ts';

const GUIDES = 50;

builder.node(VoterGuideRef, {
  id: { resolve: ({ code }) => code },
  description: 'Information for voters, published by the IEBC.',
  isTypeOf: (value) => (value as VoterGuide).kind === 'VoterGuide',
  loadOne: findGuide,
  fields: (t) => ({
    code: t.exposeID('code', { description: "The source's own code." }),
    title: t.exposeString('title', { description: 'The title.' }),
    body: t.field({
      type: 'JSON',
      nullable: true,
      description: 'The guide as the source sends it (its document shows no form): a request of its own.',
      extensions: costs({ requests: 1 }),
      resolve: ({ code }, _args, { iebc }) => iebc.voterGuideBody.load(code),
    }),
  }),
});

async function findGuide(code: string, { iebc }: Context): Promise<VoterGuide | null> {
  return (await iebc.voterGuides()).find((guide) => codeKey(guide.code) === codeKey(code)) ?? null;
}

builder.queryFields((t) => ({
  voterGuides: t.field({
    type: [VoterGuideRef],
    nullable: true,
    description: 'All voter guides.',
    extensions: costs({ shared: 1, each: GUIDES }),
    resolve: (_root, _args, { iebc }) => iebc.voterGuides(),
  }),
  voterGuide: t.field({
    type: VoterGuideRef,
    nullable: true,
    description: 'One voter guide; null when there is none of this code.',
    args: codeArg,
    extensions: costs({ shared: 1 }),
    resolve: (_root, args, ctx) => findGuide(parseCodeArg(args), ctx),
  }),
}));
