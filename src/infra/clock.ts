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
  uuid: () => randomUUID(),
  secret: (bytes) => randomBytes(bytes).toString('base64url'),
};
