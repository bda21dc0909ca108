import { type DestinationStream, type Logger, pino } from 'pino';
import { systemClock } from './clock.ts';

export type Log = Logger;

/**
 * One JSON object a line. Callers log names of endpoints, codes of errors and counts, never URLs, bodies, headers or
 * identifiers of people; `redact` is the net below that rule, not the rule.
 */
export function createLog(level: string, destination?: DestinationStream): Log {
  return pino(
    {
      level,
      base: null,
      redact: ['token', 'key', 'secret', 'authorization', 'headers', '*.token', '*.key', '*.secret', '*.authorization'],
    },
    // No request waits for its line to be written, and a busy second's lines go together; what is left is written when
    // the process ends.
    destination ?? pino.destination({ dest: 2, sync: false, minLength: 8_192, periodicFlush: 100 }),
  );
}

/** Of a trouble that each request has: one line a minute, not one a request. */
export function seldom<A extends unknown[]>(tell: (...facts: A) => void): (...facts: A) => void {
  let last = Number.NEGATIVE_INFINITY;
  return (...facts) => {
    const now = performance.now();
    if (now - last < 60_000) return;
    last = now;
    tell(...facts);
  };
}

/**
 * Writes lines of level info that hold nothing but what is given, past the net for secrets and what else pino does for a
 * line: a line for each operation would be a tenth of all work. Numbers, texts, lists of texts and null.
 */
export function linesOf(log: Log, msg: string): (facts: Record<string, unknown>) => void {
  const { info } = log.levels.values;
  const stream = (log as unknown as { [pino.symbols.streamSym]: DestinationStream })[pino.symbols.streamSym];
  return (facts) => {
    if (log.isLevelEnabled('info'))
      stream.write(`${JSON.stringify({ level: info, time: systemClock.now(), ...facts, msg })}\n`);
  };
}
