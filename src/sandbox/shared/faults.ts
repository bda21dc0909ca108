/** What any stand-in's fault switch can do to an answer. Plain data, so that it travels as JSON too. */
export type CommonFault =
  | { kind: 'slow'; ms: number }
  | { kind: 'status'; status: number; retryAfter?: number | string }
  | { kind: 'reset' }
  | { kind: 'half-body' }
  | { kind: 'html' }
  | { kind: 'empty' }
  /** Valid JSON in the right shape, with every figure a boolean and every text a list. */
  | { kind: 'wrong-type' }
  /** Never answers. */
  | { kind: 'hang' }
  /** Answers exactly this text as JSON. */
  | { kind: 'json-text'; body: string };

export type Aim = {
  /** Paths that begin so. */
  path?: string;
  /** How often it applies; without it until cleared. */
  times?: number;
};

export type FaultSwitch<F extends Aim> = {
  set(fault: F): void;
  clear(): void;
};

/** The fields that a kind cannot do without. */
export type FaultNeeds = Readonly<Record<string, Readonly<Record<string, 'number' | 'string'>>>>;

export const COMMON_NEEDS: FaultNeeds = {
  slow: { ms: 'number' },
  status: { status: 'number' },
  reset: {},
  'half-body': {},
  html: {},
  empty: {},
  'wrong-type': {},
  hang: {},
  'json-text': { body: 'string' },
};

/** `spared`: the paths that only a fault which names them can hit. */
export function createFaults<F extends Aim>(
  spared: (path: string) => boolean = () => false,
): FaultSwitch<F> & { take(path: string): F | undefined } {
  let set: { fault: F; left: number }[] = [];
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
        ({ fault, left }) => left > 0 && (fault.path === undefined ? !spared(path) : path.startsWith(fault.path)),
      );
      if (found === undefined) return undefined;
      found.left -= 1;
      return found.fault;
    },
  };
}

/** For faults that came over HTTP: what is wrong with them, or undefined. */
export function faultProblem(value: unknown, needs: FaultNeeds): string | undefined {
  if (typeof value !== 'object' || value === null) return 'a fault is an object';
  const fault = value as Record<string, unknown>;
  const { kind } = fault;
  if (typeof kind !== 'string' || !Object.hasOwn(needs, kind)) {
    return `kind is one of ${Object.keys(needs).join(', ')}`;
  }
  for (const [name, type] of Object.entries(needs[kind]!)) {
    if (typeof fault[name] !== type) return `'${kind}' needs ${name}, a ${type}`;
  }
  if (fault.path !== undefined && typeof fault.path !== 'string') return 'path is a string';
  if (fault.times !== undefined && typeof fault.times !== 'number') return 'times is a number';
  return undefined;
}

/** Keeps the shape, and gives every value inside a type that it never has. */
export function mistyped(value: unknown): unknown {
  if (typeof value === 'number') return true;
  if (typeof value === 'string') return [];
  if (Array.isArray(value)) return value.map(mistyped);
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, mistyped(inner)]));
  }
  return value;
}
