import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

/** Writes the explorer's program, one file for a browser, to stdout. */
const bundle = await rolldown({
  input: fileURLToPath(new URL('../explorer/main.tsx', import.meta.url)),
  platform: 'browser',
  transform: { target: 'es2022', jsx: { runtime: 'automatic', importSource: 'preact' } },
  logLevel: 'silent',
});
const { output } = await bundle.generate({ format: 'esm', minify: true, codeSplitting: false });
await bundle.close();
process.stdout.write(output[0].code);
