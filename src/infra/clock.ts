import { randomBytes, randomUUID } from 'node:crypto';

/** The only clock and the only randomness below `app.ts`; tests replace it. */
export type Clock = {
  /** Milliseconds since the Unix epoch, for instants that are shown or stored. An operator may set it back. */
  now(): number;
  /** Milliseconds since some moment of this process. Nobody can set it: ages and waits are measured with it. */
  monotonic(): number;
  uuid(): string;
  secret(bytes: number): string;
};

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  // Node gives it as a rope of its parts, which takes ten times its length for as long as somebody keeps it.
  uuid: () => Buffer.from(randomUUID(), 'latin1').toString('latin1'),
  secret: (bytes) => randomBytes(bytes).toString('base64url'),
};
