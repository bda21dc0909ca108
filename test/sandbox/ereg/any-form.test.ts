import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type EregSandbox, startEregSandbox } from '../../../src/sandbox/ereg/index.ts';
import { poll, post, STRANGER } from './client.ts';

let sandbox: EregSandbox;
beforeAll(async () => {
  sandbox = await startEregSandbox({ now: () => 0, checkMs: 0 });
});
afterAll(() => sandbox.close());

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

/** Whatever is sent: one of the documented answers, what was queued can be polled, and what was not was not counted. */
async function holds(response: Response, before: number): Promise<void> {
  expect([202, 400, 500]).toContain(response.status);
  const body = (await response.json()) as { check_id: string; status: number };
  if (response.status !== 202) {
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(body.status).toBe(response.status);
  }
  const queued = sandbox.checksStarted() - before;
  if (response.status !== 500) expect(queued).toBe(response.status === 202 ? 1 : 0);
  if (response.status === 202) {
    const polled = await poll(sandbox, body.check_id);
    expect([200, 500]).toContain(polled.status);
    if (polled.status === 200) expect(await polled.json()).toMatchObject({ status: 'SUCCESS' });
  }
}

const text = fc.oneof(fc.string({ unit: 'binary', maxLength: 40 }), fc.constant(''));
const date = fc
  .tuple(fc.integer({ min: 0, max: 9999 }), fc.integer({ min: 0, max: 19 }), fc.integer({ min: 0, max: 39 }))
  .map(([year, month, day]) => `${String(year).padStart(4, '0')}-${month}-${day}`);
const address = fc
  .array(
    fc.constantFrom(
      '117-719',
      '719',
      '24',
      '#3B',
      'Bloor St W',
      "Rue de l'Érable",
      'Toronto',
      'BC',
      'M6G 0X1',
      ',',
      '-',
      ' ',
    ),
    { maxLength: 7 },
  )
  .map((words) => words.join(' '));

it('any value in the known fields', async () => {
  const form = fc.record(
    {
      first_name: fc.oneof(text, fc.constant(STRANGER.first_name!)),
      middle_name: text,
      last_name: fc.oneof(text, fc.constant(STRANGER.last_name!)),
      birth_date: fc.oneof({ weight: 5, arbitrary: date }, { weight: 1, arbitrary: text }),
      full_address: fc.oneof({ weight: 4, arbitrary: address }, { weight: 1, arbitrary: text }),
      street_number: fc.oneof(fc.nat().map(String), text),
    },
    { requiredKeys: ['first_name', 'last_name', 'birth_date'] },
  );
  await fc.assert(
    fc.asyncProperty(form, async (fields) => {
      const before = sandbox.checksStarted();
      await holds(await post(sandbox, fields), before);
    }),
    { numRuns: 300 },
  );
});

it('any bytes at all', async () => {
  const body = fc.oneof(
    fc.uint8Array({ maxLength: 300 }),
    fc.string({ unit: 'binary' }).map((tail) => new TextEncoder().encode(`${new URLSearchParams(STRANGER)}${tail}`)),
  );
  await fc.assert(
    fc.asyncProperty(body, fc.boolean(), async (bytes, isForm) => {
      const before = sandbox.checksStarted();
      const headers = { authorization: sandbox.apiKey, ...(isForm && FORM) };
      const init = { method: 'POST', headers, body: new Uint8Array(bytes) };
      await holds(await fetch(`${sandbox.url}/v1/checks`, init), before);
    }),
    { numRuns: 200 },
  );
});

it('any id', async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'binary', minLength: 1 }), async (id) => {
      const { status } = await poll(sandbox, encodeURIComponent(id.toWellFormed()));
      // Dots alone are a path of their own to fetch.
      expect(/^\.{1,2}$/.test(id) ? [404] : [400, 422]).toContain(status);
    }),
    { numRuns: 200 },
  );
});
