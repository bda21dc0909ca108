import { describe, expect, it } from 'vitest';
import { bearer, deliver, startReceivingGateway } from '../../support/electionbuddy.ts';
import { SAMPLES } from './samples.ts';

const EVERYTHING = `{ ballotActivity(first: 100) { totalCount nodes {
  electionCode electionName identifier statuses receivedAt
  organization { code name ownerName ownerEmail }
  openedAt completedAt addedAt voidedAt voidReason keySurfacedAt ballotPrintedAt unsubscribedAt
  contact { email sms postal ip }
  voterData payload
  questions { question type typeAsReported abstained answers {
    __typename title isWriteIn
    ... on VoteAllocation { votes } ... on Preference { weight rank } ... on Score { score notApplicable } ... on OtherAnswer { choice }
  } }
} } }`;

// biome-ignore lint/suspicious/noExplicitAny: shape as queried
async function through(event: object): Promise<any> {
  const gateway = await startReceivingGateway();
  expect(await deliver(gateway, event)).toBe(204);
  const { data, errors } = await gateway.query(EVERYTHING, {}, bearer('auditor'));
  expect(errors).toBeUndefined();
  expect(data.ballotActivity.totalCount).toBe(1);
  const [activity] = data.ballotActivity.nodes;
  expect(activity.payload).toEqual(event);
  return activity;
}

const chosen = (title: string, isWriteIn = false) => ({ __typename: 'Selection', title, isWriteIn });
const votes = (title: string, votes: number, isWriteIn = false) => ({
  __typename: 'VoteAllocation',
  title,
  isWriteIn,
  votes,
});
const preference = (title: string, weight: number, rank: number, isWriteIn = false) => ({
  __typename: 'Preference',
  title,
  isWriteIn,
  weight,
  rank,
});
const score = (title: string, value: number | null) => ({
  __typename: 'Score',
  title,
  isWriteIn: false,
  score: value,
  notApplicable: value === null,
});
const other = (title: string, choice: string, isWriteIn = false) => ({
  __typename: 'OtherAnswer',
  title,
  isWriteIn,
  choice,
});

/** What each sample asks, and what was answered. */
const QUESTIONS: Record<keyof typeof SAMPLES, [question: string, type: string, answers: object[]] | null> = {
  'payload overview': null,
  'voter data': null,
  'voter choices overview': [
    'Bylaw Amendment Approval of Article XLII',
    'PLURALITY',
    [chosen('Yes - I approve the amendments')],
  ],
  plurality: ['Council Leader', 'PLURALITY', [chosen('Jane Doe'), chosen('John Doe'), chosen('A. N. Other', true)]],
  cumulative: [
    'Council Leader',
    'CUMULATIVE',
    [votes('Jane Doe', 2), votes('John Doe', 1), votes('A. N. Other', 1, true)],
  ],
  // A larger number is more preferred: the write-in's 3 is the first choice.
  preferential: [
    'Council Leader',
    'PREFERENTIAL',
    [preference('Jane Doe', 2, 2), preference('John Doe', 1, 3), preference('A. N. Other', 3, 1, true)],
  ],
  approval: ['Council Leader', 'APPROVAL', [chosen('Jane Doe'), chosen('John Doe')]],
  nomination: ['Council Leader', 'NOMINATION', [chosen('Jane Doe', true), chosen('A. N. Other', true)]],
  scored: [
    'Member Feedback: $4300 Excess Budget Spending',
    'SCORED',
    [score('Increase security/surveillance hours', 3), score('Hire a caterer for the Annual General Meeting', 5)],
  ],
  abstention: ['Executive Board', 'NOMINATION', []],
};

