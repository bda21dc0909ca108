import { type Level, POSTS, postInfo } from '../contract.ts';
import { inventParties, type Party } from './parties.ts';
import { personName } from './people.ts';
import type { Atlas, Place } from './places.ts';
import { between, guid, hash, mix, unit } from './random.ts';

export type Candidate = {
  code: string;
  surname: string;
  otherName: string;
  /** As results print it. */
  name: string;
  picture: string;
  party: Party | undefined;
  runningMate: string;
  contest: Contest;
};

export type Contest = {
  code: string;
  post: number;
  /** The place it is about; undefined for the country. */
  area: Place | undefined;
  name: string;
  candidates: Candidate[];
};

export type Election = {
  code: string;
  name: string;
  type: string;
  moving: boolean;
  key: number;
  parties: Party[];
  /** The contest of a post that a place votes in. */
  contestOf(post: number, place: Place | undefined): Contest | undefined;
  contests(): Contest[];
  contest(code: string): Contest | undefined;
  candidate(code: string): Candidate | undefined;
};

/** The by-election's contests by the numbers of their places. */
const BY_ELECTION: Partial<Record<number, readonly number[]>> = {
  3: [30],
  4: [12, 205],
  6: [41, 334, 701, 1101, 1445],
};

export function inventElections(seed: string, url: string, atlas: Atlas): Election[] {
  const parties = inventParties(seed, url);
  return [
    invent({ code: 'GEK2013-TEST', name: 'Invented General Election', type: 'General Election', moving: true }),
    invent({ code: '20131017-TEST', name: 'Invented By Elections', type: 'By-Election', moving: false }),
  ];

  function invent(facts: Pick<Election, 'code' | 'name' | 'type' | 'moving'>): Election {
    const key = hash(`${seed} ${facts.code}`);
    const numbers = (post: number): readonly number[] => {
      if (!facts.moving) return BY_ELECTION[post] ?? [];
      const { area } = postInfo(post);
      return area === 'country' ? [0] : atlas[area].map(({ number }) => number);
    };
    const byPost = POSTS.map(({ post, area }) => {
      const made = new Map<number, Contest>();
      for (const number of numbers(post)) {
        made.set(number, inventContest(mix(key, post), post, area === 'country' ? undefined : atlas[area][number - 1]));
      }
      return made;
    });
    const contests = byPost.flatMap((made) => [...made.values()]);
    let byCode: Map<string, Contest> | undefined;
    let candidates: Map<string, Candidate> | undefined;

    return {
      ...facts,
      key,
      parties,
      contestOf: (post, place) => byPost[post - 1]!.get(areaNumber(postInfo(post).area, place)),
      contests: () => contests,
      contest(code) {
        byCode ??= new Map(contests.map((contest) => [contest.code.toLowerCase(), contest]));
        return byCode.get(code.toLowerCase());
      },
      candidate(code) {
        candidates ??= new Map(
          contests.flatMap((contest) =>
            contest.candidates.map((candidate) => [candidate.code.toLowerCase(), candidate]),
          ),
        );
        return candidates.get(code.toLowerCase());
      },
    };
  }

  function inventContest(key: number, post: number, area: Place | undefined): Contest {
    const number = area?.number ?? 0;
    const h = mix(key, number);
    let list: Candidate[] | undefined;
    const contest: Contest = {
      code: guid(mix(key, 0x10000), number).toUpperCase(),
      post,
      area,
      name: area?.name ?? 'KENYA',
      get candidates() {
        list ??= inventCandidates(h, contest, parties, url);
        return list;
      },
    };
    return contest;
  }
}

/** In the order of their codes, as every recorded answer has them. */
function inventCandidates(key: number, contest: Contest, parties: Party[], url: string): Candidate[] {
  const count = contest.post === 1 ? 8 : between(mix(key, 1), 2, contest.post === 6 ? 8 : 9);
  const firstParty = mix(key, 2) % parties.length;
  return Array.from({ length: count }, (_, index): Candidate => {
    const h = mix(key, 10 + index);
    const { surname, otherName } = personName(h);
    const code = guid(h, index).toUpperCase();
    // Double and trailing spaces in names are in the recordings.
    const blank = mix(h, 5) % 30 === 0 ? '  ' : ' ';
    const end = mix(h, 6) % 40 === 0 ? ' ' : '';
    const independent = contest.post !== 1 && mix(h, 7) % 12 === 0;
    const mate = personName(mix(h, 8));
    return {
      code,
      surname: `${surname}${end}`,
      otherName: `${otherName}${blank.slice(1)}`,
      name: `${otherName}${blank}${surname}${end}`,
      picture: `${url}/images/candidate/${code}.jpg`,
      // Neighbours on the list of parties: a contest never has one party twice.
      party: independent ? undefined : parties[(firstParty + index * 7) % parties.length],
      runningMate: contest.post <= 2 ? `${mate.otherName} ${mate.surname}` : ' ',
      contest,
    };
  }).sort((a, b) => (a.code < b.code ? -1 : 1));
}

function areaNumber(area: Level, place: Place | undefined): number {
  if (area === 'country') return 0;
  if (place === undefined) return -1;
  if (area === 'county') return place.county;
  if (area === 'constituency') return place.level === 'county' ? -1 : place.constituency;
  return place.level === 'ward' ? place.number : -1;
}

/** How a candidate fares before any place or station has its own mind: a few lead, most trail. */
export function popularity(contest: Contest, key: number): Float64Array {
  return Float64Array.from(
    contest.candidates,
    (_, index) => 0.02 + unit(mix(mix(key, index), contest.area?.number ?? 0)) ** 3,
  );
}
