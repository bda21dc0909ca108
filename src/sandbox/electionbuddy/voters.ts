export type Voter = {
  identifier: string;
  email?: string;
  sms?: string;
  postal?: string;
  /** What the list's other columns say. */
  fullName: string;
  /** Election ids. */
  voted: readonly string[];
  notVoted: readonly string[];
  /** Whether the sandbox lets them vote by itself; the others keep what they can still vote in. */
  casts?: true;
};

/** Nobody: names are invented, addresses end in a domain and numbers in a range that are kept for examples. */
export const VOTERS: readonly Voter[] = [
  {
    identifier: 'jane@example.com',
    fullName: 'Jane Roe',
    email: 'jane@example.com',
    voted: ['9005'],
    notVoted: ['12', '9002', '9003', '9004', '9006'],
  },
  // What is hard about each identifier is what encodings disagree on: ' and +, space and é, * ~ ( ) / %, emoji, & and =.
  {
    identifier: "o'neill+vote@example.org",
    fullName: "Aoife O'Neill",
    email: "o'neill+vote@example.org",
    voted: ['9006'],
    notVoted: ['12', '9002'],
  },
  {
    identifier: 'josé é@example.org',
    fullName: 'José Étienne',
    sms: '555-0101',
    voted: ['12'],
    notVoted: ['9002', '9003'],
  },
  {
    identifier: 'star*tilde~(p)/100%@example.org',
    fullName: 'Star Tilde',
    voted: ['9003'],
    notVoted: ['12', '9004'],
  },
  { identifier: 'ballot🗳️box@example.org', fullName: 'B. Box', voted: [], notVoted: ['12', '9002'] },
  { identifier: 'smith&sons=1@example.org', fullName: 'Smith & Sons', voted: ['9002'], notVoted: ['9006'] },
  {
    identifier: 'amara.okafor@example.org',
    fullName: 'Amara Okafor',
    email: 'amara.okafor@example.org',
    postal: '1, 39 Quay Street, Port Example',
    voted: [],
    notVoted: ['12', '9002', '9003'],
    casts: true,
  },
  {
    identifier: 'møller (flat 3)@example.org',
    fullName: 'Kirsten Møller',
    sms: '555-0102',
    voted: [],
    notVoted: ['12', '9006'],
    casts: true,
  },
  { identifier: 'HL-0007', fullName: 'Tomasz Zieliński', voted: ['12', '9002', '9003'], notVoted: [] },
  { identifier: 'lee@example.net', fullName: 'Lee Min', email: 'lee@example.net', voted: [], notVoted: ['9004'] },
  { identifier: 'no-elections@example.org', fullName: 'Nora Newcomer', voted: [], notVoted: [] },
  { identifier: 'founder@example.org', fullName: 'Frida Founder', voted: [], notVoted: ['9007', '12'] },
  { identifier: 'co-founder@example.org', fullName: 'Carl Cofounder', voted: ['9007', '9005'], notVoted: [] },
];

/** There are more members than are worth naming: these come to vote once the named ones have. */
export function inventMember(number: number): Voter {
  const identifier = `HL-${1000 + number}`;
  return {
    identifier,
    fullName: `Member ${1000 + number}`,
    email: `member${1000 + number}@example.org`,
    ...(number % 3 === 0 && { sms: `555-01${String(number % 100).padStart(2, '0')}` }),
    ...(number % 4 === 0 && { postal: `${number}, 39 Quay Street, Port Example` }),
    voted: [],
    notVoted: [],
  };
}
