import { afterEach, describe, expect, it } from 'vitest';
import {
  type ElectionBuddySandbox,
  type ElectionBuddySandboxOptions,
  startElectionBuddySandbox,
} from '../../../src/sandbox/electionbuddy/index.ts';
import { AS_JSON, EXP, handClock, SSO, v1 } from './client.ts';
import { startReceiver } from './receiver.ts';

type Mark = { title: string; choice: string };
type Payload = Record<string, unknown> & {
  election_id: number;
  identifier: string;
  status: string[];
  questions?: { question: string; type: string; answers: { regular: Mark[]; write_ins: Mark[] } }[];
};

const INSTANTS = [
  'opened_at',
  'completed_at',
  'added_at',
  'spoiled_at',
  'key_surfaced_at',
  'ballot_printed_at',
  'unsubscribed_at',
];

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});

async function start(
  statuses?: number[],
  options: ElectionBuddySandboxOptions = {},
): Promise<{ sandbox: ElectionBuddySandbox; receiver: Awaited<ReturnType<typeof startReceiver>> }> {
  const receiver = await startReceiver(statuses);
  const sandbox = await startElectionBuddySandbox({
    now: handClock().now,
    webhookUrl: receiver.url,
    ballotEveryMs: 0,
    retryDelaysMs: [1, 2, 3],
    ...options,
  });
  open.push(sandbox, receiver);
  return { sandbox, receiver };
}

async function cast(sandbox: ElectionBuddySandbox, times: number): Promise<Payload[]> {
  const payloads: Payload[] = [];
  for (let i = 0; i < times; i++) {
    const { status, payload } = await sandbox.castBallot();
    expect(status).toBe(200);
    payloads.push(payload as Payload);
  }
  return payloads;
}

describe('a ballot', () => {
  it('is posted as JSON, as it is returned', async () => {
    const { sandbox, receiver } = await start();
    const [payload] = await cast(sandbox, 1);
    expect(receiver.received).toHaveLength(1);
    const { method, type, text } = receiver.received[0]!;
    expect([method, type]).toEqual(['POST', 'application/json']);
    expect(JSON.parse(text)).toEqual(payload);
    expect(payload).toMatchObject({
      organization_id: 4170,
      election_id: 12,
      identifier: 'amara.okafor@example.org',
      email: 'amara.okafor@example.org',
      postal: '1, 39 Quay Street, Port Example',
      status: ['Voted'],
      completed_at: EXP,
      spoiled_at: null,
      voter_data: { department: 'Demolition', password: expect.any(String) },
    });
  });

  it('counts as a vote', async () => {
    const { sandbox } = await start();
    const voted = async (): Promise<unknown> => {
      const query = v1(sandbox, '12', 'amara.okafor@example.org');
      return (await fetch(`${sandbox.url}${SSO}?${query}`, { headers: AS_JSON })).json();
    };
    expect(await voted()).toMatchObject({ voted: false });
    await cast(sandbox, 1);
    expect(await voted()).toMatchObject({ voted: true });
  });

  it('leaves unvoted those whom the samples are about', async () => {
    const { sandbox } = await start();
    const payloads = await cast(sandbox, 60);
    expect(payloads.map(({ identifier }) => identifier)).not.toContain('jane@example.com');
  });
});

