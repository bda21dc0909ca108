import type { Clock } from '../../infra/clock.ts';
import { type Fleet, once } from '../../infra/fleet.ts';
import type { Sealer } from '../../infra/sealed.ts';

/**
 * One token, shared by all requests of all instances. However many of them find it missing or refused, one fetch renews it:
 * `renew` takes the token that was refused, and does nothing if another request has replaced it meanwhile.
 */
export type TokenHolder = {
  /** Null while there is none yet. */
  current(): string | null;
  get(): Promise<string>;
  renew(refused: string): Promise<string>;
  /** How long ago the current token came, in ms; null without one. */
  age(): number | null;
};

/** How instances share a token: sealed, under a name that says whose it is. */
export type TokenSharing = { fleet: Fleet; sealer: Sealer; name: string };

type Options = TokenSharing & { fetchToken: () => Promise<string>; clock: Clock };
/** `asOf`: when the source gave it, by the clock of the instance that asked; `at`: by our monotonic one. */
type Held = { token: string; asOf: number; at: number };

/** Method 2: there is no other. */
export const givenToken = (token: string): TokenHolder => ({
  current: () => token,
  get: async () => token,
  renew: async () => token,
  age: () => null,
});

const SHARED_MS = 24 * 60 * 60_000;
const FOR_EVERYBODY = new AbortController().signal;

export function createTokenHolder({ fetchToken, clock, fleet, sealer, name }: Options): TokenHolder {
  let current: Held | null = null;
  let pending: Promise<string> | null = null;

  /** What another instance has fetched, if that is newer than ours. What cannot be opened is not there. */
  async function look(): Promise<Held | undefined> {
    try {
      const sealed = await fleet.read(name);
      if (sealed === undefined) return undefined;
      const { token, asOf } = (await sealer.open(name, sealed)) as Omit<Held, 'at'>;
      if (current && (asOf <= current.asOf || token === current.token)) return undefined;
      return { token, asOf, at: clock.monotonic() - Math.max(0, clock.now() - asOf) };
    } catch {
      return undefined;
    }
  }

  async function make(): Promise<Held> {
    const token = await fetchToken();
    const asOf = clock.now();
    await fleet.write(name, await sealer.seal(name, { token, asOf }), SHARED_MS);
    return { token, asOf, at: clock.monotonic() };
  }

  function fetchOnce(): Promise<string> {
    pending ??= once(fleet, name, { look, make, signal: FOR_EVERYBODY })
      .then((held) => {
        current = held;
        return held.token;
      })
      .finally(() => {
        pending = null;
      });
    return pending;
  }

  return {
    current: () => current?.token ?? null,
    get: async () => current?.token ?? fetchOnce(),
    renew: async (refused) => (current && current.token !== refused ? current.token : fetchOnce()),
    age: () => current && clock.monotonic() - current.at,
  };
}
