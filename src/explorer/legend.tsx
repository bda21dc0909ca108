import type { Contender } from './contenders.ts';
import type { Level } from './levels.ts';
import { NOUNS } from './levels.ts';
import { fillOf, Swatch, UNAVAILABLE } from './patterns.tsx';
import type { Part } from './results.ts';
import { noLeader } from './words.ts';

/** So many are taken in at a glance; beyond them, the map's labels say who it is. */
const AT_A_GLANCE = 8;

type Props = { contenders: Contender[]; parts: Part[]; level: Level };

/** Who is ahead in how many places, and why nobody is in the others. */
export function Legend({ contenders, parts, level }: Props) {
  const others = new Map<string, Other>();
  for (const { result } of parts) {
    const reason = noLeader(result);
    if (!reason) continue;
    const before = others.get(reason)?.places ?? 0;
    others.set(reason, { reason, places: before + 1, isUnavailable: result?.status === 'UNAVAILABLE' });
  }
  const ahead = contenders.filter(({ leads }) => leads > 0).sort((a, b) => b.leads - a.leads);
  const more = ahead.slice(AT_A_GLANCE);
  const [, many] = NOUNS[level];
  return (
    <section class="legend" aria-labelledby="legend-title">
      <h2 id="legend-title">{many.charAt(0).toUpperCase() + many.slice(1)} in which each is ahead</h2>
      <Entries contenders={ahead.slice(0, AT_A_GLANCE)} others={[...others.values()]} />
      {more.length > 0 && (
        <details>
          <summary>{more.length} more</summary>
          <Entries contenders={more} others={[]} />
        </details>
      )}
      {ahead.length > 0 && <p class="hint">The stronger the colour, the more polling stations have reported.</p>}
    </section>
  );
}

type Other = { reason: string; places: number; isUnavailable: boolean };

function Entries({ contenders, others }: { contenders: Contender[]; others: Other[] }) {
  return (
    <ul>
      {contenders.map((contender) => (
        <li key={contender.key}>
          <Swatch fill={fillOf(contender)} />
          <span>
            {contender.name} <abbr>{contender.label}</abbr>
          </span>
          <b>{contender.leads}</b>
        </li>
      ))}
      {others.map(({ reason, places, isUnavailable }) => (
        <li key={reason}>
          <Swatch fill={isUnavailable ? UNAVAILABLE : undefined} />
          <span>{reason}</span>
          <b>{places}</b>
        </li>
      ))}
    </ul>
  );
}
