import { codeKey } from '../domain/codes.ts';
import { after } from '../domain/maybe.ts';
import { type District, KENYA } from '../domain/places.ts';
import { builder } from './builder.ts';
import { costs } from './cost.ts';
import { CountryRef, ReportingUnitRef } from './refs.ts';
import { REGISTERED_VOTERS } from './reporting-unit.ts';

builder.node(CountryRef, {
  id: { resolve: ({ code }) => code },
  interfaces: [ReportingUnitRef],
  description: 'Kenya as a whole. `registeredVoters` is the sum over its counties, the diaspora included.',
  isTypeOf: (value) => (value as { kind?: string }).kind === 'Country',
  loadOne: (code) => (codeKey(code) === KENYA.code ? KENYA : null),
  fields: (t) => ({
    registeredVoters: t.int({
      ...REGISTERED_VOTERS,
      extensions: costs({ shared: 1 }),
      resolve: (_country, _args, { iebc }) => after(iebc.counties(), sumOrNull),
    }),
  }),
});

function sumOrNull(counties: District[]): number | null {
  return counties.reduce<number | null>(
    (sum, { registeredVoters }) => (sum === null || registeredVoters === null ? null : sum + registeredVoters),
    0,
  );
}

builder.queryField('country', (t) =>
  t.field({ type: CountryRef, description: 'Kenya, where the presidential result is counted.', resolve: () => KENYA }),
);
