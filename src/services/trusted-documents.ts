import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type DocumentNode, type GraphQLSchema, parse, print, separateOperations } from 'graphql';
import { createYoga, type Plugin, type YogaServerInstance } from 'graphql-yoga';
import { z } from 'zod';

/** The list cannot be used. The message is one line, to be read behind the variable's name. */
export class TrustedDocumentsError extends Error {
  override readonly name = 'TrustedDocumentsError';
}

export type TrustedDocuments = {
  /** Whether strangers may send nothing else. */
  only: boolean;
  /** By the name in the list, or by SHA-256. */
  find(name: string): string | undefined;
  includes(text: string): boolean;
};

// biome-ignore lint/suspicious/noExplicitAny: Yoga types its contexts so
type Engine = YogaServerInstance<any, any>;

type Options = {
  file: string;
  only: boolean;
  /** What our own page asks, all operations in one document; null: there is no page. However it is laid out, it is trusted. */
  own: string | null;
  schema: GraphQLSchema;
  /** What limits the shape of any document: one that is never answered is not to be trusted either. */
  // biome-ignore lint/suspicious/noExplicitAny: and its plugins
  limits: Plugin<any>[];
};

/** Codegen's `persisted-documents.json` (client preset, `persistedDocuments`): `{hash: document}`, whatever its hash is. */
export function loadTrustedDocuments({ file, only, own, schema, limits }: Options): TrustedDocuments {
  const entries = Object.entries(read(file));
  const engine: Engine = createYoga({ schema, plugins: limits, logging: false });
  for (const [name, text] of entries) {
    const wrong = firstFault(engine, text);
    if (wrong !== null) throw new TrustedDocumentsError(`document ${JSON.stringify(name)} in ${file}: ${wrong}`);
  }
  const byName = new Map(entries);
  const bySha256 = new Map(entries.map(([, text]) => [createHash('sha256').update(text).digest('hex'), text] as const));
  const texts = new Set(byName.values());
  const ofPage = new Set(own === null ? [] : Object.values(separateOperations(parse(own))).map(meaning));
  return {
    only,
    find: (name) => byName.get(name) ?? bySha256.get(name.replace(/^sha256:/, '')),
    includes: (text) => texts.has(text) || (ofPage.size > 0 && ofPage.has(meaningOf(text) ?? '')),
  };
}

function read(file: string): Record<string, string> {
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new TrustedDocumentsError(`${file} ${code ? `cannot be read (${code})` : 'is not JSON'}.`);
  }
  const parsed = z.record(z.string().min(1), z.string()).safeParse(json);
  if (!parsed.success) throw new TrustedDocumentsError(`${file} must be an object of documents by their hash.`);
  return parsed.data;
}

/** The same for whoever writes the definitions in another order, or with other blanks and comments. */
const meaning = ({ definitions }: DocumentNode) => definitions.map(print).sort().join('\n');

const MOST_TOKENS = 1_000;

function meaningOf(text: string): string | null {
  try {
    return meaning(parse(text, { noLocation: true, maxTokens: MOST_TOKENS }));
  } catch {
    return null;
  }
}

function firstFault(engine: Engine, text: string): string | null {
  try {
    const { schema, parse, validate } = engine.getEnveloped({});
    const [first] = validate(schema, parse(text)) as readonly Error[];
    return first ? oneLine(first) : null;
  } catch (error) {
    return oneLine(error as Error);
  }
}

const oneLine = ({ message }: Error) => message.replaceAll(/\s+/g, ' ');
