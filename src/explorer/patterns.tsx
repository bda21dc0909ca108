import type { ComponentChild } from 'preact';
import type { Contender } from './contenders.ts';

/**
 * Drawn over the colour, in the page's own background; the first is plain. Functions: preact links an element that is
 * drawn to the drawings around it, and one that lived as long as the page would keep them all.
 */
const PATTERNS: (() => ComponentChild)[] = [
  () => null,
  () => <path d="M-2 2 2 -2M0 8 8 0M6 10 10 6" />,
  () => <circle cx="4" cy="4" r="1.1" class="dot" />,
  () => <path d="M-2 6 2 10M0 0 8 8M6 -2 10 2" />,
  () => <path d="M0 4H8" />,
  () => <path d="M4 0V8" />,
  () => <path d="M0 4H8M4 0V8" />,
];

const idOf = ({ pattern }: Contender) => `fill-${pattern}`;
export const fillOf = (contender: Contender | undefined) => (contender ? `url(#${idOf(contender)})` : undefined);

/** Of places of which nothing is known at the moment. */
export const UNAVAILABLE = 'url(#fill-unavailable)';

/** Once in the page: the map and all swatches refer to these. */
export function Patterns({ contenders }: { contenders: Contender[] }) {
  return (
    <svg class="patterns" width="0" height="0" aria-hidden="true">
      <defs>
        <pattern id="fill-unavailable" class="unavailable" width="6" height="6" patternUnits="userSpaceOnUse">
          <path d="M-1 1 1 -1M0 6 6 0M5 7 7 5" />
        </pattern>
        {contenders.map((contender) => (
          <pattern key={contender.key} id={idOf(contender)} width="8" height="8" patternUnits="userSpaceOnUse">
            <rect width="8" height="8" fill={contender.color} />
            {PATTERNS[contender.pattern % PATTERNS.length]!()}
          </pattern>
        ))}
      </defs>
    </svg>
  );
}

export function Swatch({ fill = 'none' }: { fill: string | undefined }) {
  return (
    <svg class="swatch" viewBox="0 0 16 16" aria-hidden="true">
      <rect width="16" height="16" rx="2" fill={fill} />
    </svg>
  );
}
