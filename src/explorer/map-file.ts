import { useEffect, useState } from 'preact/hooks';
import { feature } from 'topojson-client';
import type { GeometryCollection, Topology } from 'topojson-specification';
import { BASE } from './graphql.ts';

type Named = { code: string; name: string };
type File = Topology<{ places: GeometryCollection<Named> }> & { missing: Named[] };

export type Outlines = {
  shapes: GeoJSON.FeatureCollection<GeoJSON.Geometry, Named>;
  /** Of which there is no boundary. */
  missing: Named[];
};

export type MapState = { outlines: Outlines | null; problem: string | null };

const AGAIN_MS = 5_000;

/** The map of all counties. Boundaries that are not there yet are asked for again. */
export function useMap(): MapState {
  const [state, setState] = useState<MapState>({ outlines: null, problem: null });
  useEffect(() => {
    const left = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    async function load() {
      try {
        const response = await fetch(`${BASE}/map/county.json`, { signal: left.signal });
        const body = (await response.json()) as File & { errors?: { message: string }[] };
        if (!response.ok) throw new Error(body.errors?.[0]?.message);
        setState({ outlines: { shapes: feature(body, body.objects.places), missing: body.missing }, problem: null });
      } catch (error) {
        if (left.signal.aborted) return;
        setState({ outlines: null, problem: (error as Error).message || 'The map cannot be read.' });
        timer = setTimeout(load, AGAIN_MS);
      }
    }
    void load();
    return () => {
      left.abort();
      clearTimeout(timer);
    };
  }, []);
  return state;
}
