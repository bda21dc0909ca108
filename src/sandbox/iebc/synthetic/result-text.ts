import type { Candidate, Contest } from './contests.ts';
import type { Party } from './parties.ts';
import type { Place } from './places.ts';
import { unit } from './random.ts';
import { DISPUTED, EXCESS, REJECTED, REPORTED, SPOILT, type Tally, VOTES } from './votes.ts';
import type { World } from './world.ts';

/** Empty where a party does not stand: the contest is then left out. */
export function contestText(
  world: World,
  contest: Contest,
  place: Place | undefined,
  tally: Tally | undefined,
  party: Party | undefined,
): string {
  const head = { contest_id: contest.code, contest_type: String(contest.post) };
  if (party !== undefined && contest.candidates.every((candidate) => candidate.party !== party)) return '';
  if (tally === undefined) {
    // sources/iebc/WIRE.md: "no data" comes in three forms.
    const form = (place?.number ?? 0) % 3;
    return JSON.stringify(
      form === 0
        ? {}
        : form === 1
          ? { ...head, contest: contest.name }
          : { ...head, locations: null, contest: contest.name },
    );
  }
  const results = contest.candidates.flatMap((candidate, index) =>
    party === undefined || candidate.party === party ? [candidateResult(candidate, tally[VOTES + index]!)] : [],
  );
  return JSON.stringify({
    ...head,
    locations: [location(world, contest, place, tally, results)],
    contest: contest.name,
  });
}

function location(world: World, contest: Contest, place: Place | undefined, tally: Tally, results: object[]): object {
  const sum = tally.subarray(VOTES).reduce((all, votes) => all + votes, 0);
  const valid = sum + tally[EXCESS]!;
  return {
    disputed: tally[DISPUTED],
    registered: String(place?.registered ?? world.atlas.registered),
    spoilt: tally[SPOILT],
    results,
    rejected: tally[REJECTED],
    reported: tally[REPORTED],
    reporting_ps: reportingPs(contest, place, tally[REPORTED]!),
    // sources/iebc/WIRE.md: a percentage that follows from none of the other figures.
    turnout: Number(((valid % 997) / 13 + unit(valid) + 0.000001).toFixed(6)),
    location_type: place?.level ?? 'country',
    location_id: place?.code ?? 'KE',
    valid,
    location: place?.name ?? 'KENYA',
  };
}

const GOVERNOR = 2;

/** sources/iebc/WIRE.md: empty in the recordings; numbers, as later clients read them, of counties' governors only. */
function reportingPs({ post }: Contest, place: Place | undefined, reported: number): object {
  if (place?.level !== 'county' || post !== GOVERNOR) return { ps_reporting: [], ps_location_total: [] };
  const [first, end] = place.stations;
  return { ps_reporting: reported, ps_location_total: end - first };
}

function candidateResult({ picture, code, name, party }: Candidate, votes: number): object {
  return { picture, votes, code, name, party: party === undefined ? {} : partyResult(party) };
}

export function partyResult({ color, symbol, code, name, abr }: Party): object {
  return { color, symbol, code, name, abr };
}
