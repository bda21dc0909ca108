import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Of tests whose promise is a time: they run after the others, one by one, so that nothing else takes it. */
const TIMED = 'test/**/*.timed.test.ts';

/** Many wait for sockets and processes of their own more than they compute: Vitest's default leaves a small machine idle. */
const WORKERS = 3;

/** Begun last, as a small file would be, it alone would keep everybody waiting for minutes. */
const LONGEST = 'checks-kill.test.ts';

/** They change nothing that a file shares with the next: a process for each would load the same modules again and again. */
const PARTS = 'test/{apps,clients,domain,explorer,http,infra,sandbox,sources}/**/*.test.ts';

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isLongest = ({ moduleId }: TestSpecification) => Number(moduleId.endsWith(LONGEST));
    return (await super.sort(files)).toSorted((a, b) => isLongest(b) - isLongest(a));
  }
}

export default defineConfig({
  root: new URL('..', import.meta.url).pathname,
  // Vite would take graphql's ES build while the libraries, loaded by Node, take its CommonJS build: two copies of
  // GraphQLSchema, which refuse each other.
  resolve: { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] },
  test: {
    sequence: { sequencer: LongestFirst },
    reporters: ['default', './test/support/closing-line.ts'],
    // Room for a second run of all this on the same machine: nothing but the timed ones measures time.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 20_000 } },
    projects: [
      {
        extends: true,
        test: {
          name: 'all',
          include: ['test/**/*.test.ts'],
          exclude: [PARTS, TIMED, '**/node_modules/**'],
          maxWorkers: WORKERS,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: 'parts',
          include: [PARTS],
          exclude: [TIMED],
          isolate: false,
          maxWorkers: WORKERS,
          sequence: { groupOrder: 0 },
        },
      },
      { extends: true, test: { name: 'timed', include: [TIMED], maxWorkers: 1, sequence: { groupOrder: 1 } } },
    ],
  },
});
