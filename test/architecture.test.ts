import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import {
  buildSchema,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isSpecifiedScalarType,
  parse,
  validate,
} from 'graphql';
import { describe, expect, it, onTestFinished } from 'vitest';
import { graphiqlOptions } from '../src/http/graphiql.ts';
import { listen } from '../src/listen.ts';
import { schema } from '../src/schema/index.ts';
import { printedSchema } from '../src/schema/print.ts';
import { demoKey, firstEvent, type Gateway, startGateway } from './support/gateway.ts';

const ROOT = new URL('..', import.meta.url).pathname;
const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');
const sources = globSync('src/**/*.{ts,tsx,js}', { cwd: ROOT }).sort();

type Import = { from: string; to: string; typeOnly: boolean };

/** Imports of our own files. A mixed import counts as one of values. */
const imports: Import[] = sources.flatMap((from) => {
  const text = read(from).replace(/\/\*[\s\S]*?\*\//g, '');
  const found = [
    ...text.matchAll(
      /(?:^|\n)\s*(?:import|export)(\s+type\b)?[^;'"]*?from\s+'(\.[^']+)'|(?:^|\n)import\s+'(\.[^']+)'|import\('(\.[^']+)'\)/g,
    ),
  ];
  return found.map(([, type, named, bare, dynamic]) => ({
    from,
    to: relative(ROOT, join(ROOT, dirname(from), (named ?? bare ?? dynamic)!)),
    typeOnly: type !== undefined,
  }));
});

const area = (file: string) =>
  file
    .split('/')
    .slice(0, file.startsWith('src/sources/') ? 3 : 2)
    .join('/');

/** CONTRIBUTING.md, "The map": imports go one way. `type:` allows an import of types alone. */
const ALLOWED: Record<string, string[]> = {
  'src/domain': [],
  // A way of writing, no fact of elections.
  'src/infra': ['src/domain/maybe.ts'],
  'src/config.ts': ['src/domain', 'src/config-forms.ts'],
  'src/config-forms.ts': ['src/domain'],
  'src/config-report.ts': ['src/config.ts'],
  'src/print-config.ts': ['src/config.ts', 'src/config-report.ts'],
  'src/services': ['src/domain', 'src/sources/', 'src/infra'],
  'src/context.ts': ['type:src/domain', 'type:src/services', 'type:src/infra'],
  'src/schema': ['src/domain', 'type:src/context.ts'],
  'src/http': [
    'src/domain',
    'src/services',
    'src/infra',
    'src/schema',
    'type:src/context.ts',
    'type:src/contexts.ts',
    'type:src/config.ts',
  ],
  'src/sandbox': [],
  // A browser's: it knows the gateway by its schema alone.
  'src/explorer': [],
  'src/app.ts': ['src/'],
  'src/contexts.ts': ['src/domain', 'src/infra', 'type:src/context.ts', 'type:src/modules'],
  'src/platform.ts': [
    'src/domain',
    'src/infra',
    'src/services',
    'src/adapters.ts',
    'type:src/config.ts',
    'type:src/sources/shared',
  ],
  'src/adapters.ts': ['src/infra', 'type:src/config.ts'],
  'src/modules': [
    'src/domain',
    'src/sources/',
    'src/infra',
    'src/services',
    'src/sandbox',
    'src/http',
    'type:src/platform.ts',
    'type:src/config.ts',
    'type:src/context.ts',
  ],
  'src/listen.ts': ['src/http', 'type:src/app.ts'],
  'src/run.ts': ['src/config.ts', 'src/config-report.ts', 'src/infra', 'src/serve.ts', 'src/workers.ts'],
  'src/serve.ts': ['src/app.ts', 'src/config.ts', 'src/infra', 'src/listen.ts', 'src/sandbox', 'src/services'],
  'src/workers.ts': ['type:src/config.ts', 'src/infra'],
  'src/main.js': ['src/run.ts'],
  'src/export.ts': ['src/infra', 'src/export-archive.ts', 'src/export-reader.ts'],
  'src/export-archive.ts': ['src/domain', 'src/services', 'src/sources/', 'src/export-reader.ts'],
  'src/export-reader.ts': [],
  // Who checks the log trusts nothing of the gateway.
  'src/verify-log.ts': ['src/infra'],
  'src/make-key.ts': ['src/domain', 'src/http', 'src/infra', 'src/services'],
};

function allowed({ from, to, typeOnly }: Import): boolean {
  const own = area(from);
  // One source never imports another; the same holds for whatever else is a folder of its own.
  if (area(to) === own) return true;
  const rules = own.startsWith('src/sources/') ? ['src/domain', 'src/infra', 'src/sources/shared'] : ALLOWED[own];
  if (!rules) throw new Error(`say here what ${own} may import`);
  return rules.some((rule) =>
    rule.startsWith('type:') ? typeOnly && to.startsWith(rule.slice(5)) : to.startsWith(rule),
  );
}

describe('imports', () => {
  it('are found', () => {
    expect(imports.length).toBeGreaterThan(150);
    expect(imports).toContainEqual({ from: 'src/main.js', to: 'src/run.ts', typeOnly: false });
    expect(imports).toContainEqual({ from: 'src/schema/arguments.ts', to: 'src/context.ts', typeOnly: true });
  });

  it('go one way only', () => {
    expect(imports.filter((one) => !allowed(one))).toEqual([]);
  });

  it('lead to the sandbox from the composition root and its entry alone', () => {
    const outside = imports.filter(({ from, to }) => to.startsWith('src/sandbox/') && !from.startsWith('src/sandbox/'));
    expect([...new Set(outside.map(({ from }) => from))].sort()).toEqual([
      'src/modules/checks.ts',
      'src/modules/elections.ts',
      'src/modules/organizations.ts',
      'src/serve.ts',
    ]);
  });

  it('never lead to a browser’s code, which http/explorer.ts reads as files', () => {
    const outside = imports.filter(({ from }) => !from.startsWith('src/explorer/'));
    expect(outside.filter(({ to }) => to.startsWith('src/explorer/'))).toEqual([]);
    expect(imports).toContainEqual({ from: 'src/explorer/main.tsx', to: 'src/explorer/app.tsx', typeOnly: false });
  });

  it('never lead to the tests', () => {
    expect(imports.filter(({ to }) => !to.startsWith('src/'))).toEqual([]);
  });
});

it('reads the environment in the configuration and the sandbox’s entry alone', () => {
  const readers = sources.filter((file) => /process\s*\.\s*env|from 'node:process'/.test(read(file)));
  expect(readers).toEqual(['src/config.ts', 'src/sandbox/main.ts']);
});

it('asks the clock and chance in infra/clock.ts alone', () => {
  // The sandbox is no part of the gateway and takes its clock as an option.
  const readers = sources
    // Stand-ins of other systems, and a browser's code: they have clocks of their own.
    .filter((file) => !file.startsWith('src/sandbox/') && !file.startsWith('src/explorer/'))
    .filter((file) => /\bDate\.now\(|new Date\(\)|Math\.random\(|\brandom(?:UUID|Bytes|Int)\(/.test(read(file)));
  expect(readers).toEqual(['src/infra/clock.ts']);
});

it('makes the elements of the explorer anew for each drawing: one that stays keeps the drawings around it', () => {
  const constants = sources
    .filter((file) => file.endsWith('.tsx'))
    .flatMap((file) =>
      [...read(file).matchAll(/^(?:export )?const (\w+)[^\n]*(?:\n(?:[ \]})][^\n]*)?)*/gm)].map(([text, name]) => ({
        text,
        name: `${file}: ${name}`,
      })),
    );
  expect(constants.length).toBeGreaterThan(40);
  const stay = constants.filter(({ text }) => {
    const element = text.search(/(?:^\s*|= )<[a-z]/im);
    return element >= 0 && !/=>|function/.test(text.slice(0, element));
  });
  expect(stay.map(({ name }) => name)).toEqual([]);
});

describe('package.json', () => {
  const manifest = JSON.parse(read('package.json')) as Record<string, Record<string, string>>;
  const pinned = (group: string) =>
    Object.entries(manifest[group] ?? {})
      .filter(([, version]) => group === 'overrides' || /^\d/.test(version))
      .map(([name]) => name);

  it.each(['overrides', 'dependencies', 'devDependencies'])('says why each version in %s is held', (group) => {
    const reasons = manifest[`//${group}`] ?? {};
    expect(Object.keys(reasons).sort()).toEqual(pinned(group).sort());
    for (const reason of Object.values(reasons)) expect(reason).toMatch(/^\S.{20,}\.$/);
  });
});

describe('the schema', () => {
  it('is printed in schema.graphql; after a change: npm run codegen', () => {
    expect(read('schema.graphql')).toBe(printedSchema());
    expect(() => buildSchema(read('schema.graphql'))).not.toThrow();
  });

  it('describes every type, field, argument and value', () => {
    const silent: string[] = [];
    const check = (name: string, { description }: { description?: string | null | undefined }) => {
      if (!description || description.trim().length < 5) silent.push(name);
    };
    for (const type of Object.values(schema.getTypeMap())) {
      if (type.name.startsWith('__') || isSpecifiedScalarType(type)) continue;
      check(type.name, type);
      if (isEnumType(type)) for (const value of type.getValues()) check(`${type.name}.${value.name}`, value);
      if (!isObjectType(type) && !isInterfaceType(type) && !isInputObjectType(type)) continue;
      for (const field of Object.values(type.getFields())) {
        check(`${type.name}.${field.name}`, field);
        if ('args' in field) for (const arg of field.args) check(`${type.name}.${field.name}(${arg.name})`, arg);
      }
    }
    expect(silent).toEqual([]);
  });
});

const samples = (graphiqlOptions(null).defaultTabs ?? []).map(({ query }) => [
  /\w+ (\w+)/.exec(query!.replace(/#.*/g, ''))![1]!,
  query!,
]);
const operations = globSync('test/operations/*.graphql', { cwd: ROOT }).map((file) => [file, read(file)]);

/** Values for the variables of test/operations. */
async function variables({ query, app }: Gateway): Promise<Record<string, unknown>> {
  const { data } = await query('{ counties { wards { code } } }');
  const request =
    'mutation { requestRegistrationCheck(input: { kenya: { voterId: "10000001" } }) { ... on RequestRegistrationCheckSuccess { check { id } } } }';
  const checked = await query(request, {}, demoKey(app));
  const { id } = checked.data.requestRegistrationCheck.check;
  return { code: data.counties[0].wards[0].code, unit: 'KE', post: 'PRESIDENT', first: 5, id, credential: 'none' };
}

describe('every operation that we show', () => {
  it('is found', () => {
    expect(samples.length).toBeGreaterThanOrEqual(5);
    expect(operations.length).toBeGreaterThanOrEqual(4);
  });

  it.each([...samples, ...operations] as [string, string][])('%s is valid and answers', async (_name, text) => {
    const document = parse(text);
    expect(validate(schema, document)).toEqual([]);
    // All three sources, each over its sandbox; it casts ballots once it knows where the gateway listens.
    const gateway = await startGateway({
      env: { ELECTIONBUDDY_URL: '', EREG_URL: '', RECORD: 'PRESIDENT@county' },
    });
    const server = await listen(gateway.app, { port: 0, host: '127.0.0.1' });
    onTestFinished(() => server.close());
    const subscription = document.definitions.some((node) => 'operation' in node && node.operation === 'subscription');
    if (subscription) {
      expect(await firstEvent(gateway.app, text, await variables(gateway), demoKey(gateway.app))).toMatchObject({
        data: expect.anything(),
      });
      return;
    }
    const { data, errors } = await gateway.query(text, await variables(gateway), demoKey(gateway.app));
    expect(errors).toBeUndefined();
    expect(Object.values(data).every((value) => value !== null)).toBe(true);
  });
});
