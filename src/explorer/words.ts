import type { FiguresFragment, PartFragment, Post } from './generated/graphql.ts';

export const POSTS: { post: Post; title: string }[] = [
  { post: 'PRESIDENT', title: 'President' },
  { post: 'GOVERNOR', title: 'Governor' },
  { post: 'SENATOR', title: 'Senator' },
  { post: 'WOMAN_REPRESENTATIVE', title: 'Woman representative' },
  { post: 'MEMBER_OF_NATIONAL_ASSEMBLY', title: 'National Assembly' },
  { post: 'MEMBER_OF_COUNTY_ASSEMBLY', title: 'County assembly' },
];

export const postTitle = (post: Post) => POSTS.find((one) => one.post === post)?.title ?? post;

const whole = new Intl.NumberFormat('en-GB');
const percent = new Intl.NumberFormat('en-GB', {
  style: 'percent',
  minimumFractionDigits: 1,
  maximumFractionDigits: 1,
});
const clock = new Intl.DateTimeFormat('en-GB', {
  ...{ day: 'numeric', month: 'short' },
  ...{ hour: '2-digit', minute: '2-digit', second: '2-digit' },
});

/** What is not known is a dash, never a nought. */
const DASH = '–';

export const count = (value: number | null | undefined) => (value == null ? DASH : whole.format(value));
export const share = (value: number | null | undefined) => (value == null ? DASH : percent.format(value));
export const time = (instant: string) => clock.format(new Date(instant));

/** The source writes names in capitals: `TAITA TAVETA` is read more easily as "Taita Taveta". */
export function properName(name: string): string {
  return name
    .trim()
    .replace(/\s+/g, ' ')
    .toLowerCase()
    .replace(/(^|[\s\-/(])\p{Letter}/gu, (start) => start.toUpperCase());
}

type Counted = { result: { stationsReported: number | null } | null; stationsTotal: number | null };

/** Of the stations, 0 to 1; null while nobody knows how many there are. */
export function reportedShare({ result, stationsTotal }: Counted): number | null {
  if (!result || result.stationsReported === null || !stationsTotal) return null;
  return Math.min(1, result.stationsReported / stationsTotal);
}

export const stations = ({ result, stationsTotal }: Counted) =>
  `${count(result?.stationsReported)} of ${count(stationsTotal)}`;

/** Why there is no leader; null where there is one. */
export function noLeader(result: FiguresFragment | PartFragment | null): string | null {
  if (!result) return 'Not counted here';
  const { leader, status, tallies } = result;
  if (leader) return null;
  if (status === 'UNAVAILABLE') return 'Not available';
  return tallies.some(({ votes }) => votes > 0) ? 'Tie' : 'No count';
}
