// What the README shows to a third party: with any JWT library, here jose, and the issuer's JWK set fetched beforehand.
import { createHash } from 'node:crypto';
import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from 'jose';

const sha256 = (text: string) => createHash('sha256').update(text).digest('base64url');

export async function verifyOffline(credential: string, jwks: JSONWebKeySet, issuer: string) {
  const [jwt, ...disclosures] = credential.split('~');
  if (disclosures.pop() !== '') throw new Error('not an SD-JWT without key binding');
  const { payload } = await jwtVerify<{ _sd: string[] }>(jwt!, createLocalJWKSet(jwks), {
    issuer,
    typ: 'registration+sd-jwt',
    algorithms: ['ES256', 'EdDSA'],
    requiredClaims: ['exp'],
  });
  const { _sd, _sd_alg, ...claims } = payload;
  const signed = new Set(_sd);
  for (const disclosure of disclosures) {
    if (!signed.delete(sha256(disclosure))) throw new Error('a disclosure that was not signed, or twice');
    const [, name, value] = JSON.parse(Buffer.from(disclosure, 'base64url').toString());
    claims[name] = value;
  }
  return claims; // { iss, iat, nbf, exp, jti, outcome, jurisdiction, source, answered_at } and what was disclosed
}
