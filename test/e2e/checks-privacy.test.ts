import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createClient } from '@redis/client';
import { expect, it, onTestFinished } from 'vitest';
import { canStartRedis, ownRedis } from '../infra/own-redis.ts';
import {
  bearer,
  CANCEL,
  type ChecksGateway,
  checksEnv,
  directory,
  ERASE,
  GET,
  inputOf,
  kenyan,
  maple,
  NODE,
  personNamed,
  queryAt,
  REQUEST,
  request,
  startChecksGateway,
  startEreg,
  startProcess,
  watched,
  watching,
} from '../support/checks.ts';

const VOTERS = ['10000001', 'A1000008', 'Z7654321', '10000009'];
const WORDS = ['Nobody', 'Unclear', 'Placeholder'];
const VERIFY = `query ($credential: String!) { verifyRegistrationCredential(credential: $credential) { isValid reason message } }`;

/** What would tell of the test people, wherever it stood: in any case, and in any form in which it travels. */
function canaries({ ereg }: ChecksGateway, voterNames: string[]): string[] {
  const plain = ereg.people.flatMap(({ firstName, middleName, lastName, birthDate, address, movedTo }) => {
    const padded = birthDate
      .split('-')
      .map((part) => part.padStart(2, '0'))
      .join('-');
    const places = [address, movedTo].flatMap((text) => (text ? [text, text.slice(-7), text.split(',')[0]!] : []));
    // A name that is a word of its own elsewhere says something only beside the other.
    const names = [
      `${firstName} ${lastName}`,
      `${firstName} ${middleName}`,
      ...(WORDS.includes(lastName) ? [] : [lastName]),
    ];
    return [...names, birthDate, padded, ...places];
  });
  const all = [...plain, ...VOTERS, ...voterNames, ...['Nowhere Road', 'Atlantis']];
  const encoded = all.flatMap((text) => [
    text,
    encodeURIComponent(text),
    encodeURIComponent(text).replaceAll('%20', '+'),
    JSON.stringify(text).slice(1, -1),
    // Two of its three alignments are enough of a net: what is encoded as a whole is found.
    Buffer.from(text).toString('base64').replace(/=+$/, '').slice(0, -1),
    Buffer.from(text).toString('base64url').slice(0, -1),
    Buffer.from(text).toString('hex'),
  ]);
  return [...new Set(encoded)].filter((text) => text.length > 5).map((text) => text.toLowerCase());
}

function expectClean(where: string, content: string, canary: string[]): void {
  const text = content.toLowerCase();
  expect(
    // Eight digits within a longer number are not an id.
    canary.filter((word) =>
      /^\d+$/.test(word) ? new RegExp(`(?<![\\d.])${word}(?!\\d)`).test(text) : text.includes(word),
    ),
    where,
  ).toEqual([]);
}

/** Whatever can happen to a check, to all people of both registers. */
async function representative(gateway: ChecksGateway) {
  const { ereg, app, query, run, sandbox } = gateway;
  // Texts that a stranger could read: errors, refusals, log-worthy sentences. Not data that was asked for.
  const said: string[] = [];
  const note = (value: unknown) => void said.push(JSON.stringify(value));
  const ended = await Promise.all([
    ...ereg.people.map((person) => run(inputOf(person))),
    ...ereg.people
      .filter(({ movedTo }) => movedTo)
      .map((person) => run(inputOf(person, [{ text: person.movedTo! }, { text: person.address }]))),
    ...VOTERS.map((id) => run(kenyan(id))),
    run(inputOf(maple(ereg), [{ text: 'Nowhere Road 7, Atlantis' }])),
  ]);
  for (const { failure, addresses } of ended)
    note([failure, addresses.map(({ message }: { message: string }) => message)]);

  const input = inputOf(maple(ereg));
  for (const fault of [
    { kind: 'forget', times: 1 },
    { kind: 'task-failed', times: 1 },
    { kind: 'half-body', method: 'POST', times: 1 },
    { kind: 'html', method: 'GET', times: 1 },
    { kind: 'json-text', method: 'POST', times: 1, body: JSON.stringify({ submitted_data: input }) },
    { kind: 'status', status: 400, method: 'POST', times: 1 },
  ] as const) {
    ereg.faults.set(fault);
    note((await run(input)).failure);
    ereg.faults.clear();
  }
  sandbox.faults.set({
    kind: 'not-success',
    status: 'ERROR',
    message: `voter ${VOTERS[0]} made trouble`,
    path: '/voter/',
  });
  note((await run(kenyan(VOTERS[0]!))).failure);
  sandbox.faults.clear();
  sandbox.faults.set({ kind: 'wrong-type', path: '/voter/' });
  note((await run(kenyan(VOTERS[0]!))).failure);
  sandbox.faults.clear();

  // Canceled and erased in the middle, and erased after the end.
  ereg.faults.set({ kind: 'json-text', method: 'GET', body: '{"status":"IN-PROGRESS"}' });
  for (const mutation of [CANCEL, ERASE]) {
    const { id } = await request(gateway, input, { key: `Maple Testwell ${mutation.slice(0, 40)}` });
    for await (const { progress } of watching(app, id)) if (progress === 0.5) break;
    await query(mutation, { id }, bearer());
    await watched(app, id).catch(note);
  }
  ereg.faults.clear();
  note((await query(ERASE, { id: ended[0].id }, bearer())).data);

  // Refusals: a conflict, other people's checks, bad inputs, no scope.
  const robin = inputOf(personNamed(ereg, 'Nobody'));
  await request(gateway, input, { key: 'once' });
  note(await query(REQUEST, { input: robin, key: 'once' }, bearer()));
  for (const text of [GET, NODE, CANCEL, ERASE]) note(await query(text, { id: ended[1].id }, bearer('library')));
  const { canada } = input as { canada: object };
  note(await query(REQUEST, { input: { canada: { ...canada, addresses: [] } } }, bearer()));
  note(await query(REQUEST, { input: { canada: { ...canada, birthDate: '1880-01-04' } } }, bearer()));
  note(await query(REQUEST, { input }, bearer('reader')));
  note(await query(REQUEST, { input }));

  // Credentials: one that is right, and what it says to those that are not.
  const { credential } = ended[1];
  const [jwt, first] = credential.split('~');
  for (const text of [
    credential,
    `${jwt}~${first}~${first}~`,
    `${jwt}~${first}`,
    `${jwt.slice(0, -4)}AAAA~${first}~`,
    first,
  ])
    note(await query(VERIFY, { credential: text }));
  return { said, ended };
}

