import { base64url, decodeJwt, type JWTPayload } from 'jose';

/** One fact about the person, which is shown or not. */
type Disclosure = { encoded: string; name: string; value: string };

export type Opened = { jwt: string; claims: JWTPayload; disclosures: Disclosure[] };

/** Takes an SD-JWT (RFC 9901) apart. It is not verified: that is for whoever is shown it. */
export function opened(credential: string): Opened {
  const [jwt = '', ...rest] = credential.split('~');
  const disclosures = rest
    .filter((part) => part !== '')
    .map((encoded): Disclosure => {
      const [, name, value] = JSON.parse(new TextDecoder().decode(base64url.decode(encoded))) as [
        string,
        string,
        string,
      ];
      return { encoded, name, value };
    });
  return { jwt, claims: decodeJwt(jwt), disclosures };
}

/** The same credential without what is hidden: what was signed still verifies. */
export function presentation({ jwt, disclosures }: Opened, hidden: ReadonlySet<string>): string {
  const shown = disclosures.filter(({ name }) => !hidden.has(name)).map(({ encoded }) => encoded);
  return `${[jwt, ...shown].join('~')}~`;
}
