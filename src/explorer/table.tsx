import { useState } from 'preact/hooks';
import { type Address, type Go, hrefOf, linkTo } from './address.ts';
import { type Contender, keyOf } from './contenders.ts';
import { type Level, NOUNS } from './levels.ts';
import { fillOf, Swatch, UNAVAILABLE } from './patterns.tsx';
import type { Part } from './results.ts';
import { unlessSame } from './unless-same.tsx';
import { count, noLeader, properName, reportedShare, share } from './words.ts';

type Props = {
  parts: Part[];
  level: Level;
  contenders: Map<string, Contender>;
  address: Address;
  go: Go;
  /** The way to a place; undefined while it is not known. */
  pathTo: (code: string) => readonly string[] | undefined;
  selected: string | null;
};

const COLUMNS = ['name', 'leader', 'share', 'margin', 'reported', 'turnout'] as const;
type Column = (typeof COLUMNS)[number];

type Line = {
  part: Part;
  contender: Contender | undefined;
  /** What each column is sorted by; null is last either way. */
  by: Record<Column, string | number | null>;
};

/** The same as the map, in words and figures. */
export function PlaceTable({ parts, level, contenders, address, go, pathTo, selected }: Props) {
  const [sorted, setSorted] = useState<{ column: Column; down: boolean }>({ column: 'name', down: false });
  const lines = parts.map((part) => lineOf(part, contenders)).sort((a, b) => compare(a, b, sorted));
  const [one, many] = NOUNS[level];
  const titles: Record<Column, string> = {
    name: one.charAt(0).toUpperCase() + one.slice(1),
    ...{ leader: 'Ahead', share: 'Share', margin: 'Margin', reported: 'Reported', turnout: 'Turnout' },
  };

  const sortBy = (column: Column) =>
    // Figures: the greatest are what one looks for.
    setSorted(({ column: before, down }) => ({
      column,
      down: before === column ? !down : column !== 'name' && column !== 'leader',
    }));

  function follow(event: MouseEvent) {
    const link = (event.target as Element).closest('a');
    const path = link && pathTo(link.closest('tr')!.dataset.code!);
    if (path) linkTo(address, { path }, go).onClick(event);
  }

  return (
    <div class="table">
      <h2 id="table-title">All {many}</h2>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls where the window is narrow, also by key */}
      <section class="scroll" aria-labelledby="table-title" tabIndex={0}>
        <table>
          <thead>
            <tr>
              {COLUMNS.map((column) => (
                <th
                  key={column}
                  scope="col"
                  aria-sort={sorted.column !== column ? 'none' : sorted.down ? 'descending' : 'ascending'}
                >
                  <button type="button" onClick={() => sortBy(column)}>
                    {titles[column]}
                  </button>
                </th>
              ))}
            </tr>
          </thead>
          {/* biome-ignore lint/a11y/useKeyWithClickEvents: of the links in it, which have their keys */}
          <tbody onClick={follow}>
            {lines.map(({ part, contender }) => {
              const path = pathTo(part.code);
              return (
                <Row
                  key={part.code}
                  part={part}
                  label={contender?.label}
                  fill={fillOf(contender)}
                  href={path && hrefOf({ ...address, path })}
                  isChosen={part.code === selected}
                />
              );
            })}
          </tbody>
        </table>
      </section>
    </div>
  );
}

type RowProps = {
  part: Part;
  /** Of who is ahead. */
  label: string | undefined;
  fill: string | undefined;
  /** Undefined while the way there is not known. */
  href: string | undefined;
  isChosen: boolean;
};

const Row = unlessSame(({ part, label, fill, href, isChosen }: RowProps) => {
  const { result } = part;
  const name = properName(part.name);
  return (
    <tr class={isChosen ? 'chosen' : ''} data-code={part.code}>
      <th scope="row">{href === undefined ? name : <a href={href}>{name}</a>}</th>
      <td class="leader">
        {fill ? <Swatch fill={fill} /> : result?.status === 'UNAVAILABLE' && <Swatch fill={UNAVAILABLE} />}{' '}
        {label ?? noLeader(result)}
      </td>
      <td>{share(result?.leader?.share)}</td>
      <td>{count(result?.margin)}</td>
      <td>{share(reportedShare(part))}</td>
      <td>
        {share(result?.turnout)}
        {result?.stale && <span class="stale"> old</span>}
      </td>
    </tr>
  );
});

function lineOf(part: Part, contenders: Map<string, Contender>): Line {
  const { result } = part;
  const leader = result?.leader;
  const contender = leader ? contenders.get(keyOf(leader.candidate)) : undefined;
  return {
    ...{ part, contender },
    by: {
      name: part.name,
      leader: contender?.label ?? null,
      share: leader?.share ?? null,
      margin: result?.margin ?? null,
      reported: reportedShare(part),
      turnout: result?.turnout ?? null,
    },
  };
}

const inEnglish = new Intl.Collator('en-GB', { numeric: true });

function compare(a: Line, b: Line, { column, down }: { column: Column; down: boolean }): number {
  const [x, y] = [a.by[column], b.by[column]];
  if (x === y) return inEnglish.compare(a.part.name, b.part.name);
  if (x === null) return 1;
  if (y === null) return -1;
  const order = typeof x === 'string' ? inEnglish.compare(x, String(y)) : x - Number(y);
  return down ? -order : order;
}
