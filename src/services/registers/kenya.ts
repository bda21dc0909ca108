import type { Voter } from '../../domain/elections.ts';
import { failed, type InputOf, type Register, troubleOf } from './register.ts';

type Options = { lookUpVoter(voterId: string, signal: AbortSignal, traceparent: string | null): Promise<Voter | null> };

/** The IEBC's register, by voter id: one question, answered at once. */
export function kenyanRegister({ lookUpVoter }: Options): Register<InputOf<'KENYA'>> {
  return {
    source: 'iebc',
    async advance({ input, lookup, signal, traceparent, set, keep }) {
      if (lookup.state === 'QUEUED') await set({ state: 'RUNNING' });
      let voter: Voter | null;
      try {
        voter = await lookUpVoter(input.voterId, signal, traceparent);
      } catch (error) {
        const { code, final } = troubleOf(error);
        if (final) await set(failed(code));
        else if (lookup.trouble !== code) await set({ trouble: code });
        return;
      }
      await keep(voter && said(voter));
      await set({ state: 'COMPLETED', outcome: voter ? 'REGISTERED' : 'NOT_CONFIRMED' });
    },
    subject({ voterId }, _lookups, [found]) {
      const voter = found as ReturnType<typeof said> | null;
      return { jurisdiction: 'KENYA', voter_id: voterId, ...(voter && said(voter)) };
    },
  };
}

/** What a proof says of a voter: nothing more is kept. */
const said = ({ county, constituency, ward }: Partial<Pick<Voter, 'county' | 'constituency' | 'ward'>>) => ({
  ...(county && { county }),
  ...(constituency && { constituency }),
  ...(ward && { ward }),
});
