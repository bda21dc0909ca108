import { badInput } from '../domain/errors.ts';
import { builder } from './builder.ts';
import { costs } from './cost.ts';
import { MAX_FIRST, type PageArgs, parseFirst, sizeOf } from './pagination.ts';
import { ReportingUnitRef } from './refs.ts';

const MAX_TEXT = 100;

/** Two to ten milliseconds. */
const WORK = 200;

builder.queryField('searchPlaces', (t) =>
  t.field({
    type: [ReportingUnitRef],
    nullable: true,
    description:
      'Counties, constituencies, wards and polling stations by name, best first, forgiving typing errors; of equal names the widest place first. Waits for the index of places.',
    args: {
      text: t.arg.string({
        required: true,
        description: `One or more words or beginnings of words, 1 to ${MAX_TEXT} characters.`,
      }),
      first: t.arg.int({ defaultValue: 10, description: `How many at most, 1 to ${MAX_FIRST}.` }),
    },
    extensions: costs((args: PageArgs) => ({ work: WORK, each: sizeOf(args) })),
    resolve: (_root, { text, first }, { places, signal }) => {
      if (text.trim() === '' || text.length > MAX_TEXT)
        throw badInput('text', `must have 1 to ${MAX_TEXT} characters.`);
      return places.search(text, parseFirst(first, MAX_FIRST, 10), signal);
    },
  }),
);
