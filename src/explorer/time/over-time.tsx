import { useEffect, useMemo, useState } from 'preact/hooks';
import type { Address, Go } from '../address.ts';
import type { Contender } from '../contenders.ts';
import type { Asked } from '../levels.ts';
import { useLoaded } from '../loaded.ts';
import type { Figures, Place } from '../results.ts';
import { count, time } from '../words.ts';
import type { ChartProps } from './chart.tsx';
import { CheckFigure } from './check-figure.tsx';
import { type Line, linesOf, STATIONS_DASH, stationsOf } from './lines.ts';
import { type Flag, fingerprint, useTimeline, type Version } from './timeline.ts';

type Props = {
  place: Place;
  /** Of which moment the page shows the place, too: while another is on its way, `address` names that one already. */
  asked: Asked;
  election: { code: string } | null;
  contenders: Map<string, Contender>;
  address: Address;
  go: Go;
};

/** How the count of one place moved, a way back to each moment of it, and the proof of what is shown. */
export function OverTime({ place, asked, election, contenders, address: { at }, go }: Props) {
  const { result } = place;
  // What the gateway cannot say at the moment is no version, nor anything to check.
  const isKnown = result.status !== 'UNAVAILABLE';
  const isNow = isKnown && at === null && asked.at === null;
  const { versions, flags, problem } = useTimeline(place.id, asked.post, isNow ? fingerprint(result) : null);
  // From moment to moment one does not want to go all the way back.
  const setAt = (to: string | null) => go({ at: to }, { replace: at !== null && to !== null });
  return (
    <section class="time" aria-labelledby="time-title">
      <h3 id="time-title">Over time</h3>
      {problem && (
        <p class="notice" role="alert">
          {problem.replace(/([^.!?])$/, '$1.')} {versions ? 'What is shown may be old. ' : ''}It is tried again by
          itself.
        </p>
      )}
      {versions === null ? (
        !problem && <p class="hint">Loading what is recorded</p>
      ) : versions.length === 0 ? (
        <p class="hint">Nothing is recorded here yet: the record begins with the first count that this gateway sees.</p>
      ) : (
        <>
          <Course {...{ versions, flags, contenders, result, at, setAt }} />
          {isKnown && <CheckFigure key={`${place.id} ${asked.post} ${asked.at}`} {...{ election, place, asked }} />}
        </>
      )}
    </section>
  );
}

type CourseProps = {
  versions: Version[];
  flags: Flag[];
  contenders: Map<string, Contender>;
  /** What the page shows. */
  result: Figures;
  at: string | null;
  setAt: (at: string | null) => void;
};

/** Of the first version it is the first that is looked at where `at` is before all of them. */
function positionOf(versions: Version[], at: string | null): number {
  const last = versions.length - 1;
  if (at === null) return last;
  return Math.max(
    0,
    versions.findLastIndex(({ asOf }) => Date.parse(asOf) <= Date.parse(at)),
  );
}

const SETTLED_MS = 250;

function Course({ versions, flags, contenders, result, at, setAt }: CourseProps) {
  // While it is being moved the slider is ahead of the address.
  const [moving, setMoving] = useState<number | null>(null);
  const last = versions.length - 1;
  const position = Math.min(moving ?? positionOf(versions, at), last);
  const goTo = (to: number) => setAt(to === last ? null : versions[to]!.asOf);
  useEffect(() => {
    if (moving === null) return;
    const timer = setTimeout(() => {
      setMoving(null);
      goTo(moving);
    }, SETTLED_MS);
    return () => clearTimeout(timer);
  }, [moving]);

  const lines = useMemo(() => linesOf(versions, contenders), [versions, contenders]);
  const instants = useMemo(() => versions.map(({ asOf }) => Date.parse(asOf)), [versions]);
  const stations = useMemo(() => stationsOf(versions), [versions]);
  const marks = useMemo(() => flags.map(({ after }) => Date.parse(after.asOf)), [flags]);
  const version = versions[position]!;
  // An address may name any moment: where the chart has no version of it, the page's own figures are those of then.
  const isVersion = moving !== null || at === null || Date.parse(version.asOf) === Date.parse(at);
  const said =
    position === last && at === null ? `Now: the count of ${time(version.asOf)}` : time(isVersion ? version.asOf : at);

  if (last === 0) {
    return (
      <p class="hint">
        One version is recorded, that of {time(version.asOf)}. A line can be drawn when the count has moved.
      </p>
    );
  }
  return (
    <>
      <LoadedChart
        {...{ instants, lines, stations, flags: marks, chosen: position, choose: goTo }}
        described={`Votes and stations reported from ${time(versions[0]!.asOf)} to ${time(versions[last]!.asOf)}; the same is in the table below.`}
      />
      <div class="moment">
        <label for="moment">Show the count as it was known</label>
        <input
          id="moment"
          type="range"
          min={0}
          max={last}
          value={position}
          aria-valuetext={said}
          onInput={({ currentTarget }) => setMoving(currentTarget.valueAsNumber)}
        />
        <p>
          {said} {isVersion && <span class="hint">Version {version.version}</span>}
        </p>
        {at !== null && (
          <button type="button" onClick={() => setAt(null)}>
            Now
          </button>
        )}
      </div>
      <Key lines={lines} from={isVersion ? version : result} />
      <Flags flags={flags} setAt={setAt} />
      <AsTable {...{ versions, lines }} />
    </>
  );
}

