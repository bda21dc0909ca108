import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { appIdKey, keyMessage, requestKey } from '../../../src/sources/iebc/sign.ts';
import { serve } from '../../infra/server.ts';
import { startGateway } from '../../support/gateway.ts';

// The document's own application and tokens.
const SECRET = '7d11beed7346bf00a8c6063dc4003c47';
const TOKEN = 'e4ef8cd8b6ab1052cbe8ab7619cd515337bab42243704926c86ecf750f4fe6db';
const SHORT_TOKEN = '2cbe8ab7619cd515337bab42243704926c86ecf75';

describe("the document's worked examples", () => {
  it('the key of an application id', () => {
    expect(appIdKey('KEA119', SECRET)).toBe('f94801a462049f3a900476c9e7414fc0370df5d9bc5e37f53c6c3ffb48dc1d1f');
  });

  it('the key of one filter and the token', () => {
    expect(requestKey({ county: 'C001' }, TOKEN, SECRET)).toBe(
      '8526091f265e93767ec69eece766b54c327b85c78c41203a4247fb0b0bee8c3a',
    );
  });

  it('the message of two filters', () => {
    expect(keyMessage({ party: 'P001', contest: '8E35B8D0-0343-E211-884B-70F3955EC982' }, SHORT_TOKEN)).toBe(
      'contest=8E35B8D0-0343-E211-884B-70F3955EC982party=P001token=2cbe8ab7619cd515337bab42243704926c86ecf75',
    );
  });

  it('the message without filters', () => {
    expect(keyMessage({}, TOKEN)).toBe(`token=${TOKEN}`);
  });
});

const code = fc.stringMatching(/^[A-Za-z0-9_-]{1,20}$/);
const filters = fc.dictionary(fc.stringMatching(/^[a-z]{1,12}$/), code, { maxKeys: 6, noNullPrototype: true });

describe('any message', () => {
  it('does not depend on the order of the arguments', () => {
    const shuffled = filters.chain((given) =>
      fc.tuple(
        fc.constant(given),
        fc.shuffledSubarray(Object.entries(given), { minLength: Object.keys(given).length }),
      ),
    );
    fc.assert(
      fc.property(shuffled, ([given, entries]) => {
        expect(requestKey(Object.fromEntries(entries), TOKEN, SECRET)).toBe(requestKey(given, TOKEN, SECRET));
      }),
    );
  });

  it('names the filters in alphabetical order, then the token', () => {
    fc.assert(
      fc.property(filters, (given) => {
        const parts = Object.entries(given)
          .map(([name, value]) => `${name}=${value}`)
          .sort();
        expect(keyMessage(given, TOKEN)).toBe(`${parts.join('')}token=${TOKEN}`);
      }),
    );
  });

  it('is refused when a value or a name holds "=" or "&", wherever it stands', () => {
    const poisoned = fc.tuple(fc.string(), fc.constantFrom('=', '&'), fc.string()).map((parts) => parts.join(''));
    fc.assert(
      fc.property(filters, poisoned, (given, value) => {
        expect(() => keyMessage({ ...given, county: value }, TOKEN)).toThrow(TypeError);
        expect(() => keyMessage({ ...given, [value]: 'C001' }, TOKEN)).toThrow(TypeError);
      }),
    );
  });

  it('names the filter that it refuses, not its value', () => {
    expect(() => keyMessage({ county: 'A=secretish' }, TOKEN)).toThrow(/county$/);
  });
});

describe('what is signed is what is sent', () => {
  /** Recomputes every key from the bytes of the request line, with nothing of ours. */
  async function strictSource() {
    const seen: string[] = [];
    const wrong: string[] = [];
    const { url } = await serve((request, response) => {
      const [path, query = ''] = request.url!.split('?');
      const parts = query.split('&');
      const key = parts.find((part) => part.startsWith('key='))?.slice(4);
      const token = parts.find((part) => part.startsWith('token='));
      const signed = parts.filter((part) => !/^(key|token)=/.test(part)).sort();
      const message = path === '/token/' ? signed.join('') : signed.join('') + token;
      if (key !== createHmac('sha256', SECRET).update(message).digest('hex')) wrong.push(request.url!);
      seen.push(`${path}?${signed.join('&')}`);
      const body =
        path === '/token/' ? { token: TOKEN } : path === '/candidate/' ? { candidates: [] } : { contests: [{}] };
      response.end(JSON.stringify({ status: 'SUCCESS', ...body }));
    });
    return { url, seen, wrong };
  }

  it('byte for byte, through the whole gateway', async () => {
    const source = await strictSource();
    const { query } = await startGateway({ env: { IEBC_URL: source.url, IEBC_ELECTION: 'GEK2013' } });
    const { errors } = await query(`{
      candidates(filter: { election: "20131017", post: SENATOR, party: "p_1-x", contest: "8E35B8D0-0343-E211-884B-70F3955EC982" }) { totalCount }
      country { result(post: PRESIDENT) { status } }
    }`);
    expect(errors).toBeUndefined();
    expect(source.wrong).toEqual([]);
    expect(source.seen.toSorted()).toEqual([
      '/candidate/?contest=8E35B8D0-0343-E211-884B-70F3955EC982&election=20131017&party=p_1-x&post=3',
      '/results/country/KE/?election=GEK2013&post=1',
      '/token/?appid=KEA119',
    ]);
  });
});
