import { type Contender, keyOf } from './contenders.ts';
import { type Asked, COUNTED_AT, NOUNS } from './levels.ts';
import { fillOf, Swatch } from './patterns.tsx';
import type { Totals } from './results.ts';
import { count } from './words.ts';

const AT_A_GLANCE = 10;

type Props = { asked: Asked; totals: Totals | null; contenders: Map<string, Contender> };

/** Of a place where a post is not counted as one: how it stands in its parts. */
export function PartsTogether({ asked, totals, contenders }: Props) {
  const [one, many] = NOUNS[asked.level];
  const [countedOne] = NOUNS[COUNTED_AT[asked.post]];
  return (
    <>
      <p class="headline">
        This post is counted in each {countedOne}, not for {asked.placeLevel === 'COUNTRY' ? 'the' : 'a'}{' '}
        {NOUNS[asked.placeLevel][0]} as a whole.{!asked.arePartsCounted && ` Choose a ${one}.`}
      </p>
      {totals && totals.placesWithoutFigures + totals.placesUnavailable < totals.places && (
        <>
          <Parties parties={totals.byParty.slice(0, AT_A_GLANCE)} contenders={contenders} many={many} />
          {totals.byParty.length > AT_A_GLANCE && (
            <details>
              <summary>{totals.byParty.length - AT_A_GLANCE} more</summary>
              <Parties parties={totals.byParty.slice(AT_A_GLANCE)} contenders={contenders} many={many} />
            </details>
          )}
          <p class="hint">{missing(totals, one, many)}</p>
        </>
      )}
    </>
  );
}

type PartiesProps = { parties: Totals['byParty']; contenders: Map<string, Contender>; many: string };

function Parties({ parties, contenders, many }: PartiesProps) {
  return (
    <table class="parties">
      <caption>Parties, in all {many} with figures together</caption>
      <thead>
        <tr>
          <th scope="col">Party</th>
          <th scope="col">Ahead in</th>
          <th scope="col">Votes</th>
        </tr>
      </thead>
      <tbody>
        {parties.map(({ party, votes, leads }) => {
          const contender = contenders.get(keyOf({ party }));
          return (
            <tr key={party?.code ?? ''}>
              <th scope="row">
                <Swatch fill={fillOf(contender)} /> {contender?.name} <abbr>{contender?.label}</abbr>
              </th>
              <td>{count(leads)}</td>
              <td>{count(votes)}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

function missing({ places, placesUnavailable, placesWithoutFigures }: Totals, one: string, many: string): string {
  const of = (number: number) => `${count(number)} ${number === 1 ? one : many}`;
  const said = [
    placesWithoutFigures > 0 && `nothing is reported from ${of(placesWithoutFigures)}`,
    placesUnavailable > 0 && `${of(placesUnavailable)} cannot be read at the moment`,
  ].filter(Boolean);
  if (said.length === 0) return `Of all ${count(places)} ${many}.`;
  return `Of ${of(places)}, ${said.join(', and ')}: these sums are without them.`;
}
