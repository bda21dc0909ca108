import { count } from '../words.ts';
import type { Ready } from './health.ts';
import { followedTitle } from './words.ts';

/** What was said when: whether it is kept, and what is followed without being asked for. */
export function Record({ ready }: { ready: Ready | null }) {
  const record = ready?.record;
  return (
    <section class="panel" aria-labelledby="record-title" data-source="record">
      <h2 id="record-title">The record of counts</h2>
      {!record ? (
        <p class="headline">The gateway does not say here how its record is.</p>
      ) : (
        <>
          <p class={`headline ${isWell(ready!) ? '' : 'unwell'}`} role="status">
            {!record.recording
              ? 'Counts cannot be recorded at the moment: they are shown, and not kept.'
              : isWell(ready!)
                ? 'Each change of a count that is seen is kept.'
                : 'What is seen is kept, but the counts that should be followed are not asked for at the moment.'}
          </p>
          {record.levels && record.levels.length > 0 ? (
            <>
              <h3>Followed, whoever looks</h3>
              <ul>
                {record.levels.map((level) => (
                  <li key={level}>{followedTitle(level)}</li>
                ))}
              </ul>
              <p class="hint">
                {record.leading
                  ? record.contests === 0
                    ? 'Which counts these are is not known yet.'
                    : `${count(record.contests)} counts, oftener where they move.`
                  : 'Another process of this gateway asks for them.'}
              </p>
            </>
          ) : (
            <p>Nothing is followed unless somebody looks at it: the page asks for it again now and then.</p>
          )}
        </>
      )}
      {ready && ready.storage !== 'ok' && <p class="notice">Nothing can be stored at the moment.</p>}
    </section>
  );
}

const isWell = ({ degraded, record }: Ready) => record?.recording === true && !degraded.includes('record');
