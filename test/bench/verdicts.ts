/** What was measured of one promise. Met where it is at least `must`, or at most where less is better. */
export type Verdict = {
  what: string;
  value: number;
  must: number;
  aim: number;
  /** A time, a size, a cost: whatever is better when it is less. */
  less?: true;
  unit?: string;
  /** The same ratio, of the CPU time of the servers: on a machine that others use as well it moves less. */
  byCpu?: number;
};

const rounded = (value: number) => (value >= 100 ? value.toFixed(0) : value.toFixed(2));

function met({ value, must, aim, less }: Verdict): string {
  const reaches = (mark: number) => (less ? value <= mark : value >= mark);
  if (reaches(aim)) return 'aim';
  return reaches(must) ? 'must' : 'no';
}

/** For a README as well. */
export function printVerdicts(verdicts: readonly Verdict[]): void {
  console.log('\n| | measured | by CPU | must | aim | met |\n|---|---|---|---|---|---|');
  for (const verdict of verdicts) {
    const { what, value, must, aim, less, unit = '', byCpu } = verdict;
    const sign = less ? '≤' : '≥';
    console.log(
      `| ${what} | ${rounded(value)}${unit} | ${byCpu === undefined ? '' : rounded(byCpu)} | ${sign} ${must} | ${sign} ${aim} | ${met(verdict)} |`,
    );
  }
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** On a terminal, one line that is written over; else a line each. */
export function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`);
  else process.stderr.write(`${text}\n`);
}
