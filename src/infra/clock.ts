import { randomBytes, randomUUID } from 'node:crypto';

/** The only clock and the only randomness below `app.ts`; tests replace it. */
export type Clock = {
  /** Milliseconds since the Unix epoch. */
  now(): number;
  uuid(): string;
  secret(bytes: number): string;
};

export const systemClock: Clock = {
  now: () => Date.now(),
  uuid: () => randomUUID(),
  secret: (bytes) => randomBytes(bytes).toString('base64url'),
};