describe("the document's sample", () => {
  it.each(Object.entries(SAMPLES))('"%s" comes out with nothing lost', async (name, sample) => {
    const asked = QUESTIONS[name as keyof typeof SAMPLES];
    expect(await through(sample)).toMatchObject({
      organization: {
        code: '1234',
        name: 'My organization',
        ownerName: 'Jane Doe',
        ownerEmail: 'support@electionbuddy.com',
      },
      electionCode: '12345',
      electionName: 'My election',
      identifier: '1',
      contact: {
        email: 'voter@example.com',
        sms: '555-5555',
        postal: '1, 3984 Massachusetts Avenue, Washington DC',
        ip: '0.0.0.0',
      },
      statuses: ['Voted', 'Key Surfaced'],
      openedAt: '2020-09-13T12:26:40.000Z',
      completedAt: '2020-09-13T12:47:14.000Z',
      addedAt: null,
      voidedAt: null,
      voidReason: null,
      keySurfacedAt: null,
      ballotPrintedAt: null,
      unsubscribedAt: null,
      voterData: 'voter_data' in sample ? sample.voter_data : null,
      questions: asked
        ? [
            {
              question: asked[0],
              type: asked[1],
              typeAsReported: asked[1].toLowerCase(),
              abstained: name === 'abstention',
              answers: asked[2],
            },
          ]
        : [],
    });
  });
});

describe('an event', () => {
  it.each([
    ['opened_at', 'openedAt'],
    ['completed_at', 'completedAt'],
    ['added_at', 'addedAt'],
    ['spoiled_at', 'voidedAt'],
    ['key_surfaced_at', 'keySurfacedAt'],
    ['ballot_printed_at', 'ballotPrintedAt'],
    ['unsubscribed_at', 'unsubscribedAt'],
  ])('tells %s as %s, in any form of an instant', async (wire, field) => {
    const gateway = await startReceivingGateway();
    const forms: [unknown, string | null][] = [
      [1600000000, '2020-09-13T12:26:40.000Z'],
      [0, '1970-01-01T00:00:00.000Z'],
      ['1600000000', '2020-09-13T12:26:40.000Z'],
      [1600000000.5, '2020-09-13T12:26:40.500Z'],
      [null, null],
      [-1, null],
      ['yesterday', null],
      [true, null],
      [[1600000000], null],
      [99_999_999_999, '5138-11-16T09:46:39.000Z'],
      // Milliseconds, where the document says seconds.
      [1600000000000, '2020-09-13T12:26:40.000Z'],
      ['1600000000123', '2020-09-13T12:26:40.123Z'],
      [100_000_000_000, '1973-03-03T09:46:40.000Z'],
      [99_999_999_999_999, '5138-11-16T09:46:39.999Z'],
      // Microseconds, or nothing at all.
      [100_000_000_000_000, null],
      [1600000000000000, null],
      [1e300, null],
    ];
    for (const [value] of forms) expect(await deliver(gateway, { election_id: 1, [wire]: value })).toBe(204);
    const { data, errors } = await gateway.query(`{ ballotActivity { nodes { ${field} } } }`, {}, bearer('reader'));
    expect(errors).toBeUndefined();
    expect(data.ballotActivity.nodes.map((node: Record<string, unknown>) => node[field])).toEqual(
      forms.map(([, told]) => told),
    );
  });

  it('of nothing but an election is one', async () => {
    expect(await through({ election_id: 'A-1' })).toMatchObject({
      electionCode: 'A-1',
      electionName: null,
      identifier: null,
      statuses: [],
      organization: { code: null, name: null, ownerName: null, ownerEmail: null },
      contact: { email: null, sms: null, postal: null, ip: null },
      voterData: null,
      questions: [],
    });
  });

  it('keeps keys that the document does not name, at every level', async () => {
    const event = {
      ...SAMPLES.plurality,
      weight: 2.5,
      device: { kind: 'kiosk', ids: [1, [2, null]] },
      constructor: 'x',
      '': { '': 0 },
      voter_data: { nested: { list: [{ a: null }] }, '': false },
      questions: [
        {
          question: 'Q',
          type: 'plurality',
          shown: true,
          answers: { regular: [{ title: 'A', choice: 'true', color: 'red' }], write_ins: [], skipped: 3 },
        },
      ],
    };
    const activity = await through(event);
    expect(activity.voterData).toEqual(event.voter_data);
    expect(activity.questions).toHaveLength(1);
  });

  it('keeps a key named __proto__, which only JSON can have', async () => {
    const gateway = await startReceivingGateway();
    const body = '{"election_id":1,"__proto__":{"a":1},"voter_data":{"__proto__":[2]}}';
    expect(await deliver(gateway, body)).toBe(204);
    const { data } = await gateway.query('{ ballotActivity { nodes { payload voterData } } }', {}, bearer('auditor'));
    expect(JSON.stringify(data.ballotActivity.nodes[0].payload)).toBe(body);
    expect(JSON.stringify(data.ballotActivity.nodes[0].voterData)).toBe('{"__proto__":[2]}');
  });

  it.each([
    ['Voted', ['Voted']],
    [
      ['Voted', 7, null, { a: 1 }],
      ['Voted', '7'],
    ],
    [null, []],
    [{}, []],
  ])('of status %j has %j', async (status, statuses) => {
    expect(await through({ election_id: 1, status })).toMatchObject({ statuses });
  });

  it('says numbers of text as text', async () => {
    expect(
      await through({ election_id: 1, identifier: 17, sms: 5555, spoil_reason: false, organization_id: '9' }),
    ).toMatchObject({
      identifier: '17',
      contact: { sms: '5555' },
      voidReason: 'false',
      organization: { code: '9' },
    });
  });
});

