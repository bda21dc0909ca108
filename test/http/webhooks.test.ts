import { request } from 'node:http';
import canonicalize from 'canonicalize';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { serve } from '../e2e/serve.ts';
import { SAMPLES } from '../sources/electionbuddy/samples.ts';
import {
  API_KEYS,
  bearer,
  deliver,
  startBuddyGateway,
  startReceivingGateway,
  stored,
  WEBHOOK_SECRET,
} from '../support/electionbuddy.ts';

const KIB_256 = 256 * 1024;

/** A gateway that listens, and what posts to it over a socket. */
async function listening(env: Record<string, string> = {}) {
  const gateway = await serve({ env: { ELECTIONBUDDY_WEBHOOK_SECRET: WEBHOOK_SECRET, API_KEYS, ...env } });
  const origin = gateway.server.url;
  const post = async (body: NonNullable<RequestInit['body']>, path = gateway.app.webhookPath) => {
    const response = await fetch(origin + path, { method: 'POST', body, duplex: 'half' } as RequestInit);
    return { status: response.status, text: await response.text() };
  };
  return { ...gateway, origin, post };
}

/** An event of exactly that many bytes. */
function ofSize(bytes: number): string {
  const empty = JSON.stringify({ election_id: 1, filler: '' });
  return JSON.stringify({ election_id: 1, filler: 'x'.repeat(bytes - empty.length) });
}

const backwards = (value: unknown): unknown =>
  typeof value !== 'object' || value === null || Array.isArray(value)
    ? value
    : Object.fromEntries(
        Object.entries(value)
          .reverse()
          .map(([name, inner]) => [name, backwards(inner)]),
      );

it('stores every sample of the document before it says so', async () => {
  const gateway = await listening();
  for (const sample of Object.values(SAMPLES)) {
    expect(await gateway.post(JSON.stringify(sample))).toEqual({ status: 204, text: '' });
    expect((await stored(gateway)).at(-1)).toEqual(sample);
  }
  expect(await stored(gateway)).toEqual(Object.values(SAMPLES));
});

it("stores what the sandbox's voters cast, each ballot once", async () => {
  const gateway = await startBuddyGateway();
  const served = await listening();
  gateway.buddy.setWebhookUrl(served.origin + served.app.webhookPath);
  const cast: unknown[] = [];
  // One in five is sent twice.
  for (let i = 0; i < 40; i++) {
    const { status, payload } = await gateway.buddy.castBallot();
    expect(status).toBe(204);
    cast.push(payload);
  }
  expect(await stored(served)).toEqual(cast);
});

describe('the same event', () => {
  it('five times, one after another and all at once, in any order of its keys, is stored once', async () => {
    const gateway = await listening();
    const [a, b, c] = [SAMPLES['voter data'], SAMPLES.scored, SAMPLES.abstention];
    const text = (value: unknown) => JSON.stringify(value);
    const forms = [
      text(a),
      text(backwards(a)),
      JSON.stringify(a, null, '\t'),
      text(a).replaceAll('example', '\\u0065xample'),
      text(a),
    ];
    for (const form of forms) expect((await gateway.post(form)).status).toBe(204);
    const answers = await Promise.all(
      Array.from({ length: 5 }, (_, i) => gateway.post(text(i % 2 ? backwards(b) : b))),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array(5).fill(204));
    // Out of order, with another between.
    for (const event of [c, a, b, c]) await gateway.post(text(event));
    expect(await stored(gateway)).toEqual([a, b, c]);
  });

  it('is another one when anything in it differs', async () => {
    const gateway = await listening();
    const event = { ...SAMPLES['voter data'], voter_data: { list: [1, 2], flag: false } };
    const others = [
      event,
      { ...event, voter_data: { list: [2, 1], flag: false } },
      { ...event, voter_data: { list: [1, 2], flag: null } },
      { ...event, voter_data: { list: [1, 2] } },
      { ...event, identifier: 1 },
      { ...event, completed_at: 1600001235 },
      { ...event, identifier: '#1' },
    ];
    for (const other of others) await gateway.post(JSON.stringify(other));
    expect(await stored(gateway)).toEqual(others);
  });

  it('is another one when two numbers differ in a digit that a double does not hold', async () => {
    const gateway = await listening();
    const event = (identifier: string) => `{"election_id":1,"identifier":${identifier},"voter_data":{"b":1,"a":2}}`;
    const numbers = [
      '9007199254740992',
      '9007199254740993',
      '12345678901234567890123456',
      '12345678901234567890123457',
    ];
    for (const number of numbers) expect((await gateway.post(event(number))).status).toBe(204);
    // Again, and in another order of keys: still the same.
    for (const number of numbers) {
      await gateway.post(event(number));
      await gateway.post(`{"voter_data": {"a": 2, "b": 1}, "identifier": ${number}, "election_id": 1}`);
    }
    const found = (await stored(gateway)) as { identifier: unknown }[];
    expect(found.map(({ identifier }) => String(identifier))).toEqual(numbers);
  });
});

