import { type DataRequest, type District, Refusal, success } from '../contract.ts';
import type { Place } from './places.ts';
import { degrees } from './random.ts';
import { electionOf, filterPlaces, placeOf, type World, within } from './world.ts';

export function districts(world: World, level: District, request: DataRequest): string {
  electionOf(world, request);
  if (request.code !== undefined) return success({ region: region(world, placeOf(world, level, request.code)) });
  const outer = filterPlaces(world, request);
  const found = world.atlas[level].filter((place) => outer.every((one) => within(place, one)));
  const locations = found.sort(byName).map((place) => region(world, place));
  return success({ region: { location_type: level, locations } });
}

function region(world: World, place: Place): object {
  return {
    polygon: `${world.url}/geojson/${place.level}_${place.number}.geojson`,
    // A string, in the document's sample and in every recording.
    registered: String(place.registered),
    code: place.code,
    name: place.name,
    center: place.center,
  };
}

function byName(a: Place, b: Place): number {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : a.number - b.number;
}

export function pollingStations(world: World, request: DataRequest): string {
  electionOf(world, request);
  if (request.code !== undefined) return pollingStation(world, request.code);
  const { stations } = world.atlas;
  const outer = filterPlaces(world, request);
  const list: { code: string; name: string; location?: object | null }[] = [];
  const named = outer.find(({ level }) => level === 'ward');
  for (const ward of named ? [named] : world.atlas.ward) {
    if (!outer.every((place) => within(ward, place))) continue;
    const names = stations.names(ward.number);
    for (let station = ward.stations[0]; station < ward.stations[1]; station++) {
      const entry = { code: stations.code(station), name: names[station - ward.stations[0]]! };
      // sources/iebc/WIRE.md: positions come only with an election, and some are null then.
      list.push(request.election === undefined ? entry : { ...entry, location: position(world, ward, station) });
    }
  }
  list.sort((a, b) => (a.code < b.code ? -1 : 1));
  return success({ polling_stations: list });
}

export function stationOf(world: World, code: string): { station: number; ward: Place; name: string } {
  const station = world.atlas.stations.byCode(code);
  if (station === undefined) throw new Refusal('ID_ERROR', `no polling station has the code '${code}'`);
  const ward = world.atlas.ward[world.atlas.wardOf[station]! - 1]!;
  return { station, ward, name: world.atlas.stations.names(ward.number)[station - ward.stations[0]]! };
}

function pollingStation(world: World, code: string): string {
  const { station, ward, name } = stationOf(world, code);
  // What a place offers is null in the document's sample; one in two says more here.
  const known = station % 2 === 0;
  const streams = Number(/\/(\d+)$/.exec(name)?.[1] ?? 1);
  return success({
    info: {
      code: world.atlas.stations.code(station),
      accessibilty: known ? (station % 4 === 0 ? 'Accessible' : 'Not accessible') : null,
      voters: known ? world.atlas.stations.registered[station] : null,
      female: null,
      networks: known ? 'Sample Mobile' : null,
      name,
      electricity: known ? (station % 8 === 0 ? 'Yes' : 'No') : null,
      disability: null,
      facility_type: known ? 'School' : null,
      streams: known ? streams : null,
      location: position(world, ward, station),
      male: null,
    },
  });
}

export function position(world: World, ward: Place, station: number): Place['center'] | null {
  const offset = world.atlas.stations.offset(ward.number, station);
  if (offset === undefined || ward.center.lat === 0) return null;
  return { lat: degrees(ward.center.lat + offset[0]), lon: degrees(ward.center.lon + offset[1]) };
}
