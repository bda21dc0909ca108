import { count, time } from '../words.ts';
import type { Source } from './health.ts';
import { MODES, progressOf, stateOf, TITLES } from './words.ts';

/** One source: whether it answers, and how far what is read of it ahead of time is. */
export function SourcePanel({ source }: { source: Source }) {
  const { name, mode, lastSuccessAt, lastFailureAt, placesIndex, boundariesIndex } = source;
  const state = stateOf(source);
  return (
    <section class="panel" aria-labelledby={`source-${name}`} data-source={name}>
      <h2 id={`source-${name}`}>{TITLES[name] ?? name}</h2>
      <p class={`headline ${state.isWell ? '' : 'unwell'}`} role="status">
        {state.text}
      </p>
      <dl class="facts">
        <div>
          <dt>What stands behind it</dt>
          <dd>{MODES[mode]}</dd>
        </div>
        <Instant title="Last answer" at={lastSuccessAt} />
        <Instant title="Last failure" at={lastFailureAt} />
      </dl>
      {placesIndex && (
        <>
          <h3>Index of places</h3>
          <p>{progressOf(placesIndex, 'a day')}</p>
          <dl class="facts">
            <Count title="Counties, constituencies, wards" value={placesIndex.districts} of={placesIndex} />
            <Count title="Polling stations" value={placesIndex.stations} of={placesIndex} />
            <Count
              title="Wards whose stations are not told"
              value={placesIndex.wardsWithoutStations}
              of={placesIndex}
            />
          </dl>
        </>
      )}
      {boundariesIndex && (
        <>
          <h3>Index of boundaries</h3>
          <p>{progressOf(boundariesIndex, 'a week')}</p>
          <dl class="facts">
            <Count title="Wards with a boundary" value={boundariesIndex.wards} of={boundariesIndex} />
            <Count title="Wards that have none" value={boundariesIndex.wardsWithoutBoundary} of={boundariesIndex} />
            <Count title="Wards not told" value={boundariesIndex.wardsUntold} of={boundariesIndex} />
          </dl>
        </>
      )}
    </section>
  );
}

const Instant = ({ title, at }: { title: string; at: string | null }) => (
  <div>
    <dt>{title}</dt>
    <dd>{at === null ? 'None since the start' : time(at)}</dd>
  </div>
);

/** None of what is still being read is not known to be none. */
const Count = ({ title, value, of: { complete } }: { title: string; value: number; of: { complete: boolean } }) => (
  <div>
    <dt>{title}</dt>
    <dd>{count(value === 0 && !complete ? null : value)}</dd>
  </div>
);
