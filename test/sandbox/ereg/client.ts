import type { EregSandbox, Person } from '../../../src/sandbox/ereg/index.ts';

/** A client of the tests' own: it asks as sources/ereg/WIRE.md says, with none of the sandbox's code. */

export type Form = Record<string, string>;
type Geocoded = {
  address_components: { long_name: string; short_name: string; types: string[] }[];
  formatted_address: string;
  geometry: { location: { lat: number; lng: number }; location_type: string };
  place_id: string;
  types: string[];
};
export type Queued = { check_id: string; geocoded_data: Geocoded; submitted_data: Form };
export type Polled = { status: string; registered: boolean | null; raw_message: string | null };

export const CANNOT_CONFIRM = 'Based on the information provided, we cannot confirm that you are registered to vote.';

/** One who does not exist even in the sandbox. */
export const STRANGER: Form = {
  first_name: 'Someone',
  last_name: 'Unheard-Of',
  birth_date: '1985-3-17',
  full_address: '117-719 Bloor St W, Toronto',
};

export function formOf({ firstName, middleName, lastName, birthDate, address }: Person): Form {
  return {
    first_name: firstName,
    ...(middleName !== undefined && { middle_name: middleName }),
    last_name: lastName,
    birth_date: birthDate,
    full_address: address,
  };
}

export function person({ people }: EregSandbox, lastName: string): Person {
  const found = people.find((one) => one.lastName === lastName);
  if (found === undefined) throw new Error(`nobody is called ${lastName}`);
  return found;
}

export function post(
  sandbox: EregSandbox,
  form: Form | string,
  headers: Record<string, string> = {},
): Promise<Response> {
  return fetch(`${sandbox.url}/v1/checks`, {
    method: 'POST',
    headers: {
      authorization: sandbox.apiKey,
      'content-type': 'application/x-www-form-urlencoded',
      ...headers,
    },
    body: typeof form === 'string' ? form : new URLSearchParams(form).toString(),
  });
}

export async function queue(sandbox: EregSandbox, form: Form): Promise<Queued> {
  const response = await post(sandbox, form);
  if (response.status !== 202) throw new Error(`${response.status}: ${await response.text()}`);
  return (await response.json()) as Queued;
}

export function poll(sandbox: EregSandbox, id: string, authorization = sandbox.apiKey): Promise<Response> {
  return fetch(`${sandbox.url}/v1/checks/${id}`, { headers: { authorization } });
}

/** A whole check on a sandbox with `checkMs: 0`. */
export async function check(sandbox: EregSandbox, form: Form): Promise<Polled> {
  const response = await poll(sandbox, (await queue(sandbox, form)).check_id);
  if (response.status !== 200) throw new Error(`${response.status}`);
  return (await response.json()) as Polled;
}

export async function statusAndBody(response: Response): Promise<[status: number, body: string]> {
  return [response.status, await response.text()];
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
