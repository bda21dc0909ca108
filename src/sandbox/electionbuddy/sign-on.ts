import { type Answer, json } from '../shared/answer.ts';
import { type Election, stateOf } from './elections.ts';
import { ballotPage, html, noticePage } from './pages.ts';
import { Refusal } from './refusal.ts';
import { checkSignature, checkTime, readSigned } from './request.ts';
import type { World } from './world.ts';

const ALLOWED_SECONDS = 5 * 60;

/** V1: one endpoint at two paths, which signs a voter on or, where JSON is asked for, says whether they have voted. */
export function signOn(world: World, query: string, asJson: boolean): Answer {
  const request = readSigned(query, ['eid', 'exp', 'mid']);
  const { eid, exp, mid } = request.values;
  const election = world.elections.find(({ id }) => id === eid);
  if (election === undefined) throw new Refusal(404, 'no such election');
  checkSignature(request, election.secretKey);
  checkTime(exp, world.now(), ALLOWED_SECONDS);

  const voted = world.rolls.hasVoted(election, mid);
  if (voted === undefined) {
    if (election.newcomers === 'refused') throw new Refusal(404, 'no such voter in this election');
    if (!world.rolls.hasRoom(election)) throw new Refusal(422, 'the election has reached its number of voters');
    if (asJson && election.newcomers === 'by link') throw new Refusal(404, 'no such voter in this election yet');
  }
  const state = stateOf(election, world.now());
  if (asJson) return json(JSON.stringify(status(election, state, voted ?? false)));

  // What a link shows outside of voting is not documented.
  if (state === 'scheduled') return html(noticePage('Not yet open', 'Voting has not begun.'));
  if (state === 'completed') return html(noticePage('Closed', 'Voting has ended.'));
  if (voted) return html(noticePage('Already voted', 'Your vote in this election has been recorded.'));
  // Only who comes to vote takes a place: asking for a status leaves nothing behind.
  if (voted === undefined) world.rolls.add(election, mid);
  return html(ballotPage(election));
}

function status({ statusForm, endsAt }: Election, state: string, voted: boolean): object {
  switch (statusForm) {
    case 'voted':
      return { voted };
    case 'voted+state':
      return { voted, election_state: state };
    case 'voted+state+end':
      // Epoch seconds in a string, as the documentation's history has it; null for no end is assumed.
      return {
        voted,
        election_state: state,
        end_date: endsAt === undefined ? null : String(Math.floor(endsAt / 1000)),
      };
  }
}
