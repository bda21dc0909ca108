import { useEffect, useState } from 'preact/hooks';
import { CountiesDocument, CountyPartsDocument } from './generated/graphql.ts';
import { ask } from './graphql.ts';
import type { Asked, Level } from './levels.ts';
import type { Part } from './results.ts';

type District = { name: string; path: readonly string[] };

/** By their codes: how a place is called and the way to it. Null while it is not known. */
export type Districts = Map<string, District> | null;

const AGAIN_MS = 5_000;

/** The counties with their constituencies where those of all are shown, else what lies in a county. */
export function useDistricts(county: string | undefined, { level, arePartsCounted }: Asked): Districts {
  const wanted = county ?? (level === 'CONSTITUENCY' || !arePartsCounted ? '' : null);
  const [known, setKnown] = useState<{ of: string | null; districts: Districts }>({ of: null, districts: null });
  useEffect(() => {
    if (wanted === null) return;
    const left = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    async function load() {
      try {
        const districts = await (wanted ? inCounty(wanted, left.signal) : inCountry(left.signal));
        if (districts) return setKnown({ of: wanted, districts });
      } catch {
        // The figures are asked of the same gateway, and say what is wrong with it.
      }
      if (!left.signal.aborted) timer = setTimeout(load, AGAIN_MS);
    }
    void load();
    return () => {
      left.abort();
      clearTimeout(timer);
    };
  }, [wanted]);
  return known.of === wanted ? known.districts : null;
}

async function inCountry(signal: AbortSignal): Promise<Districts> {
  const { data, errors } = await ask(CountiesDocument, {}, signal);
  if (errors.length > 0 || !data?.counties) return null;
  const districts = new Map<string, District>();
  for (const county of data.counties) {
    districts.set(county.code, { name: county.name, path: [county.code] });
    for (const { code, name } of county.constituencies ?? []) districts.set(code, { name, path: [county.code, code] });
  }
  return districts;
}

async function inCounty(code: string, signal: AbortSignal): Promise<Districts> {
  const { data, errors } = await ask(CountyPartsDocument, { county: code }, signal);
  if (errors.length > 0 || !data) return null;
  const districts = new Map<string, District>();
  if (!data.county) return districts;
  const county = data.county;
  districts.set(county.code, { name: county.name, path: [county.code] });
  for (const constituency of county.constituencies ?? []) {
    const path = [county.code, constituency.code];
    districts.set(constituency.code, { name: constituency.name, path });
    for (const ward of constituency.wards ?? [])
      districts.set(ward.code, { name: ward.name, path: [...path, ward.code] });
  }
  return districts;
}

/** Where nothing is counted at a level: its places all the same, which lead to where it is. */
export function uncounted(districts: Districts, level: Level): Part[] | null {
  const depth = level === 'COUNTY' ? 1 : 2;
  return (
    districts &&
    [...districts]
      .filter(([, { path }]) => path.length === depth)
      .map(([code, { name }]) => ({ code, name, result: null, stationsTotal: null }))
  );
}
