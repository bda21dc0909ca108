import type { IebcSandbox } from '../../src/sandbox/iebc/index.ts';

/** The environment of a gateway that asks this IEBC. */
export const iebcEnv = ({
  url,
  appId,
  appSecret,
  elections,
}: Pick<IebcSandbox, 'url' | 'appId' | 'appSecret' | 'elections'>): Record<string, string> => ({
  IEBC_URL: url,
  IEBC_APP_ID: appId,
  IEBC_APP_SECRET: appSecret,
  IEBC_ELECTION: elections[0]!,
});
