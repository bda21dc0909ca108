import type { CodegenConfig } from '@graphql-codegen/cli';
import { scalars } from './test/clients/scalars.ts';

const config: CodegenConfig = {
  schema: 'schema.graphql',
  importExtension: '.ts',
  generates: {
    // Types for `test/operations`, as a frontend would make them from the committed schema.
    'test/generated/': {
      documents: 'test/operations/**/*.graphql',
      preset: 'client',
      presetConfig: { fragmentMasking: false, persistedDocuments: { hashAlgorithm: 'sha256' } },
      config: { useTypeImports: true, enumsAsTypes: true, scalars },
    },
    // What the explorer asks, as texts: a browser needs no parser for them.
    'src/explorer/generated/': {
      documents: 'src/explorer/operations/*.graphql',
      preset: 'client',
      presetConfig: { fragmentMasking: false },
      config: { useTypeImports: true, enumsAsTypes: true, scalars, documentMode: 'string' },
    },
    // What the programs of the README import.
    'test/clients/generated/': {
      documents: 'test/clients/*.graphql',
      preset: 'client',
      presetConfig: { fragmentMasking: false },
      config: { useTypeImports: true, enumsAsTypes: true, scalars },
    },
  },
};

export default config;
