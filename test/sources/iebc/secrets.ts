import { expect } from 'vitest';
import type { Gateway } from '../../support/gateway.ts';

/** Tokens and keys are 32 digits or more; the longest run of hex digits in a GUID is 12. */
const SECRET = /[0-9a-f]{24,}/i;

/** Neither the answers nor the log hold a token, a key or the application's secret. */
export function expectNoSecrets(gateway: Gateway, ...answers: unknown[]): void {
  const told = JSON.stringify(answers) + gateway.logs();
  expect(SECRET.exec(told)?.[0]).toBeUndefined();
  expect(told).not.toMatch(/[?&](token|key|appid)=/);
}
