import { readFileSync } from 'node:fs';
import { type CodegenConfig, generate } from '@graphql-codegen/cli';
import { buildSchema, isScalarType, isSpecifiedScalarType } from 'graphql';
import { expect, it } from 'vitest';
import { startGateway } from '../support/gateway.ts';
import { scalars } from './scalars.ts';

const documents = readFileSync(new URL('every-scalar.graphql', import.meta.url), 'utf8');

/** The types that a fresh project makes of the operations. The lines before them are the same for every schema. */
async function typesMade(schema: string, config: object): Promise<string> {
  const generates: CodegenConfig['generates'] = {
    'generated/': { preset: 'client', presetConfig: { fragmentMasking: false }, config },
  };
  const files: { filename: string; content: string }[] = await generate(
    { schema, documents, generates, silent: true },
    false,
  );
  const { content } = files.find(({ filename }) => filename.endsWith('graphql.ts'))!;
  return content
    .replace(/\/\*\* Internal type\..*\n.*\n/g, '')
    .replace(/\/\*\*[\s\S]*?\*\//g, '')
    .replace(/^export const .*$/gm, '');
}

it('the scalars’ types leave nothing unknown in a fresh project, and are those of the served schema', async () => {
  const { app } = await startGateway();
  const sdl = await (await app.fetch(new Request('http://gateway/schema.graphql'))).text();
  const own = Object.values(buildSchema(sdl).getTypeMap()).filter(
    (type) => isScalarType(type) && !isSpecifiedScalarType(type),
  );
  expect(Object.keys(scalars).toSorted()).toEqual(own.map(({ name }) => name).toSorted());

  const types = await typesMade(sdl, { scalars });
  for (const type of Object.values(scalars)) expect(types).toContain(type);
  expect(types).not.toMatch(/\b(unknown|any)\b/);
  // Each of them is asked for: what is left out is unknown.
  for (const name of Object.keys(scalars)) {
    const others = Object.fromEntries(Object.entries(scalars).filter(([other]) => other !== name));
    expect(await typesMade(sdl, { scalars: others }), name).toMatch(/\bunknown\b/);
  }
});
