import type { CodegenConfig } from '@graphql-codegen/cli';

/** Types for `test/operations`, as a frontend would make them from the committed schema. */
const config: CodegenConfig = {
  schema: 'schema.graphql',
  importExtension: '.ts',
  documents: 'test/operations/**/*.graphql',
  generates: {
    'test/generated/': {
      preset: 'client',
      presetConfig: { fragmentMasking: false, persistedDocuments: { hashAlgorithm: 'sha256' } },
      config: {
        useTypeImports: true,
        enumsAsTypes: true,
        scalars: { DateTime: 'string', URL: 'string', JSON: 'unknown', GeoJSON: 'unknown' },
      },
    },
  },
};

export default config;
