import './reporting-unit.ts';
import './country.ts';
import './district.ts';
import './polling-station.ts';
import './place-search.ts';
import './election.ts';
import './party.ts';
import './contest.ts';
import './candidate.ts';
import './contest-result.ts';
import './voter.ts';
import './voter-guide.ts';
import './source.ts';
import './organization.ts';
import './ballot-activity.ts';
import './registration-check.ts';
import { builder } from './builder.ts';

export const schema = builder.toSchema();
