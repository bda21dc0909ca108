import type { ComponentChildren } from 'preact';
import { type Contender, keyOf } from './contenders.ts';
import type { Asked } from './levels.ts';
import { fillOf, Swatch } from './patterns.tsx';
import type { Figures, Place, Tally, Totals } from './results.ts';
import { PartsTogether } from './totals.tsx';
import { count, noLeader, properName, share, stations, time } from './words.ts';

type Props = {
  title: string;
  /** Null: the gateway cannot say. */
  place: Place | null;
  asked: Asked;
  totals: Totals | null;
  contenders: Map<string, Contender>;
  up: { title: string; go: () => void } | null;
  children?: ComponentChildren;
};

/** All there is to know of the count in one place. */
export function PlacePanel({ title, place, asked, totals, contenders, up, children }: Props) {
  const result = place?.result;
  return (
    <section class="panel" aria-labelledby="place-title">
      <header>
        <h2 id="place-title" tabIndex={-1}>
          {title}
        </h2>
        {up && (
          <button type="button" onClick={up.go}>
            {up.title}
          </button>
        )}
      </header>
      {!asked.isPlaceCounted ? (
        <PartsTogether asked={asked} totals={totals} contenders={contenders} />
      ) : !result || result.status === 'UNAVAILABLE' ? (
        <p>The gateway cannot say at the moment how the count stands here. {result?.statusMessage}</p>
      ) : (
        <Count place={place} result={result} contenders={contenders} />
      )}
      {children}
    </section>
  );
}

function Count({ place, result, contenders }: { place: Place; result: Figures; contenders: Map<string, Contender> }) {
  if (result.tallies.length === 0) return <p class="headline">{result.statusMessage ?? 'Nothing is reported yet.'}</p>;
  const most = Math.max(1, ...result.tallies.map(({ votes }) => votes));
  return (
    <>
      <p class="headline">{headline(result)}</p>
      {result.stale && (
        <p class="notice">The source does not answer. This is the last it said, at {time(result.asOf)}.</p>
      )}
      <ol class="bars">
        {result.tallies.map((tally) => (
          <Bar
            key={tally.candidate.code}
            tally={tally}
            most={most}
            contender={contenders.get(keyOf(tally.candidate))}
          />
        ))}
      </ol>
      <dl class="facts">
        <Fact term="Stations reported">{stations(place)}</Fact>
        <Fact term="Margin">{result.margin === null ? '–' : `${count(result.margin)} votes`}</Fact>
        <Fact term="Turnout so far">{share(result.turnout)}</Fact>
        <Fact term="Registered voters">{count(result.registeredVoters)}</Fact>
        <Fact term="Rejected papers">{count(result.ballots?.rejected)}</Fact>
        <Fact term="As of">
          <time dateTime={result.asOf}>{time(result.asOf)}</time>
        </Fact>
      </dl>
      {result.quality.length > 0 && (
        <div class="quality">
          <h3>What does not add up</h3>
          <ul>
            {result.quality.map(({ code, message }) => (
              <li key={code}>{message}</li>
            ))}
          </ul>
        </div>
      )}
    </>
  );
}

/** A count in progress: nobody is ever called elected. */
function headline(result: Figures): string {
  const code = result.leader?.candidate.code;
  const ahead = result.tallies.find(({ candidate }) => candidate.code === code);
  if (!ahead) return `${noLeader(result)}.`;
  const by = result.margin === null ? '' : ` by ${count(result.margin)} ${result.margin === 1 ? 'vote' : 'votes'}`;
  return `${properName(ahead.candidate.name)} is ahead${by}${result.status === 'COMPLETE' ? ', all stations counted' : ''}.`;
}

function Bar({ tally, most, contender }: { tally: Tally; most: number; contender: Contender | undefined }) {
  const { candidate, votes } = tally;
  return (
    <li>
      <Swatch fill={fillOf(contender)} />
      <span class="who">
        {properName(candidate.name)} <abbr>{contender?.label}</abbr>
      </span>
      <span class="votes">{count(votes)}</span>
      <b class="share">{share(tally.share)}</b>
      <svg class="bar" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
        <rect width={(100 * votes) / most} height="4" fill={contender?.color ?? 'none'} />
      </svg>
    </li>
  );
}

function Fact({ term, children }: { term: string; children: ComponentChildren }) {
  return (
    <div>
      <dt>{term}</dt>
      <dd>{children}</dd>
    </div>
  );
}
