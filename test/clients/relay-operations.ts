import { readFileSync } from 'node:fs';
import { artifact } from './relay-artifact.ts';

const read = (file: string) => readFileSync(new URL(file, import.meta.url), 'utf8');

export const County = artifact(read('county.graphql'));
export const CountyChanged = artifact(read('county-changed.graphql'));