describe('a number that a double would change', () => {
  /** Everything that was stored after these bodies, oldest first. */
  async function stored(...bodies: string[]) {
    const gateway = await startReceivingGateway();
    for (const body of bodies) expect(await deliver(gateway, body)).toBe(204);
    const { data, errors } = await gateway.query(EVERYTHING, {}, bearer('auditor'));
    expect(errors).toBeUndefined();
    return { gateway, nodes: data.ballotActivity.nodes };
  }

  it('is told to its last digit wherever it stands for a text', async () => {
    const event = (digit: number) =>
      `{"election_id":1,"identifier":900719925474099${digit},"sms":12345678901234567890${digit},"status":[9007199254740993],
        "organization_id":-9007199254740993,"spoil_reason":0.1234567890123456789${digit},
        "questions":[{"question":"Q","type":"cumulative","answers":{"regular":[{"title":"A","choice":9007199254740993}]}}]}`;
    const { nodes } = await stored(event(2), event(3));
    expect(nodes).toHaveLength(2);
    for (const [index, digit] of [2, 3].entries()) {
      expect(nodes[index]).toMatchObject({
        identifier: `900719925474099${digit}`,
        contact: { sms: `12345678901234567890${digit}` },
        statuses: ['9007199254740993'],
        organization: { code: '-9007199254740993' },
        voidReason: `0.1234567890123456789${digit}`,
        questions: [{ answers: [other('A', '9007199254740993')] }],
      });
    }
  });

  it('can be the id of an election, which is then asked for by all its digits', async () => {
    const { gateway, nodes } = await stored('{"election_id":9007199254740993}', '{"election_id":9007199254740992}');
    expect(nodes.map(({ electionCode }: { electionCode: string }) => electionCode)).toEqual([
      '9007199254740993',
      '9007199254740992',
    ]);
    const one = '{ ballotActivity(electionCode: "9007199254740993") { nodes { electionCode } } }';
    const { data } = await gateway.query(one, {}, bearer('reader'));
    expect(data.ballotActivity.nodes).toEqual([{ electionCode: '9007199254740993' }]);
  });

  const NUMBERS: [source: string, shown: unknown][] = [
    ['9007199254740991', 9007199254740991],
    ['9007199254740992', 9007199254740992],
    ['9007199254740993', '9007199254740993'],
    ['-9007199254740993', '-9007199254740993'],
    ['1.50', 1.5],
    ['1e3', 1000],
    ['10.0E-1', 1],
    ['0.1', 0.1],
    ['0.1000000000000000055511151231257827', '0.1000000000000000055511151231257827'],
    ['0.1234567890123456789', '0.1234567890123456789'],
    ['1.7976931348623157e308', 1.7976931348623157e308],
    ['1e999', '1e999'],
    ['-1E+999', '-1E+999'],
    ['1e-999', '1e-999'],
    ['5e-324', 5e-324],
    ['0', 0],
    ['-0.0', 0],
    ['0e999', 0],
    [`1${'0'.repeat(100_000)}`, `1${'0'.repeat(100_000)}`],
    [`0.1${'0'.repeat(100_000)}`, 0.1],
  ];
  it.each(NUMBERS.map(([source, shown]) => ({ name: source.slice(0, 40), source, shown })))(
    '$name is shown in payload and voterData',
    async ({ source, shown }) => {
      const { nodes } = await stored(`{"election_id":1,"x":[${source}],"voter_data":{"a":${source}}}`);
      expect(nodes[0].payload).toEqual({ election_id: 1, x: [shown], voter_data: { a: shown } });
      expect(nodes[0].voterData).toEqual({ a: shown });
    },
  );
});

