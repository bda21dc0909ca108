import { expect, it } from 'vitest';
import { storageUnavailable } from '../../src/domain/errors.ts';
import type { CheckInput } from '../../src/domain/registration-checks.ts';
import type { Documents } from '../../src/infra/documents.ts';
import { CLINIC, CONFIRMED, canadian, checksByHand, queued } from '../support/checks-by-hand.ts';

const TEN = ['check', 'input', ...Array<string>(10).fill('resolved')];

/** A check of ten addresses that were all submitted and resolved. */
async function submitted(options?: Parameters<typeof checksByHand>[0]) {
  const service = await checksByHand(options);
  const { id } = await service.request(canadian(10), { key: 'once' });
  await service.taking(id, 'submit', queued('upstream'), 10);
  return { ...service, id };
}

it('keeps, of a check that ended, the fact and the proof; of its ten addresses nothing else', async () => {
  const { id, stored, taking, checks } = await submitted();
  expect(stored()).toEqual(['check', 'idempotency', ...TEN.slice(1)]);
  await taking(id, 'poll', CONFIRMED, 10);
  expect(await checks.get(CLINIC, id)).toMatchObject({ state: 'COMPLETED', outcome: 'REGISTERED' });
  expect(stored()).toEqual(['check', 'idempotency', 'proof']);
});

it('keeps nothing of what is erased, while it runs or after its end, however many addresses it had', async () => {
  const running = await submitted();
  expect(await running.checks.erase(CLINIC, running.id)).toBe(true);
  expect(running.stored()).toEqual([]);

  const ended = await submitted();
  await ended.taking(ended.id, 'poll', CONFIRMED, 10);
  expect(await ended.checks.erase(CLINIC, ended.id)).toBe(true);
  expect(ended.stored()).toEqual([]);
});

it('keeps nothing of addresses that were resolved after the check was erased', async () => {
  const { checks, request, take, next, stored } = await checksByHand();
  const { id } = await request(canadian(10));
  const step = take(id);
  const asked = [];
  for (let address = 0; address < 10; address++) asked.push(await next('submit'));
  await checks.erase(CLINIC, id);
  for (const { answer } of asked) answer(queued('upstream'));
  await step;
  // The queue still has the job, and nothing to do for it.
  expect(await take(id)).toBeNull();
  expect(stored()).toEqual([]);
});

it('keeps labels, sealed, for as long as the check can be read, and of an erased one none', async () => {
  const { checks, request, taking, stored, bodies, clock } = await checksByHand();
  const labels = ['the-first-label', null];
  const { id } = await request({ ...canadian(2), labels } as CheckInput);
  expect(stored()).toContain('labels');
  await taking(id, 'submit', queued('upstream'), 2);
  await taking(id, 'poll', CONFIRMED, 2);
  expect(stored()).toEqual(['check', 'labels', 'proof']);
  expect(await checks.labels((await checks.get(CLINIC, id))!)).toEqual(labels);
  expect(bodies.join()).not.toContain('the-first-label');

  const { id: other } = await request({ ...canadian(1), labels: ['another'] } as CheckInput);
  await checks.erase(CLINIC, other);
  expect(stored()).toEqual(['check', 'labels', 'proof']);
  clock.advance(600_000);
  expect(await checks.labels((await checks.get(CLINIC, id))!)).toEqual([]);
});

it('keeps only the fact of a check that is canceled', async () => {
  const { id, checks, stored } = await submitted();
  expect(await checks.cancel(CLINIC, id)).toMatchObject({ state: 'CANCELED' });
  expect(stored()).toEqual(['check', 'idempotency']);
});

/** Documents in which something happens at one moment: before a write whose key and body fit. */
const before =
  (moment: (kind: string, body: string) => boolean, then: () => Promise<void>) =>
  (documents: Documents): Documents => {
    let happened = false;
    const at = async (key: string, body: string) => {
      if (happened || !moment(key.split('/')[0]!, body)) return;
      happened = true;
      await then();
    };
    return {
      ...documents,
      create: async (key, body, ...rest) => {
        await at(key, body);
        return documents.create(key, body, ...rest);
      },
      replace: async (key, version, body, ...rest) => {
        await at(key, body);
        return documents.replace(key, version, body, ...rest);
      },
    };
  };

const PROOF = (kind: string) => kind === 'proof';
const END = (kind: string, body: string) => kind === 'check' && JSON.parse(body).state === 'COMPLETED';

it.each([
  ['before its proof is written', PROOF],
  ['between its proof and its end', END],
])('keeps no proof of a check that is canceled %s', async (_name, moment) => {
  let cancel = async () => {};
  const service = await submitted({ over: before(moment, () => cancel()) });
  cancel = async () => void (await service.checks.cancel(CLINIC, service.id));
  await service.taking(service.id, 'poll', CONFIRMED, 10);
  expect(await service.checks.get(CLINIC, service.id)).toMatchObject({ state: 'CANCELED', outcome: null });
  expect(service.stored()).toEqual(['check', 'idempotency']);
});

it('keeps no proof of a check that is canceled after its worker was killed between the proof and the end', async () => {
  const killed = async () => {
    throw new Error('killed');
  };
  const { checks, taking, id, stored } = await submitted({ over: before(END, killed) });
  await expect(taking(id, 'poll', CONFIRMED, 10)).rejects.toThrow('killed');
  expect(stored()).toContain('proof');
  await checks.cancel(CLINIC, id);
  expect(stored()).toEqual(['check', 'idempotency']);
});

it('lets storage that is away be seen as what it is, and takes back what was counted', async () => {
  let away = false;
  const refuse = <T>(work: () => Promise<T>): Promise<T> => (away ? Promise.reject(storageUnavailable()) : work());
  const over = (documents: Documents): Documents => ({
    ...documents,
    create: (...args) => refuse(() => documents.create(...args)),
    get: (...args) => refuse(() => documents.get(...args)),
    delete: (...args) => refuse(() => documents.delete(...args)),
    replace: (...args) => refuse(() => documents.replace(...args)),
  });
  const { checks, request, stored } = await checksByHand({ over });
  let counted = 0;
  const admit = async () => {
    counted += 1;
    return async () => {
      counted -= 1;
    };
  };
  const check = await request(canadian(), { key: 'known', admit });
  const { id } = check;
  expect(counted).toBe(1);
  const all = stored();
  away = true;
  for (const attempt of [
    () => request(canadian(), { admit }),
    () => request(canadian(), { key: 'new', admit }),
    () => request(canadian(), { key: 'known', admit }),
    () => checks.get(CLINIC, id),
    () => checks.watch(CLINIC, id),
    () => checks.cancel(CLINIC, id),
    () => checks.erase(CLINIC, id),
    () => checks.proof(check),
  ])
    await expect(attempt()).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE', extensions: { retryAfter: 5 } });
  expect(counted).toBe(1);
  expect(stored()).toEqual(all);
  away = false;
  // What was requested before is not a new check.
  expect((await request(canadian(), { key: 'known', admit })).id).toBe(id);
  expect(counted).toBe(1);
});
