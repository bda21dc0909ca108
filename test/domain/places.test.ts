import { expect, it } from 'vitest';
import { documentedElection, isTestElection, realCode, testTwin } from '../../src/domain/elections.ts';
import { levelOf, streamOf } from '../../src/domain/places.ts';

it.each([
  ['ST. PAUL PRIMARY SCHOOL/01', 1],
  ['ST. PAUL PRIMARY SCHOOL /12  ', 12],
  ['NAIROBI / 3', 3],
  ['MOI HALL/02/01', 1],
  ['SCHOOL/000', 0],
  ['SCHOOL', null],
  ['SCHOOL/A', null],
  ['SCHOOL/01 A', null],
  ['SCHOOL 01', null],
  ['SCHOOL/', null],
  ['SCHOOL/1234', null],
  ['', null],
])('the stream of %j is %s', (name, stream) => {
  expect(streamOf(name)).toBe(stream);
});

it.each([
  ['Country', 'country'],
  ['County', 'county'],
  ['Constituency', 'constituency'],
  ['Ward', 'ward'],
  ['PollingStation', 'pollingstation'],
] as const)('a %s is asked for as %s', (kind, level) => {
  expect(levelOf(kind)).toBe(level);
});

it.each([
  ['GEK2013', false, 'GEK2013-TEST', 'GEK2013', 'The General Election 2013', 'GENERAL'],
  ['GEK2013-TEST', true, null, 'GEK2013', 'The General Election 2013 (test data)', 'GENERAL'],
  ['20131017-TEST', true, null, '20131017', 'The October 17th By Elections (test data)', 'BY_ELECTION'],
  ['MAKSEN2013', false, 'MAKSEN2013-TEST', 'MAKSEN2013', 'The Makueni Senate By Election', 'BY_ELECTION'],
  ['OTHER', false, 'OTHER-TEST', 'OTHER', undefined, undefined],
  // Names that every object has are no elections.
  ['constructor', false, 'constructor-TEST', 'constructor', undefined, undefined],
  ['toString-TEST', true, null, 'toString', undefined, undefined],
])('the election %s', (code, isTest, twin, real, name, kind) => {
  expect([isTestElection(code), testTwin(code), realCode(code)]).toEqual([isTest, twin, real]);
  const known = documentedElection(code);
  expect([known?.name, known?.electionKind]).toEqual([name, kind]);
  if (known) expect(known.code).toBe(code);
});
