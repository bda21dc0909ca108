import { type DataRequest, Refusal, success } from '../contract.ts';
import { contestEntry } from './ballot.ts';
import { position } from './districts.ts';
import { personName } from './people.ts';
import { hash, mix } from './random.ts';
import { electionOf, type World } from './world.ts';

/** People who do not exist. The last one's answer has every text empty, as the document's sample. */
export const sandboxVoters: readonly { id: string; note?: string }[] = [
  { id: '10000001' },
  { id: '10000002' },
  { id: '10000003' },
  { id: '10000004' },
  { id: '10000005' },
  { id: '10000006' },
  { id: '10000007' },
  { id: 'A1000008', note: 'a passport' },
  { id: '10000009', note: 'found, but every text is empty' },
];

export function voter(world: World, request: DataRequest): string {
  const election = electionOf(world, request);
  const type = request.filters.get('type');
  if (type !== 'info' && type !== 'results') throw new Refusal('FILTER_ERROR', "type is 'info' or 'results'");
  const index = sandboxVoters.findIndex(({ id }) => id === request.code?.toUpperCase());
  if (index < 0) throw new Refusal('ID_ERROR', 'no voter has this id');
  if (index === sandboxVoters.length - 1) return success({ voter_info: NOBODY });

  const { atlas } = world;
  const h = mix(hash(`${world.seed} voters`), index);
  const ward = atlas.ward[h % atlas.ward.length]!;
  const { surname, otherName } = personName(h);
  const point = position(world, ward, ward.stations[0]);
  // What type=results adds is not written anywhere: the contests of the voter's ward are our guess.
  const contests = [1, 2, 3, 4, 5, 6].flatMap((post) => {
    const contest = type === 'results' ? election.contestOf(post, ward) : undefined;
    return contest === undefined ? [] : [contestEntry(contest)];
  });
  return success({
    voter_info: {
      name: `${surname} ${otherName}`,
      gender: index % 2 === 0 ? 'F' : 'M',
      pollingStation: {
        point: point === null ? '' : `${point.lat},${point.lon}`,
        electricity: 'Yes',
        disability: 'Yes',
        accessibility: 'Accessible',
        facility_type: 'School',
        streams: '1',
        networks: 'Sample Mobile',
      },
      county: atlas.county[ward.county - 1]!.name,
      date: `2012-12-${String(1 + (h % 18)).padStart(2, '0')}`,
      contestant: '',
      ward: ward.name,
      contests,
      constituency: atlas.constituency[ward.constituency - 1]!.name,
    },
  });
}

const NOBODY = {
  name: '',
  gender: '',
  pollingStation: {
    point: '',
    electricity: '',
    disability: '',
    accessibility: '',
    facility_type: '',
    streams: '',
    networks: '',
  },
  county: '',
  date: '',
  contestant: '',
  ward: '',
  contests: [],
  constituency: '',
};
