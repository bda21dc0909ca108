import { type Address, type Division, type Go, linkTo } from './address.ts';
import type { Districts } from './districts.ts';
import { type Asked, NOUNS } from './levels.ts';
import { properName } from './words.ts';

type Props = { address: Address; go: Go; districts: Districts; asked: Asked };

/** Where this is, and the way back. */
export function Trail({ address, go, districts }: Omit<Props, 'asked'>) {
  const { path } = address;
  if (path.length === 0) return null;
  const steps = [
    { name: 'Kenya', to: [] as readonly string[] },
    ...path.map((code, index) => ({
      name: properName(districts?.get(code)?.name ?? '…'),
      to: path.slice(0, index + 1),
    })),
  ];
  return (
    <nav class="trail" aria-label="Place">
      <ol>
        {steps.map(({ name, to }, index) => (
          <li key={to.length}>
            {index === steps.length - 1 ? (
              <span aria-current="location">{name}</span>
            ) : (
              <a {...linkTo(address, { path: to }, go)}>{name}</a>
            )}
          </li>
        ))}
      </ol>
    </nav>
  );
}

/** What the country is divided into. */
export function Divisions({ address, go, asked }: Omit<Props, 'districts'>) {
  if (address.path.length > 0) return null;
  return (
    <fieldset class="divisions">
      <legend class="unseen">The country by</legend>
      {(['COUNTY', 'CONSTITUENCY'] satisfies Division[]).map((by) => (
        <button key={by} type="button" aria-pressed={asked.level === by} onClick={() => go({ by })}>
          By {NOUNS[by][0]}
        </button>
      ))}
    </fieldset>
  );
}
