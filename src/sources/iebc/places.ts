import type { Maybe } from '../../domain/maybe.ts';
import type { Outline } from '../../domain/outline.ts';
import type { DistrictKind, DistrictLevel, PollingStation, StationDetails } from '../../domain/places.ts';
import type { Cached } from '../../infra/cache.ts';
import * as decode from './decode.ts';
import { outlineOf, shapeOf } from './outline.ts';
import { type Ask, FRESHNESS, onlyValue, type Reader, type Request } from './reader.ts';

export type DistrictFilter = { county: string } | { constituency: string } | { ward: string } | Record<string, never>;

const LEVEL_OF = { County: 'county', Constituency: 'constituency', Ward: 'ward' } as const satisfies Record<
  DistrictKind,
  DistrictLevel
>;

const AREA_IN = { outline: outlineOf, shape: shapeOf };

/** Of the source's own host, whatever host the district's `polygon` names: nobody can point us elsewhere. */
const boundaryFile = (level: DistrictLevel, number: number): Request => ({
  endpoint: 'geojson',
  path: `/geojson/${level}_${number}.geojson`,
});

/** Districts, polling stations and boundaries. They hardly change: what is given is the thing, whatever its age. */
export function placesOf({ many, one }: Reader) {
  const list = <T>(request: Request, decoded: (body: unknown) => T[], ask: Ask) =>
    onlyValue(many(FRESHNESS.places, request, decoded, ask));
  const single = <T>(request: Request, decoded: (body: unknown) => T | null, ask: Ask, open = false) =>
    onlyValue(one(FRESHNESS.places, request, decoded, ask, { open }));

  const districts = (kind: DistrictKind, filters: DistrictFilter, ask: Ask) => {
    const level = LEVEL_OF[kind];
    const request = { endpoint: level, path: `/${level}/`, filters };
    return list(request, (body) => decode.decodeDistricts(kind, level, body), ask);
  };
  const district = (kind: DistrictKind, code: string, ask: Ask) => {
    const level = LEVEL_OF[kind];
    const request = { endpoint: level, path: `/${level}/${code}/` };
    return single(request, (body) => decode.theOne(level, decode.decodeDistricts(kind, level, body), code), ask);
  };
  const area = (
    form: keyof typeof AREA_IN,
    level: DistrictLevel,
    number: number,
    ask: Ask,
  ): Maybe<Cached<Outline | null>> => {
    const request = boundaryFile(level, number);
    const decoded = (body: unknown) => {
      const polygons = decode.decodePolygons(request.endpoint, body);
      return polygons && AREA_IN[form](polygons);
    };
    return one(FRESHNESS.outlines, request, decoded, ask, { open: true, form });
  };

  return {
    counties: (ask: Ask = {}) => districts('County', {}, ask),
    county: (code: string, ask: Ask = {}) => district('County', code, ask),
    constituencies: (filter: DistrictFilter, ask: Ask = {}) => districts('Constituency', filter, ask),
    constituency: (code: string, ask: Ask = {}) => district('Constituency', code, ask),
    wards: (filter: DistrictFilter, ask: Ask = {}) => districts('Ward', filter, ask),
    ward: (code: string, ask: Ask = {}) => district('Ward', code, ask),

    pollingStations: (election: string, filter: DistrictFilter, ask: Ask = {}): Maybe<PollingStation[]> =>
      list(
        { endpoint: 'pollingstation', path: '/pollingstation/', filters: { ...filter, election } },
        (body) => decode.decodeStations('pollingstation', body),
        ask,
      ),
    pollingStation: (code: string, ask: Ask = {}): Maybe<StationDetails | null> =>
      single(
        { endpoint: 'pollingstation', path: `/pollingstation/${code}/` },
        (body) => decode.decodeStation('pollingstation', code, body),
        ask,
      ),

    boundary: (level: DistrictLevel, number: number, ask: Ask = {}) =>
      single(boundaryFile(level, number), (body) => decode.decodeBoundary('geojson', body), ask, true),
    /**
     * What is needed of a boundary to find out what lies in it. Kept in this form only: those of all wards are 20 MB as
     * they come, and some hundred in memory. Null where the source has no file, or one without an area.
     */
    outline: (level: DistrictLevel, number: number, ask: Ask = {}) => area('outline', level, number, ask),
    /** What is needed of a boundary to draw it beside its neighbours, with whom it keeps its borders in common. */
    shape: (level: DistrictLevel, number: number, ask: Ask = {}) => area('shape', level, number, ask),
  };
}
