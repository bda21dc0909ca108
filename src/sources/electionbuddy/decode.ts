import { parse } from 'node-html-parser';
import type { z } from 'zod';
import type { OrganizationElection, VoterStatus, VotingLink } from '../../domain/organization.ts';
import { malformed as malformedBy, type SourceName } from '../shared/failure.ts';
import { electionsAnswer, voterStatusAnswer } from './wire.ts';

export const ELECTIONBUDDY: SourceName = { name: 'electionbuddy', title: 'ElectionBuddy' };

export const malformed = (endpoint: string, path: string, what: string) =>
  malformedBy(ELECTIONBUDDY, endpoint, path, what);

function read<T extends z.ZodType>(schema: T, endpoint: string, text: string): z.output<T> {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    throw malformed(endpoint, '$', 'not JSON');
  }
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw malformed(endpoint, ['$', ...issue!.path.map(String)].join('.'), issue!.code);
}

const isoOrNull = (text: string | null | undefined): string | null => {
  const at = text ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? null : new Date(at).toISOString();
};

export function decodeElections(endpoint: string, text: string): OrganizationElection[] {
  return read(electionsAnswer, endpoint, text).map(({ id, name, start_date, end_date, aasm_state }) => ({
    kind: 'OrganizationElection',
    code: id,
    name,
    startsAt: isoOrNull(start_date),
    endsAt: isoOrNull(end_date),
    stateAsReported: aasm_state,
  }));
}

export function decodeVoterStatus(endpoint: string, text: string, electionCode: string, memberId: string): VoterStatus {
  const { voted, election_state, end_date } = read(voterStatusAnswer, endpoint, text);
  return {
    electionCode,
    memberId,
    hasVoted: voted,
    stateAsReported: election_state ?? null,
    endsAt: end_date == null ? null : end_date * 1000,
  };
}

/**
 * The links of the V2 widget. No example of it is published: any `ul li a` with an http(s) address is one, all else is
 * dropped, and an empty list is valid; a page without a list is not an answer.
 */
export function decodeVotingLinks(endpoint: string, html: string, base: string): VotingLink[] {
  const document = parse(html);
  if (!document.querySelector('ul')) throw malformed(endpoint, 'html', 'no list');
  return document.querySelectorAll('ul li a').flatMap((anchor): VotingLink[] => {
    const href = anchor.getAttribute('href');
    const url = href ? URL.parse(href, base) : null;
    if (!url || !['http:', 'https:'].includes(url.protocol)) return [];
    const exp = url.searchParams.get('exp');
    return [
      {
        title: anchor.textContent.replace(/\s+/g, ' ').trim(),
        url: url.href,
        expiresAt: exp && /^\d{1,11}$/.test(exp) ? Number(exp) * 1000 + LINK_LIFETIME_MS : null,
        electionCode: url.searchParams.get('eid') ?? /\/elections\/(\w+)/.exec(url.pathname)?.[1] ?? null,
      },
    ];
  });
}

/** The document: five minutes around `exp`, then a "Link Expired" page. */
export const LINK_LIFETIME_MS = 5 * 60_000;
