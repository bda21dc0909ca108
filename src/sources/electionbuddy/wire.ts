import { z } from 'zod';

const code = z.union([z.string().min(1), z.number()]).transform(String);

/** V2, JSON: the elections in which a voter can vote (document, "Voter Status" of version 2). */
export const electionsAnswer = z.array(
  z.object({
    id: code,
    name: z.string(),
    start_date: z.string().nullish(),
    end_date: z.string().nullish(),
    aasm_state: z.string(),
  }),
);

/** V1 (document); the state was added later, and `end_date` is an epoch in a string (WIRE.md). */
export const voterStatusAnswer = z.object({
  voted: z.boolean(),
  election_state: z.string().nullish(),
  end_date: z
    .union([z.string().regex(/^\d{1,11}$/), z.int().nonnegative().max(99_999_999_999)])
    .transform(Number)
    .nullish(),
});
