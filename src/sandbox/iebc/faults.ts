/** What the fault switch can do to an answer. Plain data, so that it travels as JSON too. */
export type Fault = Kind & {
  /** Paths that begin so; without it every path but `/token/`. */
  path?: string;
  /** How often it applies; without it until cleared. */
  times?: number;
};

type Kind =
  | { kind: 'slow'; ms: number }
  | { kind: 'status'; status: number; retryAfter?: number | string }
  | { kind: 'reset' }
  | { kind: 'half-body' }
  | { kind: 'html' }
  | { kind: 'empty' }
  | { kind: 'revoked-token' }
  /** Valid JSON and SUCCESS, with every figure a boolean and every text a list. */
  | { kind: 'wrong-type' }
  | { kind: 'not-success'; status: string; message: string }
  /** Never answers. */
  | { kind: 'hang' }
  /** Answers exactly this text as JSON. */
  | { kind: 'json-text'; body: string };

export type FaultSwitch = {
  set(fault: Fault): void;
  clear(): void;
};

const NEEDS: Record<Kind['kind'], Readonly<Record<string, 'number' | 'string'>>> = {
  slow: { ms: 'number' },
  status: { status: 'number' },
  reset: {},
  'half-body': {},
  html: {},
  empty: {},
  'revoked-token': {},
  'wrong-type': {},
  'not-success': { status: 'string', message: 'string' },
  hang: {},
  'json-text': { body: 'string' },
};

export function createFaults(): FaultSwitch & { take(path: string): Fault | undefined } {
  let set: { fault: Fault; left: number }[] = [];
  return {
    set: (fault) => {
      set.push({ fault, left: fault.times ?? Number.POSITIVE_INFINITY });
    },
    clear: () => {
      set = [];
    },
    take(path) {
      if (set.length === 0) return undefined;
      const found = set.find(
        ({ fault, left }) => left > 0 && (fault.path === undefined ? path !== '/token/' : path.startsWith(fault.path)),
      );
      if (found === undefined) return undefined;
      found.left -= 1;
      return found.fault;
    },
  };
}

/** For faults that came over HTTP: what is wrong with them, or undefined. */
export function faultProblem(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return 'a fault is an object';
  const fault = value as Record<string, unknown>;
  const { kind } = fault;
  if (typeof kind !== 'string' || !Object.hasOwn(NEEDS, kind)) {
    return `kind is one of ${Object.keys(NEEDS).join(', ')}`;
  }
  for (const [name, type] of Object.entries(NEEDS[kind as Kind['kind']])) {
    if (typeof fault[name] !== type) return `'${kind}' needs ${name}, a ${type}`;
  }
  if (fault.path !== undefined && typeof fault.path !== 'string') return 'path is a string';
  if (fault.times !== undefined && typeof fault.times !== 'number') return 'times is a number';
  return undefined;
}

/** Keeps the shape and `status`, and gives every value inside a type that it never has. */
export function wrongTypes(body: string): string {
  const value: unknown = JSON.parse(body);
  const wrong = mistyped(value);
  if (typeof value === 'object' && value !== null && 'status' in value) {
    return JSON.stringify({ ...(wrong as object), status: value.status });
  }
  return JSON.stringify(wrong);
}

function mistyped(value: unknown): unknown {
  if (typeof value === 'number') return true;
  if (typeof value === 'string') return [];
  if (Array.isArray(value)) return value.map(mistyped);
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, mistyped(inner)]));
  }
  return value;
}
