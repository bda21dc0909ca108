import { startElectionBuddySandbox } from './electionbuddy/index.ts';
import { type Person, startEregSandbox } from './ereg/index.ts';
import { hmac } from './iebc/access.ts';
import { ArchiveError, startIebcSandbox } from './iebc/index.ts';

/** `npm run sandbox`: the stand-in upstreams alone, on fixed ports, for people who write clients of their own. */

type StandIn = { lines: string[]; close(): Promise<void> };

const STAND_INS: { name: string; port: number; start(port: number): Promise<StandIn> }[] = [
  { name: 'iebc', port: 4101, start: iebc },
  { name: 'electionbuddy', port: 4102, start: electionBuddy },
  { name: 'ereg', port: 4103, start: ereg },
];

async function iebc(port: number): Promise<StandIn> {
  const archive = process.env.IEBC_ARCHIVE;
  const sandbox = await startIebcSandbox({ port, ...(archive && { archive }) });
  const { url, appId, appSecret, domainToken, elections } = sandbox;
  const key = (message: string): string => hmac(appSecret, message);
  return {
    close: () => sandbox.close(),
    lines: [
      `IEBC elections API    ${url}${archive ? `  (recordings: ${archive})` : ''}`,
      `  app id, secret      ${appId}  ${appSecret}`,
      `  elections           ${elections.join(', ')}`,
      `  a token             curl '${url}/token/?appid=${appId}&key=${key(`appid=${appId}`)}'`,
      `  signed (Method 1)   curl '${url}/county/?token=${domainToken}&key=${key(`token=${domainToken}`)}'`,
      `  by domain (2)       curl '${url}/county/?token=${domainToken}'`,
      `  make it fail        curl -d '[{"kind":"status","status":503,"retryAfter":1,"times":3}]' ${url}/_sandbox/faults`,
      '                      kinds: slow (ms), status, reset, half-body, html, empty, revoked-token, wrong-type,',
      '                      not-success (status, message), hang, json-text (body); each with path, times if wanted',
      `  make it well again  curl -X DELETE ${url}/_sandbox/faults`,
      `  what came in        curl ${url}/_sandbox/requests`,
    ],
  };
}

async function electionBuddy(port: number): Promise<StandIn> {
  const webhookUrl = process.env.WEBHOOK_URL;
  const sandbox = await startElectionBuddySandbox({ port, ...(webhookUrl && { webhookUrl }) });
  const { url, organizationId, secretToken, electionKeys, voters } = sandbox;
  // Signed by the shell: a signature that is printed here is too old half a minute later.
  const signature = `$(printf %s "$q" | openssl dgst -sha256 -hmac '${secretToken}' -binary | openssl base64 | sed 's/+/-/g;s|/|_|g;s/=/%3D/g')`;
  return {
    close: () => sandbox.close(),
    lines: [
      `ElectionBuddy         ${url}`,
      `  organization        ${organizationId}  ${secretToken}`,
      ...Object.entries(electionKeys).map(
        ([id, key], i) => `  ${i ? '             ' : 'election keys'}       ${id}  ${key}`,
      ),
      `  voters              ${voters.map(({ identifier }) => identifier).join(', ')}`,
      `  signed (V2)         q="exp=$(date +%s)&identifier=jane%40example.com&oid=${organizationId}"; \\`,
      `                      curl -H 'Accept: application/json' "${url}/integrations/v2/elections?$q&signature=${signature}"`,
      `  webhooks            ${webhookUrl ? 'a ballot every 4 s, to WEBHOOK_URL' : 'none: set WEBHOOK_URL, and ballots are cast and posted to it'}`,
      `  make it fail        as above, at ${url}/_sandbox/faults, with expired-signature for its own kind`,
    ],
  };
}

async function ereg(port: number): Promise<StandIn> {
  const sandbox = await startEregSandbox({ port });
  const { url, apiKey, people } = sandbox;
  const { firstName, lastName, birthDate, address } = people[0]!;
  const asked = { first_name: firstName, last_name: lastName, birth_date: birthDate, full_address: address };
  const form = Object.entries(asked).map(([name, value]) => `--data-urlencode '${name}=${value}'`);
  return {
    close: () => sandbox.close(),
    lines: [
      `Registration checks   ${url}`,
      `  key                 ${apiKey}  (in Authorization, without a scheme)`,
      `  registered          ${names(people, true)}`,
      `  not, and unclear    ${names(people, false)}; ${names(people, null)}`,
      `  a check             curl -i -H 'Authorization: ${apiKey}' ${form.join(' ')} ${url}/v1/checks`,
      `  its poll            curl -i -H 'Authorization: ${apiKey}' ${url}/v1/checks/<check_id>`,
      `  make it fail        as above, at ${url}/_sandbox/faults, with task-failed, forget, post-500-after-queue for its own kinds`,
    ],
  };
}

function names(people: readonly Person[], registered: boolean | null): string {
  const found = people.filter((person) => person.registered === registered);
  return found.map(({ firstName, lastName }) => `${firstName} ${lastName}`).join(', ');
}

const running: StandIn[] = [];

async function stop(code: number): Promise<void> {
  await Promise.all(running.map((standIn) => standIn.close()));
  process.exit(code);
}

function reason(error: unknown, port: number): string {
  if (error instanceof ArchiveError) return error.message;
  if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') return `port ${port} is in use`;
  return String(error);
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void stop(0));

for (const { name, port, start } of STAND_INS) {
  try {
    const standIn = await start(port);
    running.push(standIn);
    console.log(`${standIn.lines.join('\n')}\n`);
  } catch (error) {
    console.error(`${name}: ${reason(error, port)}`);
    await stop(1);
  }
}
