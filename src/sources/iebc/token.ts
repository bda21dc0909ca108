/**
 * One token, shared by all requests. However many of them find it missing or refused, one fetch renews it: `renew` takes
 * the token that was refused, and does nothing if another request has replaced it meanwhile.
 */
export type TokenHolder = {
  get(): Promise<string>;
  renew(refused: string): Promise<string>;
  /** How long ago the current token came, in ms; null without one. */
  age(): number | null;
};

export function createTokenHolder(fetchToken: () => Promise<string>, monotonic: () => number): TokenHolder {
  let current: { token: string; at: number } | null = null;
  let pending: Promise<string> | null = null;

  function fetchOnce(): Promise<string> {
    pending ??= fetchToken()
      .then((token) => {
        current = { token, at: monotonic() };
        return token;
      })
      .finally(() => {
        pending = null;
      });
    return pending;
  }

  return {
    get: async () => current?.token ?? fetchOnce(),
    renew: async (refused) => (current && current.token !== refused ? current.token : fetchOnce()),
    age: () => current && monotonic() - current.at,
  };
}
