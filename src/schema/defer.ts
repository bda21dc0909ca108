import { DirectiveLocation, GraphQLBoolean, GraphQLDirective, GraphQLNonNull, GraphQLString } from 'graphql';

/** More in one answer would be more work to wait for than to answer. Every constituency is one part each. */
export const MAX_PARTS = 300;

/** As the executor has it (@graphql-tools/executor), which knows it by its name. */
export const deferDirective = new GraphQLDirective({
  name: 'defer',
  description: `Lets an answer begin without this fragment, which follows in a part of its own when its source has answered, with its own errors.
Only for a query over HTTP whose \`Accept\` names \`multipart/mixed\` (alone or with \`deferSpec=20220824\`); parts are of that form. Without effect, and the answer whole: for all other clients and transports, in batches, in mutations and subscriptions, and in a query that may come to more than ${MAX_PARTS} such parts or is so dear that it waits its turn. It changes nothing about what a query costs.`,
  locations: [DirectiveLocation.FRAGMENT_SPREAD, DirectiveLocation.INLINE_FRAGMENT],
  args: {
    if: {
      type: new GraphQLNonNull(GraphQLBoolean),
      defaultValue: true,
      description: 'False: the fragment is answered with the rest.',
    },
    label: {
      type: GraphQLString,
      description: 'Comes with the part, to know it by. A text, no variable, and no other of the document has it.',
    },
  },
});
