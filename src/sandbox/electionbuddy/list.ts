import { type Answer, json } from '../shared/answer.ts';
import { type Election, ORGANIZATION, ORGANIZATION_SECRET, stateOf } from './elections.ts';
import { html, linkList } from './pages.ts';
import { Refusal } from './refusal.ts';
import { checkSignature, checkTime, readSigned } from './request.ts';
import { linkToBallot, type World } from './world.ts';

const ALLOWED_SECONDS = 30;
/** The document's instants carry this offset. */
const OFFSET_HOURS = -6;

/**
 * V2: the running elections in which the voter can still vote. That one leaves the list once its vote is cast is
 * assumed, from the use the document proposes: reminding those who have not voted.
 */
export function electionList(world: World, query: string, asJson: boolean): Answer {
  const request = readSigned(query, ['exp', 'identifier', 'oid']);
  const { exp, identifier, oid } = request.values;
  if (oid !== String(ORGANIZATION.id)) throw new Refusal(404, 'no such organization');
  checkSignature(request, ORGANIZATION_SECRET);
  checkTime(exp, world.now(), ALLOWED_SECONDS);
  if (!world.rolls.knows(identifier)) throw new Refusal(404, 'no such voter');

  const open = world.elections.filter(
    (election) => stateOf(election, world.now()) === 'running' && world.rolls.hasVoted(election, identifier) === false,
  );
  if (asJson) return json(JSON.stringify(open.map(entry)));
  return html(
    linkList(open.map((election) => ({ title: election.name, url: linkToBallot(world, election, identifier) }))),
  );
}

/** `null` for an end that is not set is assumed. */
function entry({ id, name, startsAt, endsAt }: Election): object {
  return {
    id: Number(id),
    name,
    start_date: instant(startsAt),
    end_date: endsAt === undefined ? null : instant(endsAt),
    aasm_state: 'running',
  };
}

function instant(at: number): string {
  return new Date(at + OFFSET_HOURS * 3_600_000).toISOString().replace('Z', '-06:00');
}
