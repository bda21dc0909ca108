import { CompactSign } from 'jose';
import type { ResultVersion } from '../../domain/record.ts';
import type { Clock } from '../../infra/clock.ts';
import type { SigningKeys } from '../signing-keys.ts';
import { leafOf } from './leaf.ts';

/** A type of its own, so that no other token of these keys passes for a statement, nor a statement for a credential. */
const TYP = 'election-result+jwt';

type Options = {
  keys: SigningKeys;
  /** Our public address. */
  issuer: () => string;
  clock: Clock;
};

/**
 * What was recorded, as a compact JWS that a third party can check with the keys of `/.well-known/jwks.json`: the claims
 * `iss`, `iat`, `result` (the log's leaf: source, election, place, post, instant, figures, hash of the answer's body),
 * `version` and `log_index`. It says what the source said, and nothing more.
 */
export function createStatements({ keys, issuer, clock }: Options): (version: ResultVersion) => Promise<string> {
  return (version) => {
    const { kid, alg, privateKey } = keys.current;
    const claims = {
      iss: issuer(),
      iat: Math.floor(clock.now() / 1000),
      result: JSON.parse(leafOf(version)) as unknown,
      version: version.version,
      log_index: version.index,
    };
    return new CompactSign(Buffer.from(JSON.stringify(claims)))
      .setProtectedHeader({ alg, kid, typ: TYP })
      .sign(privateKey);
  };
}
