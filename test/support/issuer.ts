import { exportJWK, exportSPKI, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import { serve } from '../infra/server.ts';

export const AUDIENCE = 'https://gateway.example';

type Key = Awaited<ReturnType<typeof newKey>>;

async function newKey(kid: string, alg = 'ES256') {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
  return { kid, alg, privateKey, publicKey, jwk: { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' } };
}

/** A member portal's OpenID provider: discovery, its published keys, and tokens in its name. */
export async function startIssuer() {
  let keys: Key[] = [await newKey('first')];
  const asked: string[] = [];
  const down = { discovery: false, jwks: false };
  let named: string | undefined;
  const { url } = await serve((request, response) => {
    asked.push(request.url!);
    const discovery = request.url === '/.well-known/openid-configuration';
    if (down[discovery ? 'discovery' : 'jwks']) return void request.socket.resetAndDestroy();
    response.setHeader('content-type', 'application/json');
    const found = discovery ? { issuer: named ?? url, jwks_uri: `${url}/keys` } : { keys: keys.map(({ jwk }) => jwk) };
    response.end(JSON.stringify(found));
  });

  const token = (
    claims: JWTPayload,
    { key = keys.at(-1)!, issuer = url, audience = AUDIENCE, expires = '1h' as string | null } = {},
  ) => {
    const signing = new SignJWT(claims)
      .setProtectedHeader({ alg: key.alg, kid: key.kid })
      .setIssuer(issuer)
      .setAudience(audience)
      .setIssuedAt();
    return (expires === null ? signing : signing.setExpirationTime(expires)).sign(key.privateKey);
  };

  return {
    url,
    asked,
    down,
    token,
    newKey,
    /** From now on it signs with this key, and publishes it instead of the ones before. */
    rotate: (key: Key) => {
      keys = [key];
    },
    /** From now on its discovery document is about somebody else. */
    pretend: (issuer: string) => {
      named = issuer;
    },
    /** Its public key, as the text that a careless verifier would take for a shared secret. */
    publicKeyText: () => exportSPKI(keys.at(-1)!.publicKey),
    env: { OIDC_ISSUER: url, OIDC_AUDIENCE: AUDIENCE },
  };
}
