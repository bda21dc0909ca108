import { type Address, type Go, hrefOf } from '../address.ts';
import type { Place } from '../results.ts';
import { count, time } from '../words.ts';

type Props = { places: Place[]; address: Address; go: Go };

/** That some counts are the last that a source said which does not answer, and where it stands how the source is. */
export function StaleNotice({ places, address, go }: Props) {
  const stale = places.flatMap(({ result }) => (result?.stale ? [result] : []));
  const [first, ...others] = stale.map(({ asOf }) => asOf).sort();
  if (first === undefined) return null;
  const view = 'sources';
  return (
    <p class="notice" role="status">
      The source does not answer. {others.length === 0 ? 'One count is' : `${count(stale.length)} counts are`} the last
      that it said, the oldest of {time(first)}.{' '}
      <a
        href={hrefOf({ ...address, view })}
        onClick={(event) => {
          if (event.ctrlKey || event.metaKey || event.shiftKey) return;
          event.preventDefault();
          go({ view });
        }}
      >
        How the sources are
      </a>
    </p>
  );
}
