import { ConfigError, readConfig } from './config.ts';
import { configReport, strangeVariableLine, strangeVariables } from './config-report.ts';

/** `npm run config`: the effective configuration as an env file, and what in it is probably a mistake. */
try {
  readConfig();
  console.log(configReport().join('\n'));
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  console.error(`Cannot start: ${error.message}`);
  process.exitCode = 1;
}
for (const variable of strangeVariables()) console.error(strangeVariableLine(variable));
