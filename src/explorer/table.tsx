import { useState } from 'preact/hooks';
import type { Address, Go } from './address.ts';
import { hrefOf } from './address.ts';
import { type Contender, keyOf, leading } from './contenders.ts';
import { Swatch } from './patterns.tsx';
import type { Place } from './results.ts';
import { count, noLeader, properName, reportedShare, share } from './words.ts';

type Props = { counties: Place[]; contenders: Map<string, Contender>; address: Address; go: Go };

type Row = {
  place: Place;
  name: string;
  contender: Contender | undefined;
  /** What each column is sorted by; null is last either way. */
  by: Record<Column, string | number | null>;
};

const COLUMNS = [
  ['name', 'County'],
  ['leader', 'Ahead'],
  ['share', 'Share'],
  ['margin', 'Margin'],
  ['reported', 'Reported'],
  ['turnout', 'Turnout'],
] as const;
type Column = (typeof COLUMNS)[number][0];

/** The same as the map, in words and figures. */
export function CountyTable({ counties, contenders, address, go }: Props) {
  const [sorted, setSorted] = useState<{ column: Column; down: boolean }>({ column: 'name', down: false });
  const rows = counties.map((place) => rowOf(place, contenders)).sort((a, b) => compare(a, b, sorted));

  const sortBy = (column: Column) =>
    // Figures: the greatest are what one looks for.
    setSorted(({ column: before, down }) => ({
      column,
      down: before === column ? !down : column !== 'name' && column !== 'leader',
    }));

  return (
    <div class="table">
      <h2 id="table-title">All counties</h2>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls where the window is narrow, also by key */}
      <section class="scroll" aria-labelledby="table-title" tabIndex={0}>
        <table>
          <thead>
            <tr>
              {COLUMNS.map(([column, title]) => (
                <th
                  key={column}
                  scope="col"
                  aria-sort={sorted.column !== column ? 'none' : sorted.down ? 'descending' : 'ascending'}
                >
                  <button type="button" onClick={() => sortBy(column)}>
                    {title}
                  </button>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map(({ place, name, contender, by }) => (
              <tr key={place.code} class={place.code === address.place ? 'chosen' : ''} data-code={place.code}>
                <th scope="row">
                  <a
                    href={hrefOf({ ...address, place: place.code })}
                    onClick={(event) => {
                      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
                      event.preventDefault();
                      go({ place: place.code });
                    }}
                  >
                    {name}
                  </a>
                </th>
                <td class="leader">
                  {contender ? (
                    <>
                      <Swatch contender={contender} /> {contender.label}
                    </>
                  ) : (
                    noLeader(place.result)
                  )}
                </td>
                <td>{share(by.share as number | null)}</td>
                <td>{count(by.margin as number | null)}</td>
                <td>{share(by.reported as number | null)}</td>
                <td>
                  {share(by.turnout as number | null)}
                  {place.result?.stale && <span class="stale"> old</span>}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </div>
  );
}

function rowOf(place: Place, contenders: Map<string, Contender>): Row {
  const ahead = leading(place);
  const contender = ahead && contenders.get(keyOf(ahead));
  const name = properName(place.name);
  return {
    ...{ place, name, contender },
    by: {
      name,
      leader: contender?.label ?? null,
      share: ahead?.share ?? null,
      margin: place.result?.margin ?? null,
      reported: reportedShare(place),
      turnout: place.result?.turnout ?? null,
    },
  };
}

function compare(a: Row, b: Row, { column, down }: { column: Column; down: boolean }): number {
  const [x, y] = [a.by[column], b.by[column]];
  if (x === y) return a.name.localeCompare(b.name);
  if (x === null) return 1;
  if (y === null) return -1;
  const order = typeof x === 'string' ? x.localeCompare(String(y)) : x - Number(y);
  return down ? -order : order;
}
