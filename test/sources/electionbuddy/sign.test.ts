import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { serve } from '../../infra/server.ts';
import { bearer, buddyEnv } from '../../support/electionbuddy.ts';
import { manualClock, startGateway } from '../../support/gateway.ts';

const NOW = 1_700_000_000;
const SOURCE = {
  organizationId: '4170',
  // With characters of base64, which it is not: the secret's own bytes are the key.
  secretToken: 'sandbox/organization+secret/4170==',
  electionKeys: { 12: 'N+vlebJgl/Lkxtu2b4hOe+JUTpVm5arWGJbQ6U7BOFs=' },
};

/**
 * Made once, with nothing of ours, by Python's `hmac` over what sources/electionbuddy/WIRE.md describes:
 *
 *   message = '&'.join(f"{name}={quote(value, safe='-._~')}" for name, value in sorted(parameters))
 *   signature = base64.urlsafe_b64encode(hmac.new(secret.encode(), message.encode(), hashlib.sha256).digest())
 *   message + '&signature=' + quote(signature, safe='-._~')
 */
const VECTORS: [identifier: string, encoded: string, v2: string, v1: string][] = [
  [
    'jane@example.com',
    'jane%40example.com',
    'qOMAv21qwQeoc9tq-xvX79f1KHEflVpPH1_40qbd5dA%3D',
    'DBvDe-CZb1pYakkOvF_-Hb4m7EKUx0p3EyoTEdDW-yI%3D',
  ],
  ['a+b', 'a%2Bb', 'qdP6098LwwKPIrzfJcIldPQUvcmbgOsH7AyruH4psCA%3D', 'lHfjssP7M-gJ8enzzzzaZLhm174zap4RJQ88nf3IAMA%3D'],
  ['a b', 'a%20b', '9n1gpBAZgAGFSKF_NMoTrKE0TYMZmciukl6OjAf9Kiw%3D', 'b2k3a90DSoUkXFhqJL54YB704otizGmsxfiLHyFntvU%3D'],
  ['a*b', 'a%2Ab', 'N-m8WTgLZ2kVMQZCcZWUVYr58dX0orDOtEhJ95bW3ho%3D', 'Jaa9HxyZqaWWoERH_uZ-tqvu8h9kGsal-voyu3RoJYk%3D'],
  ['a~b', 'a~b', 'Kd6M5sgeW1yaUj0WNY24sGCWy4ynqbO181JL1jYFWAo%3D', 'S0VaDyac6-6d_W5xL7uDnIUeVj5o6yNe-X6wOJU7c3A%3D'],
  [
    "o'neill",
    'o%27neill',
    '7NOd-rHXtXmymEE902DQl7K8lis1phZAP82f3n7fi3k%3D',
    '_patMPgVuBXnc_kafwS-HuxCWhrqLhcQouM9Bcou5Pc%3D',
  ],
  [
    'f(x)',
    'f%28x%29',
    '_EhSsC8U3Z6WUdm4cC2hNDAw_SA5IGYncQLC1oLbW3o%3D',
    'nedzf1rGahcP91YlP4EFcPNG5oxHdG-2iNLf13wCky4%3D',
  ],
  ['a/b', 'a%2Fb', 'wNm6bGiVo_-QE92kgrwxsp5uc61ZMvSLxJGaKVvGjOU%3D', 'a5ku3mGuM4R9I0iZpmwROQ6bozUz0MyatwqrjkBwWGI%3D'],
  [
    '100%',
    '100%25',
    'BxKn1_HC5Lq2GmIe2veiieI6PsbF_T8Fz7KD6w0W5us%3D',
    'RjdOVD61N8IQzamc1GGO5DSFe_R6pWZmkYvIz5t7RHQ%3D',
  ],
  [
    'josé é',
    'jos%C3%A9%20%C3%A9',
    'BcyLJ_SWo8rOJ3uvRvx6NFW9naRCpzOjloPhEkC4lRg%3D',
    'n8YbBAYn7xbs_flLF8bEFgAHBuFG7NUDgxEhTDeFKgM%3D',
  ],
  [
    '🗳️ box',
    '%F0%9F%97%B3%EF%B8%8F%20box',
    'czBaTg8EcX9naFpRHlDoUCLivkXQ01H35OqYw2nOIdI%3D',
    'pn7T5ZAsBZ7RzJwKg_7Kao06nK_vGIg8fV3FLkGMmCM%3D',
  ],
  [
    "!@ +*~'()/%é🗳️",
    '%21%40%20%2B%2A~%27%28%29%2F%25%C3%A9%F0%9F%97%B3%EF%B8%8F',
    'WokThl8oH4dcGVvGv8QdmzecaJMvl2AQf5T9xdA0SDI%3D',
    'qp47DU9_iLN_sFUoR-eb32KV47rHhxW7F5AMWv9TJoE%3D',
  ],
  [
    'smith&sons=1',
    'smith%26sons%3D1',
    'AGxiRS6-RUYia8oQhIfHy5dDx2GVzzyE9RJvgTmkcjo%3D',
    'YpRcdSGeF1uTY7QNgSGWe6scETH_5fWfmH6D1jaEXwg%3D',
  ],
];

type Seen = { method: string; path: string; query: string; body: string };

