import type { Question } from './questions.ts';

export type Organization = { id: number; name: string };

export type Election = {
  id: string;
  name: string;
  organization: Organization;
  /** V1's. */
  secretKey: string;
  /** Milliseconds; without an end the vote is open until somebody closes it. */
  startsAt: number;
  endsAt: number | undefined;
  /** Three forms of V1's status are known, oldest first: see sources/electionbuddy/WIRE.md. */
  statusForm: 'voted' | 'voted+state' | 'voted+state+end';
  /**
   * What a member who is not on the list gets. The document says both that it is a fresh ballot (sign-on) and that it is
   * 404 (errors): `refused` is 404 for status and link, `welcome` has a status and gets a ballot, and for `by link` each
   * sentence is true in its place: 404 for the status, a ballot for whoever opens a link.
   */
  newcomers: 'refused' | 'welcome' | 'by link';
  /** How many voters the list can hold. */
  voterLimit: number;
  /** Medium integrity: a webhook's identifier is then the list's Key column, not its ID column. */
  mediumIntegrity: boolean;
  /** Whether administrators, and so webhooks, see the choices. */
  choicesShown: boolean;
  /** Whether the list was imported with all its columns, which then travel as `voter_data`. */
  allColumns: boolean;
  questions: readonly Question[];
};

/** Invented, like all else here. With `/` and `+`, to catch who takes the secret for base64 and decodes it. */
export const ORGANIZATION_SECRET = 'sandbox/organization+secret/4170==';
export const ORGANIZATION: Organization = { id: 4170, name: "Harbour Lights Housing Co-operative & Friends'" };
/** Shares the billing account, so V2 lists its elections too. */
const SISTER: Organization = { id: 4171, name: 'Harbour Lights Foundation' };

const DAY = 86_400_000;
const MINUTE = 60_000;

const USUAL = {
  organization: ORGANIZATION,
  statusForm: 'voted+state',
  newcomers: 'refused',
  voterLimit: 1_000_000,
  mediumIntegrity: false,
  choicesShown: true,
  allColumns: false,
} as const satisfies Partial<Election>;

/** Elections lie around the moment of starting, and begin and end as the clock passes them. */
export function inventElections(startedAt: number): Election[] {
  const today = Math.floor(startedAt / MINUTE) * MINUTE;
  return [
    {
      ...USUAL,
      // Id and key of the document's examples, which can so be tried as they are printed.
      id: '12',
      secretKey: 'N+vlebJgl/Lkxtu2b4hOe+JUTpVm5arWGJbQ6U7BOFs=',
      name: 'Council Election',
      startsAt: today - 2 * DAY,
      endsAt: today + 12 * DAY,
      newcomers: 'welcome',
      allColumns: true,
      questions: [
        { question: 'Council Leader', type: 'preferential', options: COUNCIL, writeIns: true },
        { question: 'Treasurer', type: 'plurality', options: TREASURERS, writeIns: true, abstain: true },
      ],
    },
    {
      ...USUAL,
      id: '9002',
      secretKey: 'sandbox-key-9002',
      name: `Budget, Dues & "Extras" <2nd reading> – l'été`,
      startsAt: today - 1 * DAY,
      endsAt: today + 6 * DAY,
      statusForm: 'voted+state+end',
      questions: [
        { question: 'Where should the surplus go?', type: 'scored', options: SPENDING, notApplicable: true },
        { question: 'Divide 4 votes among the projects', type: 'cumulative', options: SPENDING, writeIns: true },
        { question: 'Which dues would you accept?', type: 'approval', options: DUES, abstain: true },
      ],
    },
    {
      ...USUAL,
      id: '9003',
      secretKey: 'sandbox-key-9003',
      name: 'Executive Board Nominations',
      startsAt: today - 30 * DAY,
      endsAt: undefined,
      statusForm: 'voted+state+end',
      mediumIntegrity: true,
      questions: [{ question: 'Executive Board', type: 'nomination', options: [], abstain: true }],
    },
    {
      ...USUAL,
      id: '9004',
      secretKey: 'sandbox-key-9004',
      name: 'Bylaw Amendment, Article XLII',
      startsAt: today + 3 * DAY,
      endsAt: today + 9 * DAY,
      questions: [{ question: 'Shall Article XLII be amended?', type: 'plurality', options: ['Yes', 'No'] }],
    },
    {
      ...USUAL,
      id: '9005',
      secretKey: 'sandbox-key-9005',
      name: 'Board Election (last year)',
      startsAt: today - 370 * DAY,
      endsAt: today - 363 * DAY,
      statusForm: 'voted',
      questions: [{ question: 'Chair', type: 'plurality', options: COUNCIL }],
    },
    {
      ...USUAL,
      id: '9006',
      secretKey: 'sandbox-key-9006',
      name: "Grants' Jury",
      organization: SISTER,
      startsAt: today - 3 * DAY,
      endsAt: today + 20 * DAY,
      choicesShown: false,
      questions: [{ question: 'Jury', type: 'approval', options: COUNCIL }],
    },
    {
      ...USUAL,
      id: '9007',
      secretKey: 'sandbox-key-9007',
      name: 'Founders’ Poll',
      startsAt: today - 5 * DAY,
      endsAt: today + 30 * DAY,
      statusForm: 'voted',
      newcomers: 'welcome',
      voterLimit: 2,
      questions: [{ question: 'Keep the name?', type: 'plurality', options: ['Keep', 'Change'] }],
    },
    {
      ...USUAL,
      id: '9008',
      secretKey: 'sandbox-key-9008',
      name: 'Tenants’ Panel',
      startsAt: today - 4 * DAY,
      endsAt: today + 25 * DAY,
      newcomers: 'by link',
      // Nobody is on its list to begin with.
      voterLimit: 2,
      questions: [{ question: 'Panel', type: 'plurality', options: COUNCIL }],
    },
  ];
}

const COUNCIL = ['Jane Doe', 'John Doe', 'Søren Ø. Lind', 'Nguyễn Thị Hoa'];
const TREASURERS = ['Amara Okafor', 'Tomasz Zieliński'];
const SPENDING = ['More security hours', 'A caterer for the general meeting', 'New bicycles'];
const DUES = ['$40', '$45', '$50'];

/** Of the states' names only `running` is documented; the other two are assumed. */
export function stateOf(election: Election, now: number): 'scheduled' | 'running' | 'completed' {
  if (now < election.startsAt) return 'scheduled';
  return election.endsAt === undefined || now < election.endsAt ? 'running' : 'completed';
}
