import { describe, expect, it } from 'vitest';
import { type EregSandboxOptions, startEregSandbox } from '../../../src/sandbox/ereg/index.ts';
import { CANNOT_CONFIRM, handClock, poll, queue, STRANGER, statusAndBody } from './client.ts';

async function started(options: EregSandboxOptions) {
  const clock = handClock();
  const sandbox = await startEregSandbox({ now: clock.now, ...options });
  const { check_id } = await queue(sandbox, STRANGER);
  return {
    advance: clock.advance,
    read: async () => statusAndBody(await poll(sandbox, check_id)),
    queueAnother: async () => (await queue(sandbox, STRANGER)).check_id,
    readOther: async (id: string) => statusAndBody(await poll(sandbox, id)),
    [Symbol.asyncDispose]: () => sandbox.close(),
  };
}

const RUNNING = [200, '{"status":"IN-PROGRESS","registered":null,"raw_message":null}'];
const DONE = [200, `{"status":"SUCCESS","registered":false,"raw_message":"${CANNOT_CONFIRM}"}`];

describe('a check', () => {
  it('runs as long as told, to the millisecond, and stays done', async () => {
    await using check = await started({ checkMs: 5000 });
    expect(await check.read()).toEqual(RUNNING);
    check.advance(4999);
    expect(await check.read()).toEqual(RUNNING);
    check.advance(1);
    expect(await check.read()).toEqual(DONE);
    check.advance(60_000);
    expect(await check.read()).toEqual(DONE);
  });

  it('runs 3 seconds by default', async () => {
    await using check = await started({});
    check.advance(2999);
    expect(await check.read()).toEqual(RUNNING);
    check.advance(1);
    expect(await check.read()).toEqual(DONE);
  });

  it('is done at the first poll when told so', async () => {
    await using check = await started({ checkMs: 0 });
    expect(await check.read()).toEqual(DONE);
  });

  it('each has its own time', async () => {
    await using check = await started({ checkMs: 1000 });
    check.advance(600);
    const other = await check.queueAnother();
    check.advance(400);
    expect(await check.read()).toEqual(DONE);
    expect(await check.readOther(other)).toEqual(RUNNING);
  });

  it('is forgotten: 422 without a body, as an id that never was', async () => {
    await using check = await started({ checkMs: 10, forgetAfterMs: 1000 });
    check.advance(999);
    expect(await check.read()).toEqual(DONE);
    check.advance(1);
    expect(await check.read()).toEqual([422, '']);
    expect(await check.readOther('0b6f1c2e-0000-4000-8000-000000000000')).toEqual([422, '']);
    // What it was forgotten for does not matter to those that came later.
    const other = await check.queueAnother();
    check.advance(10);
    expect(await check.readOther(other)).toEqual(DONE);
    expect(await check.read()).toEqual([422, '']);
  });

  it('is kept an hour by default', async () => {
    await using check = await started({});
    check.advance(3_599_999);
    expect(await check.read()).toEqual(DONE);
    check.advance(1);
    expect(await check.read()).toEqual([422, '']);
  });
});
