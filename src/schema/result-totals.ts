import type { Context } from '../context.ts';
import { after, all } from '../domain/maybe.ts';
import { type ResultTotals, sumOrNull, type TotalOfCandidate, type TotalOfParty } from '../domain/result-lists.ts';
import { builder } from './builder.ts';
import { BallotCountsRef } from './contest-result.ts';
import { costs } from './cost.ts';
import { CandidateRef, PartyRef } from './refs.ts';

/** In 2013 there were 59 parties. */
const PARTIES = 100;

const LEADS =
  "Places where ahead of everybody else; a tie is nobody's. Being ahead is not being elected. Null where only one party's votes were asked for.";

const TotalOfCandidateRef = builder.objectRef<TotalOfCandidate>('TotalOfCandidate').implement({
  description: "One candidate's votes in all places of a list.",
  fields: (t) => ({
    candidate: t.expose('candidate', {
      type: CandidateRef,
      description: 'Who got them. Candidates of different contests are different candidates.',
    }),
    votes: t.exposeInt('votes', { description: 'Votes in all places of the list that have figures.' }),
    leads: t.exposeInt('leads', { nullable: true, description: LEADS }),
  }),
});

const TotalOfPartyRef = builder.objectRef<TotalOfParty>('TotalOfParty').implement({
  description: "The votes of one party's candidates in all places of a list.",
  fields: (t) => ({
    party: t.expose('party', {
      type: PartyRef,
      nullable: true,
      description: 'The party; null for all independent candidates together.',
    }),
    votes: t.exposeInt('votes', { description: 'Votes in all places of the list that have figures.' }),
    leads: t.exposeInt('leads', { nullable: true, description: LEADS }),
  }),
});

export const ResultTotalsRef = builder.objectRef<ResultTotals>('ResultTotals').implement({
  description:
    'What the results of a whole list add up to, on every page the same. Ours: the source gives no such sums, and its own figure of a wider place may be another. Sums are of the places that have figures: look at `placesUnavailable` and `placesWithoutFigures` before showing them. Nobody is ever called elected.',
  fields: (t) => ({
    places: t.exposeInt('places', { description: 'How many results the list has: `totalCount`.' }),
    placesWithoutFigures: t.exposeInt('placesWithoutFigures', {
      description: 'Of how many of them nothing is reported (yet), or was recorded by the moment asked for.',
    }),
    placesUnavailable: t.exposeInt('placesUnavailable', {
      description: 'How many of them the source did not give (`UNAVAILABLE`): they are missing in all sums.',
    }),
    stationsReported: t.exposeInt('stationsReported', {
      nullable: true,
      description:
        'Polling stations whose counts are in these sums. Null until something is reported, and where a place with figures does not say how many.',
    }),
    stationsTotal: t.int({
      nullable: true,
      description:
        'Polling stations that exist in all places of the list. Waits for the index of places, as `stationsTotal` of a result does; null where that of one of them is not known.',
      resolve: ({ of }, _args, { results }: Context) =>
        after(all(of.map((result) => results.stationsTotal(result))), sumOrNull),
    }),
    ballots: t.expose('ballots', {
      type: BallotCountsRef,
      nullable: true,
      description:
        'The papers. Null until something is reported, and where figures are of votes only, as those of polling stations.',
    }),
    byCandidate: t.expose('byCandidate', {
      type: [TotalOfCandidateRef],
      description: 'Of each candidate, most votes first; equal votes in the order in which the list has them.',
      // How many there may be, the list says: `results`.
      extensions: costs({ each: 0 }),
    }),
    byParty: t.expose('byParty', {
      type: [TotalOfPartyRef],
      description: 'Of each party, most votes first; equal votes in the order in which the list has them.',
      extensions: costs({ each: PARTIES }),
    }),
  }),
});
