import { z } from 'zod';

/** `geocoded_data` and `submitted_data` echo personal data; the form of the former is not documented: read liberally. */
export const queuedAnswer = z.object({
  check_id: z.union([z.string().regex(/^[\w-]{1,128}$/), z.int().nonnegative()]).transform(String),
  geocoded_data: z.unknown().optional(),
});

export const checkAnswer = z.object({
  status: z.string(),
  registered: z.boolean().nullish(),
  raw_message: z.string().nullish(),
});