const deep = (depth: number) => `{"election_id":1,"x":${'['.repeat(depth)}${']'.repeat(depth)}}`;

describe('what is no event', () => {
  it.each<[name: string, body: string | Uint8Array<ArrayBuffer>, status: number]>([
    ['nothing', '', 400],
    ['no JSON', 'election_id=12', 400],
    ["the document's sample as it is printed", '{"election_id": 12345, "unsubscribed_at": null "voter_data": {}}', 400],
    ['half of it', '{"election_id": 12345, "vot', 400],
    ['a list', '[{"election_id":1}]', 400],
    ['null', 'null', 400],
    ['a text', '"election_id"', 400],
    ['no election', '{"organization_id":1}', 400],
    ['an election that is null', '{"election_id":null}', 400],
    ['an empty election', '{"election_id":" "}', 400],
    ['a list of elections', '{"election_id":[1]}', 400],
    ['half an election', '{"election_id":1.5}', 400],
    ['an election below zero', '{"election_id":-1}', 400],
    ['an inherited election', '{"__proto__":{"election_id":1}}', 400],
    // Valid to JSON's grammar, and yet no text.
    ['half an emoji', '{"election_id":1,"identifier":"\\ud83d"}', 400],
    ['half an emoji for a key', '{"election_id":1,"\\udc00":1}', 400],
    ['a key that is there twice', '{"election_id":1,"identifier":"a","identifier":"b"}', 400],
    ['two elections', '{"election_id":1,"election_id":1}', 400],
    ['a key that is there twice further in', '{"election_id":1,"x":[{"y":{"a":1,"b":2,"a":1}}]}', 400],
    ['a key that is there twice, once in disguise', '{"election_id":1,"voter_data":{"a":1,"\\u0061":1}}', 400],
    ['a key of objects that is there twice', '{"election_id":1,"__proto__":1,"__proto__":2}', 400],
    ['lists in lists in lists', deep(100_000), 400],
    [
      'bytes that are not UTF-8',
      Uint8Array.from(Buffer.from('{"election_id":1,"identifier":"jos\xe9"}', 'latin1')),
      400,
    ],
    ['one byte more than 256 KiB', ofSize(KIB_256 + 1), 413],
    ['10 MiB', ofSize(10 * 1024 * 1024), 413],
  ])('%s: is refused, and not stored', async (_name, body, status) => {
    const gateway = await listening();
    const answer = await gateway.post(body);
    expect(answer.status).toBe(status);
    expect(answer.text).toMatch(/^.+\n$/);
    expect(await stored(gateway)).toEqual([]);
    expect((await gateway.post('{"election_id":1}')).status).toBe(204);
  });

  it('and is too long is refused also where nobody said how long it is', async () => {
    const gateway = await listening();
    const chunk = new TextEncoder().encode('{"election_id":1,"x":"'.padEnd(64 * 1024, 'x'));
    const chunks = async function* () {
      for (let i = 0; i < 12; i++) yield chunk;
    };
    // fetch sends a generator as it comes; the DOM's types do not know.
    expect((await gateway.post(chunks() as never)).status).toBe(413);
    expect(await stored(gateway)).toEqual([]);
    expect((await gateway.post('{"election_id":1}')).status).toBe(204);
  });

  it('but 256 KiB is one', async () => {
    const gateway = await listening();
    const bodies = [
      ofSize(KIB_256),
      `{"election_id":1,"x":"${'\\"'.repeat(130_000)}"}`,
      `{"election_id":1,"x":[${'"a:\\\\",'.repeat(20_000)}0]}`,
      `{"election_id":1,"x":${'8'.repeat(KIB_256 - 30)}}`,
    ];
    for (const body of bodies) expect((await gateway.post(body)).status).toBe(204);
    expect(await stored(gateway)).toHaveLength(bodies.length);
  });

  it('nor is a key there twice that is there once in each of two objects, or only in a text', async () => {
    const gateway = await listening();
    const event = {
      election_id: 1,
      a: { a: { a: 1 }, b: [{ a: 1 }, { a: 1 }] },
      '"a": 1, "a"': 'a": 1, "a": "\\',
      ':': ':\\":',
    };
    expect((await gateway.post(JSON.stringify(event))).status).toBe(204);
    expect(await stored(gateway)).toEqual([event]);
  });

  it('and lists in lists are, as far as they can be shown', async () => {
    const gateway = await startReceivingGateway();
    let accepted = 0;
    for (let depth = 8; depth < 100_000; depth *= 2) {
      const status = await deliver(gateway, deep(depth));
      expect([204, 400]).toContain(status);
      if (status === 204) accepted++;
      expect(await stored(gateway)).toHaveLength(accepted);
    }
    expect(accepted).toBeGreaterThan(2);
  });

  it('nor is what a client that went away did not finish', async () => {
    const gateway = await listening();
    const { hostname, port } = new URL(gateway.origin);
    const body = JSON.stringify(SAMPLES.approval);
    const leaving = request({
      hostname,
      port,
      method: 'POST',
      path: gateway.app.webhookPath,
      headers: { 'content-length': body.length + 1 },
    });
    leaving.on('error', () => {});
    // All of the JSON, but not all of the body.
    await new Promise<void>((resolve) => leaving.write(body, () => resolve()));
    const gone = new Promise((resolve) => leaving.once('close', resolve));
    leaving.destroy();
    await gone;
    expect((await gateway.post(JSON.stringify(SAMPLES.scored))).status).toBe(204);
    expect(await stored(gateway)).toEqual([SAMPLES.scored]);
    expect(gateway.logs()).not.toContain('unexpected');
  });
});

