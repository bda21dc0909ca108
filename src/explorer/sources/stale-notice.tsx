import { type Address, type Go, linkTo } from '../address.ts';
import { count, time } from '../words.ts';

type Count = { result: { stale: boolean; asOf: string } | null } | null;
type Props = { counts: Count[]; address: Address; go: Go };

/** That some counts are the last that a source said which does not answer, and where it stands how the source is. */
export function StaleNotice({ counts, address, go }: Props) {
  const stale = counts.flatMap((one) => (one?.result?.stale ? [one.result] : []));
  const [first, ...others] = stale.map(({ asOf }) => asOf).sort();
  if (first === undefined) return null;
  return (
    <p class="notice" role="status">
      The source does not answer. {others.length === 0 ? 'One count is' : `${count(stale.length)} counts are`} the last
      that it said, the oldest of {time(first)}.{' '}
      <a {...linkTo(address, { view: 'sources' }, go)}>How the sources are</a>
    </p>
  );
}
