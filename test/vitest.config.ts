import { defineConfig } from 'vitest/config';

export default defineConfig({
  root: new URL('..', import.meta.url).pathname,
  // Vite would take graphql's ES build while the libraries, loaded by Node, take its CommonJS build: two copies of
  // GraphQLSchema, which refuse each other.
  resolve: { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] },
  test: {
    include: ['test/**/*.test.ts'],
    reporters: ['default', './test/support/closing-line.ts'],
    // Room for a second run of all this on the same machine: nothing here measures time.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Many wait for sockets and processes of their own more than they compute; Vitest's default leaves a small machine idle.
    maxWorkers: 3,
  },
});