describe('the address', () => {
  const EVENT = JSON.stringify(SAMPLES.plurality);

  it.each([
    '',
    WEBHOOK_SECRET.slice(0, -1),
    `${WEBHOOK_SECRET}x`,
    `${WEBHOOK_SECRET}/`,
    `/${WEBHOOK_SECRET}`,
    WEBHOOK_SECRET.toUpperCase(),
    `x/../${WEBHOOK_SECRET.slice(1)}`,
    'constructor',
    '%00',
  ])('with the secret "%s" is not found', async (secret) => {
    const gateway = await listening();
    expect(await gateway.post(EVENT, `/webhooks/electionbuddy/${secret}`)).toMatchObject({ status: 404 });
    expect(await stored(gateway)).toEqual([]);
  });

  it.each(['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE'])('is not for %s', async (method) => {
    const gateway = await listening();
    const response = await fetch(gateway.origin + gateway.app.webhookPath, {
      method,
      ...(['PUT', 'PATCH', 'DELETE'].includes(method) && { body: EVENT }),
    });
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST']);
    // With a wrong secret even the method is nobody's business.
    expect((await fetch(`${gateway.origin}/webhooks/electionbuddy/nope`, { method })).status).toBe(404);
    expect(await stored(gateway)).toEqual([]);
  });

  it('is of any content type, for the document names none', async () => {
    const gateway = await listening();
    for (const [index, type] of [
      'application/json',
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data',
    ].entries()) {
      const response = await fetch(gateway.origin + gateway.app.webhookPath, {
        method: 'POST',
        headers: { 'content-type': type },
        body: JSON.stringify({ election_id: index }),
      });
      expect(response.status).toBe(204);
    }
    expect(await stored(gateway)).toHaveLength(4);
  });
});