describe('sixty ballots', () => {
  it('show every question type, abstention, write-ins, not_applicable, ranks and instants', async () => {
    const { sandbox, receiver } = await start();
    const payloads = await cast(sandbox, 60);

    expect(new Set(payloads.map(({ election_id }) => election_id))).toEqual(new Set([12, 9002, 9003, 9006]));
    expect(new Set(payloads.map((p) => `${p.election_id} ${p.identifier} ${p.status}`)).size).toBe(60);
    for (const payload of payloads) {
      for (const name of INSTANTS) expect(payload[name] === null || Number.isInteger(payload[name])).toBe(true);
    }
    for (const name of INSTANTS) expect(payloads.some((payload) => payload[name] !== null)).toBe(true);
    for (const name of ['email', 'sms', 'postal', 'voter_data', 'questions']) {
      expect(payloads.some((payload) => name in payload)).toBe(true);
      expect(payloads.some((payload) => !(name in payload))).toBe(true);
    }
    expect(payloads.some(({ status, completed_at }) => status[0] === 'Spoiled' && completed_at === null)).toBe(true);

    const questions = payloads.flatMap((payload) => payload.questions ?? []);
    const choices = (type: string): Set<string> =>
      new Set(
        questions
          .filter((question) => question.type === type)
          .flatMap(({ answers }) => [...answers.regular, ...answers.write_ins].map(({ choice }) => choice)),
      );
    expect(choices('plurality')).toEqual(new Set(['true', 'abstain']));
    expect(choices('approval')).toEqual(new Set(['true', 'abstain']));
    expect(choices('nomination')).toEqual(new Set(['true', 'abstain']));
    expect(choices('cumulative')).toEqual(new Set(['1', '2', '3', '4']));
    expect(choices('preferential')).toEqual(new Set(['1', '2', '3', '4', '5']));
    expect(choices('scored')).toEqual(new Set(['1', '2', '3', '4', '5', 'not_applicable']));
    expect(new Set(questions.map(({ type }) => type)).size).toBe(6);
    const withWriteIns = questions.filter(({ answers }) => answers.write_ins.length > 0).map(({ type }) => type);
    expect(new Set(withWriteIns)).toEqual(new Set(['plurality', 'cumulative', 'preferential', 'nomination']));

    for (const { type, answers } of questions) {
      const all = [...answers.regular, ...answers.write_ins].map(({ choice }) => choice);
      if (all.includes('abstain'))
        expect(answers).toEqual({ regular: [{ title: 'abstain', choice: 'abstain' }], write_ins: [] });
      else if (type === 'preferential') expect(all.map(Number).sort()).toEqual(all.map((_, i) => i + 1));
      else if (type === 'cumulative') expect(all.reduce((sum, votes) => sum + Number(votes), 0)).toBe(4);
      else if (type === 'nomination') expect(answers.regular).toEqual([]);
    }

    // One in five came twice, byte for byte.
    expect(receiver.received).toHaveLength(72);
    expect(new Set(receiver.received.map(({ text }) => text)).size).toBe(60);
  });
});

describe('a receiver', () => {
  it('that fails for a while gets the same again', async () => {
    const { sandbox, receiver } = await start([500, 0, 429, 204]);
    expect((await sandbox.castBallot()).status).toBe(204);
    expect(receiver.received).toHaveLength(4);
    expect(new Set(receiver.received.map(({ text }) => text)).size).toBe(1);
  });

  it('that goes on failing is given up', async () => {
    const { sandbox, receiver } = await start([503]);
    expect((await sandbox.castBallot()).status).toBe(503);
    expect(receiver.received).toHaveLength(4);
  });

  it.each([[404], [413], [302]])('that answers %i is not asked again', async (status) => {
    const { sandbox, receiver } = await start([status]);
    expect((await sandbox.castBallot()).status).toBe(status);
    expect(receiver.received).toHaveLength(1);
  });

  it('that is not there: status 0', async () => {
    const { sandbox, receiver } = await start();
    await receiver.close();
    open.splice(open.indexOf(receiver), 1);
    expect((await sandbox.castBallot()).status).toBe(0);
  });

  it('can be named later, and then ballots come by themselves', async () => {
    const { sandbox, receiver } = await start([200], { webhookUrl: '', ballotEveryMs: 2 });
    await expect(sandbox.castBallot()).rejects.toThrow(/no webhook URL/);
    sandbox.setWebhookUrl(receiver.url);
    await receiver.count(8);
  });

  it('must have a URL', async () => {
    await expect(startElectionBuddySandbox({ webhookUrl: 'nowhere' })).rejects.toThrow(/Invalid URL/);
  });
});

it('closes while a ballot waits for its next attempt', async () => {
  const { sandbox, receiver } = await start([500], { retryDelaysMs: [60_000] });
  const ballot = sandbox.castBallot();
  await receiver.count(1);
  await sandbox.close();
  expect([0, 500]).toContain((await ballot).status);
});
