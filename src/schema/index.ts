import './reporting-unit.ts';
import './country.ts';
import './district.ts';
import './polling-station.ts';
import './polling-centre.ts';
import './place-search.ts';
import './ward-at.ts';
import './election.ts';
import './party.ts';
import './contest.ts';
import './candidate.ts';
import './contest-result.ts';
import './result-version.ts';
import './result-history.ts';
import './result-proof.ts';
import './results.ts';
import './results-updated.ts';
import './voter.ts';
import './voter-guide.ts';
import './source.ts';
import './organization.ts';
import './voter-status.ts';
import './ballot-activity.ts';
import './registration-check.ts';
import './registration-checks.ts';
import './registration-check-mutations.ts';
import './credential-verification.ts';
import { specifiedDirectives } from 'graphql';
import { builder } from './builder.ts';
import { deferDirective } from './defer.ts';
import { withIdsAtHand } from './ids-at-hand.ts';
import { completedInTurns } from './turns.ts';

export const schema = completedInTurns(
  withIdsAtHand(builder.toSchema({ directives: [...specifiedDirectives, deferDirective] })),
);
