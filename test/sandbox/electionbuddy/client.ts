import { createHmac } from 'node:crypto';
import type { ElectionBuddySandbox } from '../../../src/sandbox/electionbuddy/index.ts';

/** A client of the tests' own: it signs as sources/electionbuddy/WIRE.md says, with none of the sandbox's code. */

export const V2 = '/integrations/v2/elections';
export const SSO = '/sso';
export const V1_SSO = '/integrations/v1/sso';
export const AS_JSON = { accept: 'application/json' };
export const EXP = 1_700_000_000;

/** A clock that stands still until a test moves it. */
export function handClock(): { now(): number; set(ms: number): void } {
  let at = EXP * 1000;
  return {
    now: () => at,
    set: (ms) => {
      at = ms;
    },
  };
}

function encoded(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
}

export function signed(message: string, secret: string): string {
  const signature = createHmac('sha256', secret).update(message).digest('base64url');
  // 32 bytes make 43 characters and one of padding.
  return `${message}&signature=${signature}%3D`;
}

export function v2(sandbox: ElectionBuddySandbox, identifier: string, exp: number | string = EXP): string {
  return signed(`exp=${exp}&identifier=${encoded(identifier)}&oid=${sandbox.organizationId}`, sandbox.secretToken);
}

export function v1(sandbox: ElectionBuddySandbox, eid: string, mid: string, exp: number | string = EXP): string {
  return signed(`eid=${eid}&exp=${exp}&mid=${encoded(mid)}`, sandbox.electionKeys[eid] ?? 'no such key');
}

export function postForm(url: string, form: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    body: form,
  });
}

export type ListEntry = { id: number; name: string; start_date: string; end_date: string | null; aasm_state: string };