/** A chart is a third of the program: it is loaded when there is something to draw. */
function LoadedChart(props: ChartProps) {
  const chart = useLoaded(() => import('./chart.tsx'));
  if (chart === 'failed') return <p class="hint">The chart could not be loaded; the table below has what it shows.</p>;
  return chart ? <chart.Chart {...props} /> : <div class="chart" />;
}

type KeyProps = { lines: Line[]; from: Pick<Figures, 'stationsReported'> & Pick<Version, 'tallies'> };

/** The lines' names, with their figures at the moment that is looked at. */
function Key({ lines, from }: KeyProps) {
  const votes = new Map(from.tallies.map(({ candidate, votes }) => [candidate.code, votes]));
  return (
    <ul class="lines">
      {lines.map(({ key, name, color, dash }) => (
        <li key={key}>
          <Stroke color={color} dash={dash} />
          <span>{name}</span>
          <b>{count(votes.get(key))}</b>
        </li>
      ))}
      <li>
        <Area />
        <span>Stations reported (scale on the right)</span>
        <b>{count(from.stationsReported)}</b>
      </li>
    </ul>
  );
}

function Area() {
  return (
    <svg viewBox="0 0 28 8" aria-hidden="true">
      <path class="area" d="M0 8V1H28V8" stroke="currentColor" stroke-dasharray={STATIONS_DASH.join(' ')} />
    </svg>
  );
}

function Stroke({ color, dash }: { color: string | null; dash: number[] }) {
  return (
    <svg viewBox="0 0 28 8" aria-hidden="true">
      <path d="M0 4H28" stroke={color ?? 'currentColor'} stroke-width="2" stroke-dasharray={dash.join(' ')} />
    </svg>
  );
}

/** So many are read; the others are there for who wants them. */
const FLAGS_SHOWN = 3;

function Flags({ flags, setAt }: Pick<CourseProps, 'flags' | 'setAt'>) {
  if (flags.length === 0) return null;
  const more = flags.slice(FLAGS_SHOWN);
  return (
    <div class="quality">
      <h4>Where a version contradicts the one before it</h4>
      <FlagList flags={flags.slice(0, FLAGS_SHOWN)} setAt={setAt} />
      {more.length > 0 && (
        <details>
          <summary>{more.length} earlier</summary>
          <FlagList flags={more} setAt={setAt} />
        </details>
      )}
    </div>
  );
}

function FlagList({ flags, setAt }: Pick<CourseProps, 'flags' | 'setAt'>) {
  return (
    <ul>
      {flags.map(({ code, message, after }) => (
        <li key={`${code} ${after.id}`}>
          <button type="button" class="link" onClick={() => setAt(after.asOf)}>
            {time(after.asOf)}
          </button>{' '}
          {message}
        </li>
      ))}
    </ul>
  );
}

/** Made when it is wanted: it has as many rows as the chart has points. */
function AsTable({ versions, lines }: { versions: Version[]; lines: Line[] }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <details onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>The same as a table</summary>
      {isOpen && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls where the window is narrow, also by key
        <section class="scroll" aria-label="The count over time" tabIndex={0}>
          <table>
            <thead>
              <tr>
                <th scope="col">Time</th>
                <th scope="col">Stations</th>
                {lines.map(({ key, name }) => (
                  <th key={key} scope="col">
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {versions.map(({ id, asOf, stationsReported }, row) => (
                <tr key={id}>
                  <th scope="row">{time(asOf)}</th>
                  <td>{count(stationsReported)}</td>
                  {lines.map(({ key, values }) => (
                    <td key={key}>{count(values[row])}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
    </details>
  );
}
