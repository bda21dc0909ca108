import { success } from './contract.ts';

/** What one party, contest or candidate comes in when it is asked for by its code. Nothing was recorded of it. */
export type Wrapping = 'singular' | 'plural' | 'list' | 'race' | 'info' | 'bare';

const PLURAL = { party: 'parties', contest: 'contests', candidate: 'candidates' } as const;

/** `race`: the name of the contest that the entry is grouped under. */
export function wrapped(wrapping: Wrapping, kind: keyof typeof PLURAL, entry: object, race: string): string {
  const plural = PLURAL[kind];
  switch (wrapping) {
    case 'singular':
      return success({ [kind]: entry });
    case 'plural':
      return success({ [plural]: entry });
    case 'list':
      return success({ [plural]: [entry] });
    case 'race':
      return success({ [plural]: [{ race, [plural]: [entry] }] });
    case 'info':
      return success({ info: entry });
    case 'bare':
      return success(entry);
  }
}
