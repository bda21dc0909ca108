import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

/** Writes the explorer's program to stdout, as JSON: the file that a page loads, then those that it loads when they are wanted. */
const bundle = await rolldown({
  input: fileURLToPath(new URL('../explorer/main.tsx', import.meta.url)),
  platform: 'browser',
  transform: { target: 'es2022', jsx: { runtime: 'automatic', importSource: 'preact' } },
  logLevel: 'silent',
});
const { output } = await bundle.generate({
  ...{ format: 'esm', minify: true },
  // By name they import each other: each is named by what is in it.
  ...{ entryFileNames: '[name]-[hash].js', chunkFileNames: '[name]-[hash].js' },
});
await bundle.close();
const files = output.flatMap((file) => (file.type === 'chunk' ? [{ name: file.fileName, code: file.code }] : []));
process.stdout.write(JSON.stringify(files));
