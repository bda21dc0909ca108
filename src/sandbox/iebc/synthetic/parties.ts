import { guid, hash, mix } from './random.ts';

export type Party = { code: string; name: string; abr: string; color: string; symbol: string };

const TREES =
  'ACACIA BAOBAB CEDAR DATE PALM EBONY FIG GUAVA HIBISCUS IRONWOOD JACARANDA KAPOK LEMON MANGO NEEM OLIVE PAPAYA QUINCE ROSEWOOD SISAL TAMARIND'
    .replace('DATE PALM', 'DATE-PALM')
    .split(' ');
const KINDS = ['SANDBOX PARTY', 'SAMPLE MOVEMENT'];

/** Forty parties that cannot be taken for real ones. `abr` is padded with spaces to ten, as recorded. */
export function inventParties(seed: string, url: string): Party[] {
  const key = hash(`${seed} parties`);
  return KINDS.flatMap((kind, k) =>
    TREES.map((tree, t) => {
      const index = k * TREES.length + t;
      const abr = index === 3 ? 'SAMPLE-DTP' : `${tree[0]}${k === 0 ? 'SP' : 'SM'}`;
      return {
        code: guid(key, index).toUpperCase(),
        name: index % 17 === 5 ? `${tree}  ${kind} ` : `${tree} ${kind}`,
        abr: abr.padEnd(10),
        color: color(mix(key, 100 + index), index),
        symbol: `${url}/images/parties/${String(index + 1).padStart(3, '0')}.jpg`,
      };
    }),
  );
}

/** One colour is not one: the recordings hold `#fdcbo7` and `#600ao9`. */
function color(h: number, index: number): string {
  const hex = (h & 0xffffff).toString(16).padStart(6, '0');
  return index === 11 ? `#${hex.slice(0, 4)}o${hex.slice(5)}` : `#${hex}`;
}
