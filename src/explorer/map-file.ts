import { useEffect, useState } from 'preact/hooks';
import { feature } from 'topojson-client';
import type { GeometryCollection, Topology } from 'topojson-specification';
import { BASE } from './graphql.ts';
import type { Level } from './levels.ts';

type Named = { code: string; name: string };
type File = Topology<{ places: GeometryCollection<Named> }>;

export type Shapes = GeoJSON.FeatureCollection<GeoJSON.Geometry, Named>;
export type MapState = { shapes: Shapes | null; problem: string | null };

const AGAIN_MS = 5_000;
const NOTHING: MapState = { shapes: null, problem: null };

/** The map of a level, in a county or in the whole country. Boundaries that are not there yet are asked for again. */
export function useMap(level: Level, county: string | null): MapState {
  const within = county === null ? '' : `?${new URLSearchParams({ within: county })}`;
  const url = `${BASE}/map/${level.toLowerCase()}.json${within}`;
  const [state, setState] = useState<MapState & { url: string }>({ ...NOTHING, url });
  useEffect(() => {
    const left = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    async function load() {
      try {
        const response = await fetch(url, { signal: left.signal });
        const body = (await response.json()) as File & { errors?: { message: string }[] };
        if (!response.ok) throw new Error(body.errors?.[0]?.message);
        setState({ url, shapes: feature(body, body.objects.places), problem: null });
      } catch (error) {
        if (left.signal.aborted) return;
        setState({ url, shapes: null, problem: (error as Error).message || 'The map cannot be read.' });
        timer = setTimeout(load, AGAIN_MS);
      }
    }
    void load();
    return () => {
      left.abort();
      clearTimeout(timer);
    };
  }, [url]);
  return state.url === url ? state : NOTHING;
}
