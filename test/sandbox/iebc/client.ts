import { createHmac } from 'node:crypto';
import type { IebcSandbox } from '../../../src/sandbox/iebc/index.ts';

/** A client of the tests' own: it signs as the document says, with none of the sandbox's code. */

export type PlaceEntry = {
  code: string;
  name: string;
  polygon: string;
  registered: string;
  center: { lat: number; lon: number };
};
type PartyEntry = { code: string; name: string; abr: string; symbol?: string; color?: string; picture?: string };
type ResultEntry = { code: string; name: string; votes: number; picture: string; party: Partial<PartyEntry> };
export type LocationEntry = {
  location_type: string;
  location_id: string;
  location: string;
  registered: string;
  valid: number;
  rejected: number;
  spoilt: number;
  disputed: number;
  reported: number;
  turnout: number;
  reporting_ps: { ps_reporting: number | []; ps_location_total: number | [] };
  results: ResultEntry[];
};
type ContestEntry = {
  contest: string;
  contest_id: string;
  contest_type: string;
  locations: LocationEntry[] | null;
  code: string;
  contestType: string;
};
type CandidateEntry = {
  code: string;
  contest_id: string;
  contest_type: string;
  surname: string;
  other_name: string;
  running_mate: string;
  picture: string;
  party: Partial<PartyEntry>;
};

/** Every answer's fields in one type: a test names the one it expects. */
export type Answer = {
  status: string;
  message: string;
  token: string;
  region: PlaceEntry & { location_type: string; locations: PlaceEntry[] };
  polling_stations: { code: string; name: string; location?: { lat: number; lon: number } | null }[];
  info: Record<string, unknown>;
  parties: PartyEntry[];
  party: PartyEntry;
  contests: ContestEntry[];
  contest: ContestEntry;
  candidates: { race: string; candidates: CandidateEntry[] }[];
  candidate: CandidateEntry;
  voter_info: { name: string; county: string; ward: string; contests: unknown[]; pollingStation: object };
  list: { code: string; title: string }[];
  reporting: string[];
  elections: { code: string; name: string; type: string; location: string; locations: Record<string, string>[] }[];
  name: string;
  results: { results: ResultEntry[] }[];
};

export type Filters = Record<string, string | number>;

export type Client = {
  token: string;
  url(path: string, filters?: Filters): string;
  get(path: string, filters?: Filters): Promise<Answer>;
};

export function hmac(secret: string, message: string): string {
  return createHmac('sha256', secret).update(message).digest('hex');
}

export async function connect(sandbox: IebcSandbox): Promise<Client> {
  const appId = `appid=${sandbox.appId}`;
  const { token } = await read(`${sandbox.url}/token/?${appId}&key=${hmac(sandbox.appSecret, appId)}`);
  const url = (path: string, filters: Filters = {}): string => {
    const parts = Object.entries(filters).map(([name, value]) => `${name}=${value}`);
    const key = hmac(sandbox.appSecret, `${[...parts].sort().join('')}token=${token}`);
    return `${sandbox.url}${path}?${[...parts, `token=${token}`, `key=${key}`].join('&')}`;
  };
  return { token, url, get: (path, filters) => read(url(path, filters)) };
}

export async function read(url: string): Promise<Answer> {
  const response = await fetch(url);
  return (await response.json()) as Answer;
}

/** A clock that stands still until a test moves it. */
export function handClock(): { now(): number; advance(ms: number): void } {
  let at = 1_000_000;
  return {
    now: () => at,
    advance: (ms) => {
      at += ms;
    },
  };
}

export const MINUTE = 60_000;
