import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { demoKey, firstEvent, post, startGateway } from './support/gateway.ts';

const ROOT = new URL('..', import.meta.url).pathname;
const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');
const readme = read('README.md');
const blocks = (language: string) =>
  [...readme.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, 'gm'))].map(([, text]) => text!);

/** The first cells of a table's rows below this heading. */
const firstColumn = (heading: string) => {
  const [, section] = new RegExp(`^## ${heading}\\n([\\s\\S]*?)(?=^## )`, 'm').exec(readme)!;
  return [...section!.matchAll(/^\| ?(.*?) ?\|/gm)].map(([, cell]) => cell!).join('\n');
};
const names = (text: string) => [...text.matchAll(/`([A-Z][A-Z0-9_]+)\b/g)].map(([, name]) => name!);

describe('the README’s queries', () => {
  const documents = blocks('graphql').map((text) => [/\S+[^{]*\{\s*\w+/.exec(text)![0].replace(/\s+/g, ' '), text]);

  it('are found', () => {
    expect(documents.length).toBeGreaterThan(0);
  });

  // The data of `npm start`: the sandbox's is a function of its seed, and both start it with the same one.
  it.each(documents as [string, string][])('%s … } answers with what npm start serves', async (_name, text) => {
    const { app } = await startGateway({
      env: { ELECTIONBUDDY_URL: '', EREG_URL: '', RECORD: 'PRESIDENT@county' },
    });
    const [definition] = parse(text).definitions;
    const ask =
      definition?.kind === 'OperationDefinition' && definition.operation === 'subscription' ? firstEvent : post;
    const { data, errors } = await ask(app, text, undefined, demoKey(app));
    expect(errors).toBeUndefined();
    expect(Object.keys(data).length).toBeGreaterThan(0);
    // A sample shows something, all the way down.
    expect(JSON.stringify(data)).not.toContain(':null');
  });

  it('name places that are there in every election of the sandbox', async () => {
    const codes = blocks('graphql').flatMap((text) =>
      [...text.matchAll(/county\(code: "(.+?)"/g)].map(([, code]) => code),
    );
    for (const election of ['GEK2013-TEST', '20131017-TEST']) {
      const { query } = await startGateway({ env: { IEBC_ELECTION: election } });
      for (const code of codes) {
        const { data } = await query('query ($code: ID!) { county(code: $code) { code name } }', { code });
        expect(data.county).toEqual({ code, name: 'NAIROBI' });
      }
    }
  });
});

describe('the README’s variables', () => {
  const [, schema] = /const environment = z\.object\(\{\n([\s\S]*?)\n\}\);/.exec(read('src/config.ts'))!;
  const known = [...schema!.matchAll(/^ {2}([A-Z][A-Z0-9_]*):/gm)].map(([, name]) => name!);

  it('are found', () => {
    expect(known.length).toBeGreaterThan(40);
    expect(names(firstColumn('Configuration')).length).toBeGreaterThan(20);
  });

  it('are those of the configuration', () => {
    expect(names(firstColumn('Configuration')).filter((name) => !known.includes(name))).toEqual([]);
  });

  it('are all of the configuration’s', () => {
    // Those of the sources have a table of their own, and NODE_ENV and IEBC_ARCHIVE a sentence.
    expect(known.filter((name) => !names(readme).includes(name))).toEqual([]);
  });
});

describe('the README’s programs', () => {
  const section = /^## From a frontend\n([\s\S]*?)(?=^## )/m.exec(readme)![1]!;

  it('are those that the tests run, and all of them', () => {
    // What is no program of a frontend's: the tests, and what stands in for relay-compiler.
    const files = globSync('test/clients/*.{ts,graphql}', { cwd: ROOT }).filter(
      (file) => !/\.test\.ts$|relay-|every-scalar/.test(file),
    );
    expect(files.length).toBeGreaterThanOrEqual(9);
    const shown = [...section.matchAll(/^```\w+\n([\s\S]*?)^```/gm)].map(([, text]) => text!);
    expect(shown.toSorted()).toEqual(files.map(read).toSorted());
  });

  it('that verify are those that the tests run', () => {
    const bare = (text: string) => text.replace(/\/\/ .*/g, '').replace(/\s+/g, '');
    const bodyOf = (file: string) => /^export .*function \w+\(.*\{\n([\s\S]*?)^\}$/m.exec(read(file))![1]!;
    expect(
      blocks('ts')
        .filter((text) => !section.includes(text))
        .map(bare),
    ).toEqual([
      bare(bodyOf('test/services/offline-proof.ts')),
      bare(bodyOf('test/services/offline-verification.ts').replace(/ {2}return claims;.*\n/, '')),
    ]);
  });
});

it.each(['README.md', 'CONTRIBUTING.md'])('%s names only scripts that package.json has', (file) => {
  const { scripts } = JSON.parse(read('package.json'));
  const named = [...read(file).matchAll(/\bnpm (?:run ([\w-]+)|(start|test)\b)/g)].map(
    ([, run, short]) => run ?? short!,
  );
  expect(named.length).toBeGreaterThan(3);
  expect(named.filter((name) => !(name in scripts))).toEqual([]);
});

it('links to files that are there', () => {
  const links = [...readme.matchAll(/\]\(([^)#]+)\)/g)].map(([, to]) => to!).filter((to) => !to.startsWith('http'));
  expect(links.length).toBeGreaterThan(1);
  expect(links.filter((to) => !existsSync(join(ROOT, to)))).toEqual([]);
});

it('OPERATING.md names every metric of ours, and none that is not there', async () => {
  const { app } = await startGateway();
  const text = await (await app.fetch(new Request('http://gateway/metrics'))).text();
  const there = [...text.matchAll(/^# HELP (gateway_\w+)/gm)].map(([, name]) => name!);
  // A figure to alert on is named without its suffix.
  const named = [...read('OPERATING.md').matchAll(/gateway_\w+/g)].map(([name]) => name.replace(/_count$/, ''));
  expect([...new Set(named)].toSorted()).toEqual(there.toSorted());
});
