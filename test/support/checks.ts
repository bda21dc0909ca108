import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { App } from '../../src/app.ts';
import type { Scope } from '../../src/domain/caller.ts';
import type { Clock } from '../../src/infra/clock.ts';
import {
  type EregSandbox,
  type EregSandboxOptions,
  type Person,
  startEregSandbox,
} from '../../src/sandbox/ereg/index.ts';
import type { IebcSandboxOptions } from '../../src/sandbox/iebc/index.ts';
import { type Answer, type Gateway, startGateway } from './gateway.ts';

const KEYS: Record<string, Scope[]> = {
  clinic: ['checks:write'],
  library: ['checks:write'],
  reader: ['voters:read'],
};

export const CHECK_KEYS = JSON.stringify(
  Object.entries(KEYS).map(([name, scopes]) => ({
    name,
    sha256: createHash('sha256').update(`${name}-secret-key`).digest('hex'),
    scopes,
  })),
);
export const bearer = (name: 'clinic' | 'library' | 'reader' = 'clinic') => ({
  authorization: `Bearer ${name}-secret-key`,
});

const FIELDS = `id version state outcome progress jurisdiction requestedAt finishedAt expiresAt credential
  failure { code message } addresses { position label state outcome message resolvedAddress matches }`;
export const REQUEST = `mutation ($input: RequestRegistrationCheckInput!, $key: String) {
  requestRegistrationCheck(input: $input, idempotencyKey: $key) {
    __typename
    ... on RequestRegistrationCheckSuccess { check { ${FIELDS} } }
    ... on Error { message }
    ... on InvalidInput { field }
  }
}`;
export const WATCH = `subscription ($id: ID!) { registrationCheckUpdated(id: $id) { ${FIELDS} } }`;
export const GET = `query ($id: ID!) { registrationCheck(id: $id) { ${FIELDS} } }`;
export const NODE = `query ($id: ID!) { node(id: $id) { __typename ... on RegistrationCheck { ${FIELDS} } } }`;
export const CANCEL = `mutation ($id: ID!) { cancelRegistrationCheck(id: $id) {
  __typename ... on CancelRegistrationCheckSuccess { check { ${FIELDS} } } ... on Error { message } ... on InvalidInput { field }
} }`;
export const ERASE = `mutation ($id: ID!) { eraseRegistrationCheck(id: $id) {
  __typename ... on EraseRegistrationCheckSuccess { erasedId } ... on Error { message } ... on InvalidInput { field }
} }`;

// biome-ignore lint/suspicious/noExplicitAny: a test knows the shape of what it asked for
export type Check = any;
export type Input = Record<string, unknown>;
type Text = { text: string };

const padded = (birthDate: string) =>
  birthDate
    .split('-')
    .map((part) => part.padStart(2, '0'))
    .join('-');

/** The input for one of the sandbox's people: their own address, unless others are given. */
export function inputOf(
  person: Person,
  addresses: (Text | { parts: Input } | { labeled: Input })[] = [{ text: person.address }],
): Input {
  const { firstName, middleName, lastName, birthDate } = person;
  return {
    canada: { givenName: firstName, middleName, familyName: lastName, birthDate: padded(birthDate), addresses },
  };
}

export const kenyan = (voterId: string): Input => ({ kenya: { voterId } });

export function personNamed({ people }: Pick<EregSandbox, 'people'>, lastName: string): Person {
  const found = people.find((person) => person.lastName === lastName);
  if (!found) throw new Error(`Nobody in the sandbox is called ${lastName}`);
  return found;
}

/** One of the sandbox's people who is registered where they live. */
export const maple = (ereg: Pick<EregSandbox, 'people'>) => personNamed(ereg, 'Testwell');

export const checksEnv = (ereg: Pick<EregSandbox, 'url' | 'apiKey'>): Record<string, string> => ({
  EREG_URL: ereg.url,
  EREG_API_KEY: ereg.apiKey,
  API_KEYS: CHECK_KEYS,
});

/** A DATA_DIR that outlives a gateway. */
export const directory = () => mkdtempSync(join(tmpdir(), 'gateway-checks-'));

/** An upstream that ends with the test. */
export async function startEreg(options: EregSandboxOptions = {}): Promise<EregSandbox> {
  const ereg = await startEregSandbox({ checkMs: 0, ...options });
  onTestFinished(() => ereg.close());
  return ereg;
}

/** Asks as the frontends do, and says what went wrong when no check came of it. */
export async function request(
  { query }: Pick<Gateway, 'query'>,
  input: Input,
  { key, as = bearer() }: { key?: string; as?: Record<string, string> } = {},
): Promise<Check> {
  const answer = await query(REQUEST, { input, key }, as);
  const check = answer.data?.requestRegistrationCheck?.check;
  if (!check) throw new Error(`No check: ${JSON.stringify(answer)}`);
  return check;
}

