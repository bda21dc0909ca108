import { createApp } from './app.ts';
import { type Config, ConfigError } from './config.ts';
import { SealingKeyError } from './infra/sealed.ts';
import { DataDirInUse, DataFileError } from './infra/sqlite.ts';
import { listen } from './listen.ts';
import { ArchiveError } from './sandbox/iebc/index.ts';
import { SigningKeysError } from './services/signing-keys.ts';
import { TrustedDocumentsError } from './services/trusted-documents.ts';

const MODES = {
  LIVE: 'the IEBC API',
  SANDBOX: 'invented test data of the built-in sandbox',
  ARCHIVE: 'recorded answers of the IEBC API',
};

/** Starts one gateway, which SIGTERM or SIGINT stop; gives back what there is to say of it. What the operator can mend is a ConfigError. */
export async function serve(config: Config): Promise<string[]> {
  try {
    const app = await createApp(config);
    const server = await listen(app, config);
    // Before anything is printed: whoever waits for it may want to stop us at once.
    const stop = () => void server.close().then(() => process.exit(0));
    process.once('SIGTERM', stop);
    process.once('SIGINT', stop);
    const { election, source } = config.iebc;
    const lines = [`Election gateway: ${server.url}/graphql, serving ${election} from ${MODES[source.mode]}`];
    if (server.adminUrl)
      lines.push(`Metrics and health, for the operator: ${server.adminUrl}/metrics, ${server.adminUrl}/health`);
    if (app.demoKey) lines.push(`Demo API key (new at each start; set API_KEYS for your own): ${app.demoKey}`);
    if (!config.electionbuddy.webhookSecret) {
      lines.push(
        `ElectionBuddy webhooks (new at each start; set ELECTIONBUDDY_WEBHOOK_SECRET): ${server.url}${app.webhookPath}`,
      );
    }
    return lines;
  } catch (error) {
    throw new ConfigError(wayOut(error), { cause: error });
  }
}

function wayOut(error: unknown): string {
  if (error instanceof ArchiveError) return `IEBC_ARCHIVE: ${error.message}`;
  if (error instanceof TrustedDocumentsError) return `TRUSTED_DOCUMENTS: ${error.message}`;
  if (error instanceof SigningKeysError || error instanceof SealingKeyError) return error.message;
  if (error instanceof DataDirInUse)
    return `DATA_DIR: ${error.message}. Stop that one, or set DATA_DIR (and PORT) to others.`;
  if (error instanceof DataFileError) return `DATA_DIR: ${error.message}.`;
  const {
    code,
    syscall,
    port,
    address,
    prefix = '',
  } = error as NodeJS.ErrnoException & { port?: number; address?: string; prefix?: string };
  if (code === 'EADDRINUSE')
    return `${prefix}PORT: ${port} is in use. Stop what listens there, or set ${prefix}PORT to another number.`;
  // A worker's socket is bound by the primary, which says so.
  if (code === 'EACCES' && (syscall === 'listen' || syscall === 'bind'))
    return `${prefix}PORT: ${port} needs privileges. Set ${prefix}PORT to a number above 1023.`;
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
    return `${prefix}HOST: ${address ?? 'this address'} is not an address of this machine.`;
  // Node's message is one line that names the file: of the data directory, for no other is touched at the start.
  if (syscall && FILE_CALLS.has(syscall)) return `DATA_DIR: ${(error as Error).message}.`;
  throw error;
}

const FILE_CALLS = new Set(['mkdir', 'open', 'read', 'write', 'fsync', 'link', 'unlink']);
