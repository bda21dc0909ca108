/** What a source of answers (invented or recorded) is asked, once a request has passed every check. */
export type DataRequest = {
  endpoint: Endpoint;
  /** What `/results/` is asked about: `ward`, `post`, `country` and so on. */
  category: string | undefined;
  /** As it came; codes compare without case. */
  code: string | undefined;
  election: string | undefined;
  /** Every filter but `election`. */
  filters: ReadonlyMap<string, string>;
};

export type Endpoint =
  | 'county'
  | 'constituency'
  | 'ward'
  | 'pollingstation'
  | 'party'
  | 'contest'
  | 'candidate'
  | 'voter'
  | 'results'
  | 'info'
  | 'reporting'
  | 'election';

export type Level = 'country' | 'county' | 'constituency' | 'ward';
export type District = Exclude<Level, 'country'>;
type Body = string | Buffer;

export type Source = {
  elections: string[];
  /** Throws a Refusal for what it does not have. */
  answer(request: DataRequest): Body;
  boundary(level: string, number: number): Body | undefined;
};

/** Answered with HTTP 200 and `{status, message}`, the document's form of an error. */
export class Refusal extends Error {
  readonly status: string;
  constructor(status: string, message: string) {
    super(message);
    this.status = status;
  }
}

export const DISTRICTS: readonly District[] = ['county', 'constituency', 'ward'];

/** Post numbers are the document's; the long titles of posts 4 and 6 are those a client of 2013 had to parse. */
export const POSTS = [
  { post: 1, title: 'Presidential', area: 'country' },
  { post: 2, title: 'Governor', area: 'county' },
  { post: 3, title: 'Senator', area: 'county' },
  { post: 4, title: 'National Assembly Rep.', area: 'constituency' },
  { post: 5, title: 'Women Representative', area: 'county' },
  { post: 6, title: 'County Assembly Rep.', area: 'ward' },
] as const satisfies readonly { post: number; title: string; area: Level }[];

/** sources/iebc/WIRE.md: which level counts which post. The rest never answer anything. */
const COUNTED: Record<Level, readonly number[]> = {
  country: [1],
  county: [1, 2, 3, 5],
  constituency: [1, 2, 3, 4, 5],
  ward: [1, 2, 3, 4, 5, 6],
};

export function postsCounted(level: Level): readonly number[] {
  return COUNTED[level];
}

export function postInfo(post: number): (typeof POSTS)[number] {
  return POSTS[post - 1]!;
}

/** `Governor - BARINGO (030)`: how `/contest/` names what results call `BARINGO`. The president's form is assumed. */
export function contestTitle(post: number, name: string, number: number): string {
  return `${postInfo(post).title} - ${name} (${String(number).padStart(post === 6 ? 4 : 3, '0')})`;
}

export function postFilter(filters: ReadonlyMap<string, string>): number | undefined {
  const text = filters.get('post');
  if (text === undefined) return undefined;
  return parsePost(text);
}

export function parsePost(text: string): number {
  if (!/^[1-6]$/.test(text)) throw new Refusal('FILTER_ERROR', `post is one of 1 to 6, not '${text}'`);
  return Number(text);
}

export function success(content: object): string {
  return JSON.stringify({ status: 'SUCCESS', ...content });
}

/** sources/iebc/WIRE.md: one empty contest is the API's way of saying that there is nothing. */
export const NOTHING_YET = Buffer.from(success({ contests: [{}] }));