const voterNamesOf = async ({ query }: ChecksGateway) => {
  const answers = await Promise.all(
    VOTERS.map((code) => query('query ($code: ID!) { voter(code: $code) { name } }', { code }, bearer('reader'))),
  );
  return answers.flatMap(({ data }) => (data.voter ? [data.voter.name as string] : []));
};

async function expectSilent(gateway: ChecksGateway, stored: () => Promise<[string, string][]>) {
  const canary = canaries(gateway, await voterNamesOf(gateway));
  expect(canary.length).toBeGreaterThan(100);
  const { said } = await representative(gateway);
  expectClean('errors', said.join('\n'), canary);
  expect(gateway.logs()).toContain('source request failed');
  expectClean('logs', gateway.logs(), canary);
  const metrics = await (await gateway.app.fetch(new Request('http://gateway/metrics'))).text();
  expect(metrics).toContain('source="ereg"');
  expectClean('metrics', metrics, canary);
  await gateway.app.close();
  for (const [name, content] of await stored()) expectClean(name, content, canary);
}

const env = { CHECKS_PER_MINUTE: '1000' };

it('leaves no trace of anybody in logs, errors, metrics or the SQLite files', async () => {
  const DATA_DIR = directory();
  const gateway = await startChecksGateway({ env: { ...env, DATA_DIR } });
  // While it runs, what was written before is in the write-ahead log, and nobody else may open the file: read it after.
  await expectSilent(gateway, async () => {
    const files = readdirSync(DATA_DIR);
    expect(files).toContain('checks.sqlite');
    expect(readFileSync(join(DATA_DIR, 'checks.sqlite'), 'latin1')).toContain('RegistrationCheck');
    return files.flatMap((name) => {
      const bytes = readFileSync(join(DATA_DIR, name));
      return [
        [name, bytes.toString('utf8')],
        [name, bytes.toString('utf16le')],
      ] as [string, string][];
    });
  });
});

it('leaves none in the files of a process that was killed in the middle', async () => {
  const ereg = await startEreg({ checkMs: 600_000 });
  const DATA_DIR = directory();
  const child = startProcess({ ...checksEnv(ereg), DATA_DIR });
  const url = await child.url;
  for (const person of ereg.people) await queryAt(url, REQUEST, { input: inputOf(person) });
  await expect.poll(() => ereg.checksStarted()).toBe(ereg.people.length);
  await child.kill();
  const canary = canaries({ ereg } as ChecksGateway, []);
  const files = readdirSync(DATA_DIR);
  // The one that matters: what was never checkpointed.
  expect(files).toContain('checks.sqlite-wal');
  for (const name of files) expectClean(name, readFileSync(join(DATA_DIR, name), 'utf8'), canary);
  expectClean('output', child.output(), canary);
});

it.skipIf(!canStartRedis())('leaves none in Redis', async () => {
  const redis = await ownRedis();
  onTestFinished(() => redis[Symbol.asyncDispose]());
  const gateway = await startChecksGateway({ env: { ...env, REDIS_URL: redis.url } });
  await expectSilent(gateway, async () => {
    const client = await createClient({ url: redis.url })
      .on('error', () => {})
      .connect();
    const keys: string[] = [];
    for await (const batch of client.scanIterator()) keys.push(...batch);
    expect(keys.length).toBeGreaterThan(20);
    const dump: [string, string][] = [];
    for (const key of keys) dump.push([key, key + JSON.stringify(await contentOf(client, key))]);
    client.destroy();
    return dump;
  });
});

type Client = ReturnType<typeof createClient>;
async function contentOf(
  client: Pick<Client, 'type' | 'get' | 'hGetAll' | 'lRange' | 'zRange' | 'sMembers' | 'xRange'>,
  key: string,
): Promise<unknown> {
  switch (await client.type(key)) {
    case 'string':
      return client.get(key);
    case 'hash':
      return client.hGetAll(key);
    case 'list':
      return client.lRange(key, 0, -1);
    case 'zset':
      return client.zRange(key, 0, -1);
    case 'set':
      return client.sMembers(key);
    case 'stream':
      return client.xRange(key, '-', '+');
    case 'none':
      return null;
    default:
      throw new Error(`What is in ${key}?`);
  }
}

// graphql-js quotes the value that it could not coerce; the edge leaves it out.
it('quotes nothing of an input that cannot be read', async () => {
  const { query, ereg } = await startChecksGateway();
  const { canada } = inputOf(maple(ereg)) as { canada: object };
  for (const change of [{ birthDate: '1980-1-4' }, { addresses: [{ text: 'Nowhere Road 7', parts: {} }] }]) {
    const { errors } = await query(REQUEST, { input: { canada: { ...canada, ...change } } }, bearer());
    expect(errors?.map(({ extensions }) => extensions.code)).toContain('BAD_USER_INPUT');
    for (const { message } of errors!) expect(message).not.toMatch(/1980|Nowhere/);
  }
});