/** Keeps the bytes that arrive and answers everybody with "nothing to vote in" or "not voted". */
async function recorder(before: (seen: Seen[]) => number = () => 200) {
  const seen: Seen[] = [];
  const { url } = await serve(async (request, response) => {
    let body = '';
    for await (const chunk of request.setEncoding('latin1')) body += chunk;
    const [path, query = ''] = request.url!.split('?') as [string, string?];
    seen.push({ method: request.method!, path, query, body });
    response.statusCode = before(seen);
    if (request.headers.accept === 'text/html') response.end('<ul></ul>');
    else response.end(path.includes('/v2/') ? '[]' : '{"voted":false,"election_state":"running"}');
  });
  return { url, seen };
}

const EVERYTHING = `query ($id: ID!) {
  organizationVoter(identifier: $id) { elections { code } votingLinks { title } }
  voterStatus(electionCode: "12", memberId: $id) { hasVoted }
}`;
const LINK = `mutation ($id: ID!) {
  createVotingLink(input: { electionCode: "12", memberId: $id }) { ... on CreateVotingLinkSuccess { link { url } } }
}`;

async function start(env: Record<string, string> = {}, before?: (seen: Seen[]) => number) {
  const source = await recorder(before);
  const clock = manualClock(NOW * 1000);
  const gateway = await startGateway({ clock, env: { ...buddyEnv({ ...SOURCE, url: source.url }), ...env } });
  return { ...source, ...gateway, clock };
}

/** Recomputed from the bytes that came, as a server has to. */
function verify(bytes: string, secret: string): void {
  const [message, signature] = bytes.split('&signature=') as [string, string];
  expect(bytes).toMatch(/^([a-z]+=([\w.~-]|%[0-9A-F]{2})*&){3}signature=[\w-]{43}%3D$/);
  expect(signature).toBe(`${createHmac('sha256', secret).update(message, 'latin1').digest('base64url')}%3D`);
}

describe('the query string of', () => {
  it.each(VECTORS)('%s', async (id, encoded, v2, v1) => {
    const { query, seen, url } = await start();
    expect((await query(EVERYTHING, { id }, bearer('server'))).errors).toBeUndefined();
    const list = `exp=${NOW}&identifier=${encoded}&oid=4170&signature=${v2}`;
    const signOn = `eid=12&exp=${NOW}&mid=${encoded}&signature=${v1}`;
    expect(seen.map(({ path, query }) => `${path}?${query}`).toSorted()).toEqual([
      `/integrations/v2/elections?${list}`,
      `/integrations/v2/elections?${list}`,
      `/sso?${signOn}`,
    ]);
    const { data } = await query(LINK, { id }, bearer('server'));
    expect(data.createVotingLink.link.url).toBe(`${url}/integrations/v1/sso?${signOn}`);
  });
});

const size = { minLength: 1, maxLength: 60 };
const identifier = fc
  .oneof(
    fc.string({ ...size, unit: fc.constantFrom(...'ab@+ *~\'()/%é&=#?!\\"🗳') }),
    fc.string({ ...size, unit: 'binary' }),
  )
  .filter((text) => text.isWellFormed() && !/\p{Cc}/u.test(text));

describe('what is sent is what was signed', () => {
  it.each([
    ['GET', {}],
    ['POST', { ELECTIONBUDDY_STATUS_METHOD: 'POST' }],
  ])('for any identifier, status asked by %s', async (method, env: Record<string, string>) => {
    const { query, seen } = await start(env);
    await fc.assert(
      fc.asyncProperty(identifier, async (id) => {
        seen.length = 0;
        expect((await query(EVERYTHING, { id }, bearer('server'))).errors).toBeUndefined();
        expect(seen).toHaveLength(3);
        for (const { method: used, path, query: sent, body } of seen) {
          const v2 = path.includes('/v2/');
          const bytes = !v2 && method === 'POST' ? body : sent;
          expect([used, bytes === body ? sent : body]).toEqual([v2 ? 'GET' : method, '']);
          verify(bytes, v2 ? SOURCE.secretToken : SOURCE.electionKeys[12]);
          // Any server reads the identifier back out of it.
          expect(new URLSearchParams(bytes).get(v2 ? 'identifier' : 'mid')).toBe(id);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('a retry is signed anew', async () => {
    const { query, seen, clock } = await start({}, ({ length }) => {
      if (length === 3) return 200;
      clock.advance(40_000);
      return 503;
    });
    const elections = 'query ($id: ID!) { organizationVoter(identifier: $id) { elections { code } } }';
    expect((await query(elections, { id: 'a b' }, bearer('server'))).errors).toBeUndefined();
    const exps = seen.map(({ query }) => new URLSearchParams(query).get('exp'));
    expect(exps).toEqual([NOW, NOW + 40, NOW + 80].map(String));
    for (const { query } of seen) verify(query, SOURCE.secretToken);
  });

  it('under a base path too', async () => {
    const source = await recorder();
    const clock = manualClock(NOW * 1000);
    const { query } = await startGateway({ clock, env: buddyEnv({ ...SOURCE, url: `${source.url}/proxy/eb/` }) });
    expect((await query(EVERYTHING, { id: 'a' }, bearer('server'))).errors).toBeUndefined();
    expect(new Set(source.seen.map(({ path }) => path))).toEqual(
      new Set(['/proxy/eb/integrations/v2/elections', '/proxy/eb/sso']),
    );
    const { data } = await query(LINK, { id: 'a' }, bearer('server'));
    expect(data.createVotingLink.link.url).toContain(`${source.url}/proxy/eb/integrations/v1/sso?eid=12&`);
  });
});
