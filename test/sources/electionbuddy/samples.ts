/**
 * The payloads of ElectionBuddy's document, in its order. It does not print them as valid JSON: the comments, the missing
 * comma before `voter_data` and the trailing one after "Abstention" are repaired, and where it says "other fields" stand
 * `OTHER_FIELDS`, its own from the overview.
 */
type Answer = { title: string; choice: string };
type Question = { question: string; type: string; answers: { regular: Answer[]; write_ins: Answer[] } };
type Sample = Record<string, unknown> & { voter_data?: object; questions?: Question[] };

const OTHER_FIELDS = {
  organization_id: 1234,
  organization_name: 'My organization',
  organization_owner_name: 'Jane Doe',
  organization_owner_email: 'support@electionbuddy.com',
  election_id: 12345,
  election_name: 'My election',
  identifier: '1',
  email: 'voter@example.com',
  sms: '555-5555',
  postal: '1, 3984 Massachusetts Avenue, Washington DC',
  status: ['Voted', 'Key Surfaced'],
  opened_at: 1600000000,
  completed_at: 1600001234,
  added_at: null,
  spoiled_at: null,
  spoil_reason: null,
  key_surfaced_at: null,
  ballot_printed_at: null,
  ip: '0.0.0.0',
  unsubscribed_at: null,
};

const asking = (question: Question): Sample => ({ ...OTHER_FIELDS, questions: [question] });
const leader = (type: string, regular: Answer[], write_ins: Answer[]): Sample =>
  asking({ question: 'Council Leader', type, answers: { regular, write_ins } });
const of = (title: string, choice: string): Answer => ({ title, choice });

export const SAMPLES = {
  'payload overview': { ...OTHER_FIELDS, voter_data: {} },
  'voter data': {
    ...OTHER_FIELDS,
    voter_data: {
      email: 'ouch@example.com',
      employer: 'Acme Inc.',
      password: 'foobar',
      full_name: 'Coyote W',
      department: 'Demolition',
      crm_identifier: '1234',
    },
  },
  'voter choices overview': asking({
    question: 'Bylaw Amendment Approval of Article XLII',
    type: 'plurality',
    answers: { regular: [of('Yes - I approve the amendments', 'true')], write_ins: [] },
  }),
  plurality: leader('plurality', [of('Jane Doe', 'true'), of('John Doe', 'true')], [of('A. N. Other', 'true')]),
  cumulative: leader('cumulative', [of('Jane Doe', '2'), of('John Doe', '1')], [of('A. N. Other', '1')]),
  preferential: leader('preferential', [of('Jane Doe', '2'), of('John Doe', '1')], [of('A. N. Other', '3')]),
  approval: leader('approval', [of('Jane Doe', 'true'), of('John Doe', 'true')], []),
  nomination: leader('nomination', [], [of('Jane Doe', 'true'), of('A. N. Other', 'true')]),
  scored: asking({
    question: 'Member Feedback: $4300 Excess Budget Spending',
    type: 'scored',
    answers: {
      regular: [
        of('Increase security/surveillance hours', '3'),
        of('Hire a caterer for the Annual General Meeting', '5'),
      ],
      write_ins: [],
    },
  }),
  abstention: asking({
    question: 'Executive Board',
    type: 'nomination',
    answers: { regular: [of('abstain', 'abstain')], write_ins: [] },
  }),
} satisfies Record<string, Sample>;
