import { createServer } from 'node:http';
import { createSchema, createYoga } from 'graphql-yoga';
import { pino } from 'pino';
import { cors } from '../../src/http/cors.ts';
import { logFiles } from '../../src/http/log.ts';
import type { TileStore } from '../../src/infra/tiles.ts';
import { generateLogKey, loadLogKey } from '../../src/services/log-key.ts';
import { createTransparencyLog } from '../../src/services/transparency-log.ts';
import type { memoryLog } from './memory-log.ts';

type Memory = ReturnType<typeof memoryLog>;
type Options = { store?: TileStore; key?: string; origin?: string; corsOrigins?: readonly string[] | '*' };

/** The log's routes alone, over a log in memory, in a server that listens nowhere yet. */
export function logServer(
  memory: Memory,
  { store = memory.store, key = generateLogKey(), origin = 'elections.example/log', corsOrigins = '*' }: Options = {},
) {
  const record = createTransparencyLog({
    store,
    leaves: memory.leaves,
    key: loadLogKey({ configured: key, dataDir: '/nowhere' }),
    origin: () => origin,
  });
  const lines: string[] = [];
  const yoga = createYoga({
    schema: createSchema({ typeDefs: 'type Query { ok: Boolean }' }),
    logging: false,
    cors: cors(corsOrigins),
    plugins: [logFiles({ record, log: pino({}, { write: (line: string) => void lines.push(line) }) })],
  });
  return { record, lines, fetch: yoga.fetch, server: createServer(yoga) };
}
