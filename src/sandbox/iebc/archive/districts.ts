import { type DataRequest, DISTRICTS, type District, Refusal, success } from '../contract.ts';
import { type Archive, notInArchive } from './archive.ts';
import { ancestor, type RecordedPlace } from './gazetteer.ts';
import { question } from './recordings.ts';

/** Single places, and lists that recorded lists add up to. */
export function archivedDistricts(archive: Archive, level: District, request: DataRequest): string {
  if (request.code !== undefined) return success({ region: placeOf(archive, level, request.code).entry });
  const outer = outerPlaces(archive, request);
  requireComplete(archive, level, outer);
  const found = [...archive.gazetteer().places[level].values()].filter((place) => liesIn(place, outer));
  const locations = found.map(({ entry }) => entry).sort((a, b) => (a.name < b.name ? -1 : 1));
  return success({ region: { location_type: level, locations } });
}

export function archivedStations(archive: Archive, request: DataRequest): string {
  const stations = archive.gazetteer().stations();
  if (request.code !== undefined) {
    const found = stations.get(request.code.toLowerCase());
    if (found === undefined) throw new Refusal('ID_ERROR', `no polling station has the code '${request.code}'`);
    const { code, name } = found.entry;
    // What a station offers was not recorded: null, as in the document's own sample.
    const unknown = {
      accessibilty: null,
      voters: null,
      female: null,
      networks: null,
      electricity: null,
      disability: null,
      facility_type: null,
      streams: null,
      location: null,
      male: null,
    };
    return success({ info: { code, name, ...unknown } });
  }
  const outer = outerPlaces(archive, request);
  requireComplete(archive, 'ward', outer);
  for (const ward of archive.gazetteer().places.ward.values()) {
    if (liesIn(ward, outer)) requireRecorded(archive, '/pollingstation/', { ward: ward.code });
  }
  const found = [...stations.values()].filter(({ ward }) => ward !== undefined && liesIn(ward, outer));
  const list = found.map(({ entry }) => entry).sort((a, b) => (a.code < b.code ? -1 : 1));
  return success({ polling_stations: list });
}

function placeOf(archive: Archive, level: District, code: string): RecordedPlace {
  const place = archive.gazetteer().places[level].get(code.toLowerCase());
  if (place === undefined) throw new Refusal('ID_ERROR', `no ${level} has the code '${code}'`);
  return place;
}

/** The places that the filters name, the largest first. */
export function outerPlaces(archive: Archive, { filters }: DataRequest): RecordedPlace[] {
  return DISTRICTS.flatMap((level) => {
    const code = filters.get(level);
    return code === undefined ? [] : [placeOf(archive, level, code)];
  });
}

function liesIn(place: RecordedPlace, outer: RecordedPlace[]): boolean {
  return outer.every((one) => ancestor(place, one.level) === one);
}

/** A list put together from others must not lack one of them unnoticed. */
function requireComplete(archive: Archive, level: District, outer: RecordedPlace[]): void {
  const { county, constituency } = archive.gazetteer().places;
  if (outer.length === 0) requireRecorded(archive, '/county/', {});
  if (level === 'county') return;
  for (const place of county.values()) {
    if (outer.every((one) => one === place)) requireRecorded(archive, '/constituency/', { county: place.code });
  }
  if (level === 'constituency') return;
  for (const place of constituency.values()) {
    if (liesIn(place, outer)) requireRecorded(archive, '/ward/', { constituency: place.code });
  }
}

function requireRecorded(archive: Archive, path: string, query: Record<string, string>): void {
  const asked = question(path, query);
  if (!archive.recordings.has(asked)) throw notInArchive(asked);
}
