import { serveByHand } from '../infra/server.ts';
import { startGateway } from './gateway.ts';

const TOKEN = '{"status":"SUCCESS","token":"t"}';

/** A gateway over a source that answers when the test says so; its token is already given, and it has no elections. */
export async function overSourceByHand(env: Record<string, string> = {}) {
  const source = await serveByHand();
  // Longer than a test may take: nothing here ends by the source's timeouts.
  const patient = { IEBC_HEADERS_TIMEOUT_MS: '60000', IEBC_TOTAL_TIMEOUT_MS: '60000' };
  const gateway = await startGateway({ env: { IEBC_URL: source.url, ...patient, ...env } });
  const warm = gateway.query('{ elections { code } }');
  (await source.next()).response.end(TOKEN);
  (await source.next()).response.end('{"status":"SUCCESS","elections":[]}');
  await warm;
  return { source, gateway };
}
