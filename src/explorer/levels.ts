import type { Address } from './address.ts';
import type { Post, ReportingLevel, ResultsQueryVariables } from './generated/graphql.ts';

/** What can be shown in parts, or as one. */
export type Level = Exclude<ReportingLevel, 'POLLING_STATION'>;

export const NOUNS: Record<ReportingLevel, readonly [one: string, many: string]> = {
  COUNTRY: ['country', 'countries'],
  COUNTY: ['county', 'counties'],
  CONSTITUENCY: ['constituency', 'constituencies'],
  WARD: ['ward', 'wards'],
  POLLING_STATION: ['polling station', 'polling stations'],
};

const KENYA = 'KE';

/** A place, and the parts by which it is shown: those of the place itself, of a ward those of its constituency. */
export type Asked = {
  post: Post;
  /** Else nothing is asked of it: it has no count of its own. */
  isPlaceCounted: boolean;
  arePartsCounted: boolean;
  place: string;
  placeLevel: Level;
  within: string;
  level: Level;
  at: string | null;
};

/** The widest level at which a post is counted: that of its contests. At all below it is, too. */
export const COUNTED_AT: Record<Post, Level> = {
  PRESIDENT: 'COUNTRY',
  ...{ GOVERNOR: 'COUNTY', SENATOR: 'COUNTY', WOMAN_REPRESENTATIVE: 'COUNTY' },
  MEMBER_OF_NATIONAL_ASSEMBLY: 'CONSTITUENCY',
  MEMBER_OF_COUNTY_ASSEMBLY: 'WARD',
};
const WIDEST_FIRST: Level[] = ['COUNTRY', 'COUNTY', 'CONSTITUENCY', 'WARD'];
const isCounted = (post: Post, level: Level) => WIDEST_FIRST.indexOf(level) >= WIDEST_FIRST.indexOf(COUNTED_AT[post]);

export function askedOf(address: Address): Asked {
  const { post, at } = address;
  const [place, placeLevel, within, level] = placesOf(address);
  const counted = { isPlaceCounted: isCounted(post, placeLevel), arePartsCounted: isCounted(post, level) };
  return { post, place, placeLevel, within, level, ...counted, at };
}

type Places = [place: string, placeLevel: Level, within: string, level: Level];

function placesOf({ post, path, by }: Address): Places {
  const [county, constituency, ward] = path;
  if (constituency !== undefined && ward !== undefined) return [ward, 'WARD', constituency, 'WARD'];
  if (constituency !== undefined) return [constituency, 'CONSTITUENCY', constituency, 'WARD'];
  if (county !== undefined) {
    return [county, 'COUNTY', county, post === 'MEMBER_OF_COUNTY_ASSEMBLY' ? 'WARD' : 'CONSTITUENCY'];
  }
  return [KENYA, 'COUNTRY', KENYA, by ?? (post === 'MEMBER_OF_NATIONAL_ASSEMBLY' ? 'CONSTITUENCY' : 'COUNTY')];
}

export const variablesOf = ({ at, ...asked }: Asked): ResultsQueryVariables => (at === null ? asked : { ...asked, at });

/** What is followed of it, where the gateway follows it. */
export const liveVariablesOf = ({ post, level, within }: Asked) => ({ post, level, within });

/** Nothing is counted here: the places have names only. */
export const isEmpty = ({ isPlaceCounted, arePartsCounted }: Asked) => !isPlaceCounted && !arePartsCounted;