describe('a question', () => {
  const ask = async (type: unknown, answers: unknown) =>
    (await through({ election_id: 1, questions: [{ question: 'Q', type, answers }] })).questions;
  const regular = (...choices: unknown[]) => ({
    regular: choices.map((choice, index) => ({ title: `${index}`, choice })),
    write_ins: [],
  });

  it.each([
    [
      'plurality',
      regular('true', true, 'false', '1'),
      'PLURALITY',
      [chosen('0'), chosen('1'), other('2', 'false'), other('3', '1')],
    ],
    ['approval', regular('maybe'), 'APPROVAL', [other('0', 'maybe')]],
    [
      'cumulative',
      regular('10', 3, '-1', '1.5', 'x', ''),
      'CUMULATIVE',
      [votes('0', 10), votes('1', 3), other('2', '-1'), other('3', '1.5'), other('4', 'x'), other('5', '')],
    ],
    // Equal weights share a rank; what is no weight takes none.
    [
      'preferential',
      regular('2', '5', '2', 'none', '1'),
      'PREFERENTIAL',
      [preference('0', 2, 2), preference('1', 5, 1), preference('2', 2, 2), other('3', 'none'), preference('4', 1, 4)],
    ],
    [
      'scored',
      regular('5', 'not_applicable', '0', 'n/a'),
      'SCORED',
      [score('0', 5), score('1', null), score('2', 0), other('3', 'n/a')],
    ],
    [
      'cumulative',
      regular('999999999', '99999999999'),
      'CUMULATIVE',
      [votes('0', 999_999_999), other('1', '99999999999')],
    ],
    ['ranked_pairs', regular('2', 'true'), 'UNKNOWN', [other('0', '2'), other('1', 'true')]],
    ['constructor', regular('true'), 'UNKNOWN', [other('0', 'true')]],
    ['PLURALITY', regular('true'), 'UNKNOWN', [other('0', 'true')]],
  ])('of type %s', async (type, answers, expected, told) => {
    expect(await ask(type, answers)).toEqual([
      { question: 'Q', type: expected, typeAsReported: type, abstained: false, answers: told },
    ]);
  });

  it.each(['plurality', 'cumulative', 'preferential', 'approval', 'nomination', 'scored', 'ranked_pairs'])(
    'of type %s can be abstained from',
    async (type) => {
      const abstention = { regular: [{ title: 'abstain', choice: 'abstain' }], write_ins: [] };
      expect(await ask(type, abstention)).toMatchObject([{ abstained: true, answers: [] }]);
      // An option that is named so is an option.
      expect(await ask(type, { regular: [{ title: 'abstain', choice: 'true' }] })).toMatchObject([
        { abstained: false, answers: [{ title: 'abstain' }] },
      ]);
    },
  );

  it.each([[{}], [{ regular: null, write_ins: null }], [{ regular: [] }]])(
    'answered by %j has no answers',
    async (answers) => {
      expect(await ask('plurality', answers)).toMatchObject([{ abstained: false, answers: [] }]);
    },
  );

  it('of another form does not hide the ones beside it', async () => {
    const good = { question: 'Q', type: 'plurality', answers: regular('true') };
    const activity = await through({ election_id: 1, questions: [null, good, { question: 7 }, [], good] });
    expect(activity.questions).toHaveLength(2);
  });
});
