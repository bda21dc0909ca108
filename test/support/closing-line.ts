import type { Reporter, TestModule } from 'vitest/node';

/** Ends the run with the plain count that tools and people look for: "N passed, N failed, N skipped". */
export default class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const count = (state: string) => tests.filter((test) => test.result().state === state).length;
    // The default reporter prints after this hook in the same tick.
    process.once('exit', () =>
      console.log(`${count('passed')} passed, ${count('failed')} failed, ${count('skipped')} skipped`),
    );
  }
}
