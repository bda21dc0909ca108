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

/** Who asks. `name` is the configured name of the API key (`portal` for a portal's token), null for a stranger. */
export type Viewer = {
  name: string | null;
  scopes: ReadonlySet<Scope>;
  /** The one voter's identifier that a member portal's token speaks for. */
  identifier: string | null;
};

export const ANONYMOUS: Viewer = { name: null, scopes: new Set(), identifier: null };
