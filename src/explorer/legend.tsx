import type { Contender } from './contenders.ts';
import { Swatch } from './patterns.tsx';
import type { Place } from './results.ts';
import { noLeader } from './words.ts';

/** So many are taken in at a glance; beyond them, the map's labels say who it is. */
const AT_A_GLANCE = 8;

/** Who is ahead in how many counties, and why nobody is in the others. */
export function Legend({ contenders, counties }: { contenders: Contender[]; counties: Place[] }) {
  const others = new Map<string, number>();
  for (const { result } of counties) {
    const reason = noLeader(result);
    if (reason) others.set(reason, (others.get(reason) ?? 0) + 1);
  }
  const ahead = contenders.filter(({ leads }) => leads > 0).sort((a, b) => b.leads - a.leads);
  const more = ahead.slice(AT_A_GLANCE);
  return (
    <section class="legend" aria-labelledby="legend-title">
      <h2 id="legend-title">Counties in which each is ahead</h2>
      <Entries contenders={ahead.slice(0, AT_A_GLANCE)} others={[...others]} />
      {more.length > 0 && (
        <details>
          <summary>{more.length} more</summary>
          <Entries contenders={more} others={[]} />
        </details>
      )}
      <p class="hint">The stronger the colour, the more polling stations have reported.</p>
    </section>
  );
}

type EntriesProps = { contenders: Contender[]; others: [reason: string, counties: number][] };

function Entries({ contenders, others }: EntriesProps) {
  return (
    <ul>
      {contenders.map((contender) => (
        <li key={contender.key}>
          <Swatch contender={contender} />
          <span>
            {contender.name} <abbr>{contender.label}</abbr>
          </span>
          <b>{contender.leads}</b>
        </li>
      ))}
      {others.map(([reason, number]) => (
        <li key={reason}>
          <Swatch contender={undefined} />
          <span>{reason}</span>
          <b>{number}</b>
        </li>
      ))}
    </ul>
  );
}
