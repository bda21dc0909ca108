import cluster from 'node:cluster';
import { ConfigError, readConfig } from './config.ts';
import { strangeVariableLine, strangeVariables } from './config-report.ts';
import { tellPrimary } from './infra/workers.ts';

/** Starts the gateway, or what starts its workers. What the operator can mend is one line and exit code 1. */
export async function run(): Promise<void> {
  try {
    const config = readConfig();
    if (cluster.isPrimary)
      for (const variable of strangeVariables()) console.error(`Warning: ${strangeVariableLine(variable)}`);
    if (config.workers > 1 && cluster.isPrimary) {
      const { superviseWorkers } = await import('./workers.ts');
      return superviseWorkers(config);
    }
    // Only now: the primary needs nothing of it, and a bad variable is told at once.
    const { serve } = await import('./serve.ts');
    const lines = await serve(config);
    if (cluster.isWorker) tellPrimary({ type: 'listening', lines });
    else for (const line of lines) console.log(line);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    console.error(`Cannot start: ${error.message}`);
    process.exit(1);
  }
}