/** Everything that a subscriber hears of a check until the stream completes. */
export async function watched(app: Pick<App, 'fetch'>, id: string, as = bearer()): Promise<Check[]> {
  const versions: Check[] = [];
  for await (const check of watching(app, id, as)) versions.push(check);
  return versions;
}

/** The subscription over SSE, through the app's front door. */
export async function* watching(
  app: Pick<App, 'fetch'>,
  id: string,
  as = bearer(),
  query = WATCH,
): AsyncGenerator<Check> {
  const response = await app.fetch(
    new Request('http://gateway/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'text/event-stream', ...as },
      body: JSON.stringify({ query, variables: { id } }),
    }),
  );
  for await (const { data, errors } of events(response)) {
    if (errors) throw new Error(JSON.stringify(errors));
    yield data.registrationCheckUpdated;
  }
}

async function* events(response: Response): AsyncGenerator<Pick<Answer, 'data' | 'errors'>> {
  let text = '';
  for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    const messages = text.split('\n\n');
    text = messages.pop()!;
    for (const message of messages) {
      const [, name] = /^event: (.*)$/m.exec(message) ?? [];
      const [, data] = /^data: (.*)$/m.exec(message) ?? [];
      if (name === 'complete') return;
      if (name === 'next' && data) yield JSON.parse(data) as Answer;
    }
  }
  throw new Error('The stream ended without saying that it is complete');
}

export type ChecksGateway = Gateway & {
  ereg: EregSandbox;
  /** Requests, and gives the check as it ended. */
  run(input: Input): Promise<Check>;
  /** The check as a later reader finds it. */
  get(id: string, as?: Record<string, string>): Promise<Check>;
};

type Options = {
  env?: Record<string, string>;
  clock?: Clock;
  ereg?: EregSandboxOptions;
  sandbox?: IebcSandboxOptions;
};

/** A gateway over registers of its own, with the keys `clinic` and `library` (checks) and `reader` (none). */
export async function startChecksGateway({
  env = {},
  ereg: options = {},
  ...rest
}: Options = {}): Promise<ChecksGateway> {
  const ereg = await startEreg(options);
  const gateway = await startGateway({ ...rest, env: { ...checksEnv(ereg), ...env } });
  return {
    ...gateway,
    ereg,
    async run(input) {
      const { id } = await request(gateway, input);
      return (await watched(gateway.app, id)).at(-1);
    },
    get: async (id, as = bearer()) => (await gateway.query(GET, { id }, as)).data.registrationCheck,
  };
}

const MAIN = new URL('../../src/main.js', import.meta.url).pathname;

export type Process = {
  pid: number;
  /** Where it listens; rejects when it ends before it does. */
  url: Promise<string>;
  ended: Promise<number | null>;
  output: () => string;
  kill(signal?: NodeJS.Signals): Promise<number | null>;
};

/** The real entry, with nothing in its environment but what is given. Ends with the test. */
export function startProcess(
  env: Record<string, string>,
  atEnd: (end: () => Promise<void>) => void = onTestFinished,
): Process {
  const child = spawn(process.execPath, [MAIN], {
    env: {
      PATH: process.env.PATH,
      PORT: '0',
      DATA_DIR: directory(),
      LOG_LEVEL: 'trace',
      // Nobody: these tests are not about Kenya's elections, nor about ElectionBuddy.
      IEBC_URL: 'http://127.0.0.1:9',
      IEBC_TOKEN: 'none',
      IEBC_PLACES_INDEX: 'on-demand',
      ELECTIONBUDDY_URL: 'off',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const { promise: url, resolve, reject } = Promise.withResolvers<string>();
  url.catch(() => {});
  let output = '';
  const hear = (chunk: unknown) => {
    output += chunk;
    const [, found] = /(http:\/\/\S+\/graphql)/.exec(output) ?? [];
    if (found) resolve(found);
  };
  child.stdout!.on('data', hear);
  child.stderr!.on('data', hear);
  const ended = once(child, 'close').then(([code]) => {
    reject(new Error(`The process ended with ${code}: ${output}`));
    return code as number | null;
  });
  const kill = (signal: NodeJS.Signals = 'SIGKILL') => {
    child.kill(signal);
    return ended;
  };
  atEnd(async () => void (await kill()));
  return { pid: child.pid!, url, ended, output: () => output, kill };
}

/** As `query` of a gateway, at a URL. Rejects when nobody answers. */
export async function queryAt(
  url: string,
  query: string,
  variables: Record<string, unknown> = {},
  headers: Record<string, string> = bearer(),
): Promise<Answer> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query, variables }),
  });
  return { status: response.status, ...((await response.json()) as Omit<Answer, 'status'>) };
}

/** An app at a URL, for `watching`. */
export const appAt = (url: string): Pick<App, 'fetch'> => ({
  fetch: (request) => fetch(new Request(url, request)),
});
