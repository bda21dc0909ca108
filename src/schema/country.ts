import { codeKey } from '../domain/codes.ts';
import { KENYA } from '../domain/places.ts';
import { builder } from './builder.ts';
import { CountryRef, ReportingUnitRef } from './refs.ts';

builder.node(CountryRef, {
  id: { resolve: ({ code }) => code },
  interfaces: [ReportingUnitRef],
  description: 'Kenya as a whole. `registeredVoters` is the sum over its counties, the diaspora included.',
  isTypeOf: (value) => (value as { kind?: string }).kind === 'Country',
  loadOne: (code) => (codeKey(code) === KENYA.code ? KENYA : null),
});

builder.queryField('country', (t) =>
  t.field({ type: CountryRef, description: 'Kenya, where the presidential result is counted.', resolve: () => KENYA }),
);
