export const SCOPES = [
  'checks:write',
  'voters:read',
  'organization:act',
  'ballots:read',
  'ballots:choices',
  'ballots:contact',
  'operator',
] as const;
export type Scope = (typeof SCOPES)[number];

/** A configured key. The key itself is known to its holder alone; `origins` binds it to web sites. */
export type ApiKey = { name: string; sha256: string; scopes: Scope[]; origins?: string[] | undefined };

/** An API key by its configured name, or a portal's member by the identifier in the member's token. */
export type Owner = { kind: 'key'; name: string } | { kind: 'member'; identifier: string };

/**
 * Who asks. A token without the claim that should name its member is nobody's in particular, and no stranger's either. Of
 * a stranger only the network is known, as a keyed hash: an address says who somebody is. Null where there is no socket.
 */
export type Caller = { scopes: ReadonlySet<Scope> } & (
  | { kind: 'stranger'; network: string | null }
  | Owner
  | { kind: 'member'; identifier: null }
);

const NO_SCOPES: ReadonlySet<Scope> = new Set();

export const strangerFrom = (network: string | null): Caller => ({ kind: 'stranger', network, scopes: NO_SCOPES });

/** Whose a check is that this caller requests; null for who can own nothing. */
export function ownerOf(caller: Caller): Owner | null {
  if (caller.kind === 'key') return { kind: 'key', name: caller.name };
  if (caller.kind === 'stranger' || caller.identifier === null) return null;
  return { kind: 'member', identifier: caller.identifier };
}

/** An owner in one word, alike for none but the same; a member's names a person and is not to be stored. */
const wordOf = (owner: Owner) => (owner.kind === 'key' ? `key/${owner.name}` : `member/${owner.identifier}`);

/** How an owner is stored: a key readably, of a member a keyed hash, which says nothing of the person. */
export function storedTag(owner: Owner, fingerprint: (text: string) => string): string {
  return owner.kind === 'key' ? wordOf(owner) : fingerprint(wordOf(owner));
}

/**
 * Under which a caller is counted, to be hashed before it is stored. Tokens that name nobody share one count, so that
 * making more of them gains nothing; so do strangers without a network.
 */
export function rateKey(caller: Caller): string {
  if (caller.kind === 'stranger') return caller.network === null ? 'stranger' : `stranger/${caller.network}`;
  const owner = ownerOf(caller);
  return owner ? wordOf(owner) : 'member';
}

/** Identifiers are compared as they are: with somebody else's one could vote in that person's place. */
export function mayActFor(caller: Caller, identifier: string): boolean {
  if (caller.scopes.has('organization:act')) return true;
  return caller.kind === 'member' && caller.identifier === identifier;
}
