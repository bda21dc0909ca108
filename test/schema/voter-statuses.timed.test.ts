import { expect, it } from 'vitest';
import { bearer, startBuddyGateway } from '../support/electionbuddy.ts';

const MEMBERS = 500;
const ANSWER_MS = 50;
const AT_ONCE = 16;

it(`500 statuses take at most 1.2 times what a source of ${ANSWER_MS} ms allows that takes ${AT_ONCE} at once`, async () => {
  const { query, buddy } = await startBuddyGateway({ env: { IEBC_CONCURRENCY: String(AT_ONCE) } });
  const ask = async (count: number) => {
    const memberIds = Array.from({ length: count }, (_, index) => `HL-${5000 + index}`);
    const text = `query ($memberIds: [ID!]!) {
      voterStatuses(electionCode: "12", memberIds: $memberIds) { status { hasVoted } error { code } }
    }`;
    const began = performance.now();
    const { data, errors } = await query(text, { memberIds }, bearer('server'));
    const ms = performance.now() - began;
    expect(errors).toBeUndefined();
    expect(data.voterStatuses).toEqual(Array(count).fill({ status: { hasVoted: false }, error: null }));
    return ms;
  };
  buddy.faults.set({ kind: 'slow', ms: ANSWER_MS });
  // Connections, and code that has run before.
  await ask(100);
  // Whatever else the machine does can only add to it.
  const took = Math.min(await ask(MEMBERS), await ask(MEMBERS), await ask(MEMBERS));
  expect(took / ((MEMBERS / AT_ONCE) * ANSWER_MS)).toBeLessThan(1.2);
});