describe('whatever comes', () => {
  const EVERYTHING = `query ($after: String) { ballotActivity(first: 100, after: $after) { pageInfo { endCursor } nodes {
    id cursor electionCode electionName identifier statuses receivedAt organization { code name ownerName ownerEmail }
    openedAt completedAt addedAt voidedAt voidReason keySurfacedAt ballotPrintedAt unsubscribedAt
    contact { email sms postal ip } voterData payload
    questions { question type typeAsReported abstained answers {
      __typename title isWriteIn
      ... on VoteAllocation { votes } ... on Preference { weight rank } ... on Score { score notApplicable } ... on OtherAnswer { choice }
    } }
  } } }`;

  /** Posts and looks: 2xx and there, or 4xx and not there, and always something that GraphQL can show. */
  async function watcher() {
    const gateway = await startReceivingGateway();
    const seen = new Set<string>();
    let after: string | null = null;
    return async (text: string): Promise<number> => {
      const status = await deliver(gateway, text);
      const { data, errors } = await gateway.query(EVERYTHING, { after }, bearer('auditor'));
      expect(errors).toBeUndefined();
      const { nodes, pageInfo } = data.ballotActivity;
      after = pageInfo.endCursor ?? after;
      if (status === 204) {
        const canonical = canonicalize(JSON.parse(text))!;
        // The whole text again, key for key; or nothing new, if it was there before.
        const expected = seen.has(canonical) ? [] : [JSON.stringify(JSON.parse(text))];
        expect(nodes.map(({ payload }: { payload: unknown }) => JSON.stringify(payload))).toEqual(expected);
        seen.add(canonical);
      } else {
        expect(status).toBeGreaterThanOrEqual(400);
        expect(status).toBeLessThan(500);
        expect(nodes).toEqual([]);
      }
      return status;
    };
  }

  const value = fc.jsonValue({ stringUnit: 'binary', maxDepth: 3 });
  const or = <T>(usual: fc.Arbitrary<T>) =>
    fc.oneof({ weight: 4, arbitrary: usual as fc.Arbitrary<unknown> }, { weight: 1, arbitrary: value });
  const answers = or(
    fc.array(
      or(
        fc.record(
          {
            title: or(fc.string()),
            choice: or(fc.constantFrom('true', 'abstain', 'not_applicable', '3', '-1', '1e9', 7, true)),
          },
          { requiredKeys: [] },
        ),
      ),
      { maxLength: 4 },
    ),
  );
  const question = or(
    fc.record(
      {
        question: or(fc.string()),
        type: or(
          fc.constantFrom(
            'plurality',
            'cumulative',
            'preferential',
            'approval',
            'nomination',
            'scored',
            '__proto__',
            'toString',
          ),
        ),
        answers: or(fc.record({ regular: answers, write_ins: answers }, { requiredKeys: [] })),
      },
      { requiredKeys: [] },
    ),
  );
  const KEYS = [...Object.keys(SAMPLES['payload overview']), 'constructor', '__proto__', 'toJSON'];
  const mutated = fc
    .record({
      sample: fc.constantFrom(...Object.values(SAMPLES)),
      changes: fc.array(fc.tuple(fc.constantFrom(...KEYS), value), { maxLength: 6 }),
      questions: fc.option(or(fc.array(question, { maxLength: 3 })), { nil: undefined }),
    })
    .map(({ sample, changes, questions }) => {
      const entries = [
        ...Object.entries(sample),
        ...(questions === undefined ? [] : [['questions', questions]]),
        ...changes,
      ];
      return [...new Map(entries as [string, unknown][])];
    });
  const textOf = (entries: [string, unknown][]) =>
    `{${entries.map(([name, inner]) => `${JSON.stringify(name)}:${JSON.stringify(inner)}`).join(',')}}`;

  it('samples with anything in place of anything', async () => {
    const post = await watcher();
    const statuses = new Set<number>();
    await fc.assert(
      fc.asyncProperty(mutated, async (entries) => {
        statuses.add(await post(textOf(entries)));
      }),
      { numRuns: 400 },
    );
    expect(statuses).toEqual(new Set([204, 400]));
  });

  it('samples with a key twice, anywhere', async () => {
    const post = await watcher();
    const twice = fc
      .tuple(fc.dictionary(fc.string(), value, { minKeys: 1 }), fc.nat(), value, fc.integer({ min: 0, max: 3 }))
      .map(([object, at, other, depth]) => {
        const entries = Object.entries(object);
        const text = textOf([...entries, [entries[at % entries.length]![0], other]]);
        return `{"election_id":1,"x":${'[{"y":'.repeat(depth)}${text}${'}]'.repeat(depth)}}`;
      });
    await fc.assert(
      fc.asyncProperty(twice, async (text) => {
        expect(await post(text)).toBe(400);
      }),
      { numRuns: 200 },
    );
  });

  it('any JSON, with an election and without', async () => {
    const post = await watcher();
    const anything = fc.oneof(
      fc.json({ stringUnit: 'binary' }),
      fc
        .tuple(fc.json(), fc.oneof(fc.nat(), fc.string(), fc.string({ unit: 'binary' })))
        .map(([json, id]) => `{"x":${json},"election_id":${JSON.stringify(id)}}`),
      fc.string(),
    );
    await fc.assert(
      fc.asyncProperty(anything, async (text) => {
        await post(text);
      }),
      { numRuns: 300 },
    );
  });

  it('any JSON at all beside an election', async () => {
    const post = await watcher();
    const space = fc.constantFrom('', ' ', '\n\t');
    await fc.assert(
      fc.asyncProperty(fc.jsonValue({ maxDepth: 6 }), space, async (json, gap) => {
        expect(await post(`{"election_id":${gap}1,${gap}"x":${JSON.stringify(json, null, gap)}}`)).toBe(204);
      }),
      { numRuns: 300 },
    );
  });

  /** Any number that JSON's grammar allows, and one of its digits with another in its place. */
  const twoNumbers = fc
    .tuple(
      fc.stringMatching(/^-?(0|[1-9]\d{0,29})(\.\d{1,25})?([eE][+-]?\d{1,3})?$/),
      fc.nat(),
      fc.integer({ min: 1, max: 9 }),
    )
    .map(([number, at, by]): [string, string] => {
      const digits = [...number.matchAll(/\d/g)];
      const { index, 0: digit } = digits[at % digits.length]!;
      return [number, number.slice(0, index) + ((Number(digit) + by) % 10) + number.slice(index + 1)];
    })
    .filter(([, other]) => /^-?(0|[1-9])(?!(?<=0)\d)/.test(other));

  /** Whether two decimals are the same number. */
  function isSame(a: string, b: string): boolean {
    const read = (text: string) => {
      const [mantissa, exponent = '0'] = text.toLowerCase().split('e') as [string, string?];
      const [whole, fraction = ''] = mantissa.split('.') as [string, string?];
      return {
        digits: BigInt(whole.replace('-', '') + fraction),
        minus: whole.startsWith('-'),
        power: Number(exponent) - fraction.length,
      };
    };
    const [x, y] = [read(a), read(b)];
    const power = Math.min(x.power, y.power);
    const scaled = ({ digits, power: own }: typeof x) => digits * 10n ** BigInt(own - power);
    return scaled(x) === scaled(y) && (x.minus === y.minus || x.digits === 0n);
  }

  it('two numbers that differ in one digit are two events, and each is shown as it is', async () => {
    const gateway = await startReceivingGateway();
    let after: string | null = null;
    let run = 0;
    await fc.assert(
      fc.asyncProperty(twoNumbers, async (numbers) => {
        const event = (number: string) =>
          `{"election_id":1,"run":${run},"identifier":${number},"voter_data":[${number}]}`;
        run++;
        for (const number of [...numbers, ...numbers]) expect(await deliver(gateway, event(number))).toBe(204);
        const { data } = await gateway.query(EVERYTHING, { after }, bearer('auditor'));
        const { nodes, pageInfo } = data.ballotActivity;
        after = pageInfo.endCursor;
        expect(nodes).toHaveLength(2);
        for (const [index, number] of numbers.entries()) {
          const { identifier, voterData, payload } = nodes[index];
          expect(isSame(identifier, number)).toBe(true);
          expect(payload.identifier).toEqual(voterData[0]);
          if (typeof voterData[0] === 'string') {
            expect(voterData[0]).toBe(number);
            const double = Number(number);
            expect(Number.isFinite(double) && isSame(String(double), number)).toBe(false);
          } else expect(isSame(JSON.stringify(voterData[0]), number)).toBe(true);
        }
      }),
      { numRuns: 200 },
    );
  });
});
