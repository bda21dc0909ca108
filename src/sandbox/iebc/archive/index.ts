import { type DataRequest, Refusal, type Source, success } from '../contract.ts';
import type { Wrapping } from '../wrapping.ts';
import { type Archive, notInArchive } from './archive.ts';
import { archivedCandidates, archivedContests, archivedParties } from './ballot.ts';
import { type Ballot, readBallot } from './contests.ts';
import { archivedDistricts, archivedStations } from './districts.ts';
import { buildGazetteer, type Gazetteer } from './gazetteer.ts';
import { playedRecordings } from './playback.ts';
import { lastRecordings, question, readBoundaries } from './recordings.ts';
import { archivedResults } from './results.ts';

const NAMES: Readonly<Record<string, string>> = {
  GEK2013: 'The General Election 2013',
  MAKSEN2013: 'The Makueni Senate By Election',
  '20131017': 'The October 17th By Elections',
};

type Options = {
  file: string;
  election: string;
  wrapping: Wrapping;
  /** Undefined: all is there from the start, and the last answer to a question is given. */
  speed: number | undefined;
  now: () => number;
};

/** Replays recordings. Throws an ArchiveError. */
export function openArchive({ file, election, wrapping, speed, now }: Options): Source {
  const recordings = speed === undefined ? lastRecordings(file) : playedRecordings(file, speed, now);
  const boundaries = readBoundaries(file);
  let gazetteer: Gazetteer | undefined;
  let ballot: Ballot | undefined;
  const archive: Archive = {
    wrapping,
    recordings,
    gazetteer: () => {
      gazetteer ??= buildGazetteer(recordings);
      return gazetteer;
    },
    ballot: () => {
      ballot ??= readBallot(recordings, archive.gazetteer());
      return ballot;
    },
  };

  return {
    elections: [election],
    answer(request) {
      if (request.election !== undefined && request.election !== election) {
        throw new Refusal(
          'ELECTION_ERROR',
          `these recordings are of ${election}; there are none of '${request.election}'`,
        );
      }
      return recordings.answer(questionOf(request)) ?? derive(archive, request, election);
    },
    boundary: (level, number) => boundaries.answer(question(`/geojson/${level}_${number}.geojson`, {})),
  };
}

function derive(archive: Archive, request: DataRequest, election: string): string | Buffer {
  switch (request.endpoint) {
    case 'county':
    case 'constituency':
    case 'ward':
      return archivedDistricts(archive, request.endpoint, request);
    case 'pollingstation':
      return archivedStations(archive, request);
    case 'party':
      return archivedParties(archive, request);
    case 'contest':
      return archivedContests(archive, request);
    case 'candidate':
      return archivedCandidates(archive, request);
    case 'results':
      return archivedResults(archive, request);
    case 'election': {
      const name = NAMES[election] ?? election;
      return success({
        elections: [{ code: election, name, type: 'General Election', location: 'KENYA', locations: [] }],
      });
    }
    case 'voter':
      // Without the id: a message may end up in a log, and an id is somebody's.
      throw notInArchive('the register of voters');
    case 'info':
    case 'reporting':
      throw notInArchive(questionOf(request));
  }
}

function questionOf({ endpoint, category, code, filters }: DataRequest): string {
  const path = ['', endpoint, category, code, ''].filter((part) => part !== undefined).join('/');
  return question(path, Object.fromEntries(filters));
}
