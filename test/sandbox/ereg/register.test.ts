import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type EregSandbox, startEregSandbox } from '../../../src/sandbox/ereg/index.ts';
import { CANNOT_CONFIRM, check, type Form, formOf, person, poll, queue, STRANGER, statusAndBody } from './client.ts';

let sandbox: EregSandbox;
beforeAll(async () => {
  sandbox = await startEregSandbox({ now: () => 0, checkMs: 0 });
});
afterAll(() => sandbox.close());

const YES = {
  status: 'SUCCESS',
  registered: true,
  raw_message: 'You are registered to vote, at the address you provided.',
};
const NOT_CONFIRMED = { status: 'SUCCESS', registered: false, raw_message: CANNOT_CONFIRM };

it('answers each person as listed', async () => {
  expect(sandbox.people.length).toBeGreaterThanOrEqual(12);
  for (const one of sandbox.people) {
    const answer = await check(sandbox, formOf(one));
    expect([one.lastName, answer.status, answer.registered]).toEqual([one.lastName, 'SUCCESS', one.registered]);
  }
});

it('has all that a client should meet', () => {
  const { people } = sandbox;
  for (const registered of [true, false]) {
    expect(people.filter((one) => one.registered === registered).length).toBeGreaterThanOrEqual(3);
  }
  expect(people.filter((one) => one.registered === null)).toHaveLength(1);
  expect(people.filter((one) => one.movedTo !== undefined).length).toBeGreaterThanOrEqual(3);
  const names = people.map(({ firstName, lastName }) => `${firstName} ${lastName}`).join();
  expect(names).toMatch(/é/);
  expect(names).toMatch(/'/);
});

it('says yes, "cannot confirm", and something else', async () => {
  expect(await check(sandbox, formOf(person(sandbox, 'Testwell')))).toEqual(YES);
  expect(await check(sandbox, formOf(person(sandbox, 'Nobody')))).toEqual(NOT_CONFIRMED);
  expect(await check(sandbox, STRANGER)).toEqual(NOT_CONFIRMED);
  const unclear = await check(sandbox, formOf(person(sandbox, 'Unclear')));
  expect(unclear).toEqual({ status: 'SUCCESS', registered: null, raw_message: expect.stringMatching(/\S/) });
  expect([YES.raw_message, CANNOT_CONFIRM]).not.toContain(unclear.raw_message);
});

it('finds those who moved at the older address alone', async () => {
  for (const one of sandbox.people) {
    if (one.movedTo === undefined) continue;
    expect(await check(sandbox, formOf(one))).toEqual(YES);
    expect(await check(sandbox, { ...formOf(one), full_address: one.movedTo })).toEqual(NOT_CONFIRMED);
  }
});

it('keeps the unclear answer to the one address', async () => {
  const form = { ...formOf(person(sandbox, 'Unclear')), full_address: '16 Sugar Maple Cres, Toronto' };
  expect(await check(sandbox, form)).toEqual(NOT_CONFIRMED);
});

describe('compares', () => {
  const exemple = (): Form => formOf(person(sandbox, "L'Exemple"));
  const maryAnn = (): Form => formOf(person(sandbox, 'Placeholder'));
  const maple = (): Form => formOf(person(sandbox, 'Testwell'));

  it.each<[string, () => Form]>([
    ['case', () => ({ ...exemple(), first_name: 'ZOÉ', last_name: "l'exemple" })],
    ['spaces', () => ({ ...maryAnn(), first_name: '  mary   ann ', middle_name: ' OF  THE' })],
    ['how an accent is composed', () => ({ ...exemple(), first_name: 'Zoé'.normalize('NFD') })],
    ['an empty middle name', () => ({ ...exemple(), middle_name: '' })],
    ['how an address is written', () => ({ ...maple(), full_address: '719 bloor street west apt 117, m6g0x1' })],
  ])('leniently: %s', async (_, form) => {
    expect(await check(sandbox, form())).toEqual(YES);
  });

  it.each<[string, () => Form]>([
    ['an accent', () => ({ ...exemple(), first_name: 'Zoe' })],
    ['an apostrophe', () => ({ ...exemple(), last_name: 'LExemple' })],
    ['a typographic apostrophe', () => ({ ...exemple(), last_name: 'L’Exemple' })],
    ['a name run together', () => ({ ...maryAnn(), first_name: 'Maryann' })],
    ['a short form', () => ({ ...maryAnn(), first_name: 'Mary' })],
    ['another middle name', () => ({ ...exemple(), middle_name: 'Aline' })],
    ['a middle name for one who has none', () => ({ ...maple(), middle_name: 'Sugar' })],
    ['names changed about', () => ({ ...maple(), first_name: 'Testwell', last_name: 'Maple' })],
    ['another day', () => ({ ...maple(), birth_date: '1980-1-5' })],
    ['day and month changed about', () => ({ ...maple(), birth_date: '1980-4-1' })],
    ['another unit', () => ({ ...maple(), full_address: '118-719 Bloor St W, Toronto' })],
    ['no unit', () => ({ ...maple(), full_address: '719 Bloor St W, Toronto' })],
    ['a unit where there is none', () => ({ ...exemple(), full_address: "1-24 Rue de l'Érable, Ottawa" })],
    ['the house next door', () => ({ ...maple(), full_address: '117-721 Bloor St W, Toronto' })],
    ['another unit letter', () => ({ ...maryAnn(), full_address: '3-19 Streetcar Lane, Toronto' })],
  ])('strictly: %s', async (_, form) => {
    expect(await check(sandbox, form())).toEqual(NOT_CONFIRMED);
  });
});

it.each<[string, Form]>([
  ['a day that no calendar has', { birth_date: '1985-2-31' }],
  ['a month that no calendar has', { birth_date: '1985-19-1' }],
  ['no day', { birth_date: '1985-3-0' }],
  ['a blank name', { last_name: ' ' }],
  ['an address without a number', { full_address: 'Bloor St W, Toronto' }],
  ['a city', { full_address: 'Toronto' }],
])('%s is queued, and its task fails: 500 without a body', async (_, wrong) => {
  const { check_id } = await queue(sandbox, { ...STRANGER, ...wrong });
  expect(await statusAndBody(await poll(sandbox, check_id))).toEqual([500, '']);
});

it('hands out its people, not its register', async () => {
  const own = await startEregSandbox({ now: () => 0, checkMs: 0 });
  own.people[0]!.registered = false;
  own.people.length = 1;
  await own.close();
  expect(await check(sandbox, formOf(person(sandbox, 'Testwell')))).toEqual(YES);
});
