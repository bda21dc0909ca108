import type { TypedDocumentString } from './generated/graphql.ts';
import { BASE } from './graphql.ts';

/** One operation of a view, to be shown. */
export type Asked = {
  title: string;
  // biome-ignore lint/suspicious/noExplicitAny: of whichever operation
  document: TypedDocumentString<any, any>;
  /** Those that are not known or not wanted are left out. */
  variables: Record<string, unknown>;
  /** It needs a key: a place for one is in the text. */
  needsKey?: boolean;
};

export const FORMS = ['GraphQL', 'curl', 'TypeScript'] as const;
export type Form = (typeof FORMS)[number];

const ENDPOINT = `${location.origin}${BASE}/graphql`;
const KEY = 'Bearer YOUR_KEY';

/** Text that can be copied and run as it stands, but for the key. */
export function snippet(form: Form, asked: Asked): string {
  switch (form) {
    case 'GraphQL':
      return `${textOf(asked)}\n\n# Variables: ${JSON.stringify(asked.variables)}`;
    case 'curl':
      return curl(asked);
    case 'TypeScript':
      return kindOf(asked) !== 'subscription' ? fetched(asked) : asked.needsKey ? streamed(asked) : listened(asked);
  }
}

/** GraphiQL with the operation and its variables. */
export function graphiqlAddress(asked: Asked): string {
  const variables = JSON.stringify(asked.variables, null, 2);
  return `${ENDPOINT}?${new URLSearchParams({ query: textOf(asked), variables })}`;
}

/** As codegen writes it, but with all definitions at the margin. */
const textOf = ({ document }: Asked) =>
  String(document)
    .replace(/^ +(?=(query|mutation|subscription|fragment) )/gm, '')
    .trim();

const kindOf = (asked: Asked) => /^(query|mutation|subscription)\b/m.exec(textOf(asked))?.[1] ?? 'query';

/** What is asked by GET may come from a cache on the way; what changes something may not be asked so. */
function curl(asked: Asked): string {
  const kind = kindOf(asked);
  const key = asked.needsKey ? [`--header ${quoted(`authorization: ${KEY}`)}`] : [];
  const variables = JSON.stringify(asked.variables);
  const parts =
    kind === 'mutation'
      ? [
          ...["--header 'content-type: application/json'", ...key],
          `--data-binary ${quoted(JSON.stringify({ query: textOf(asked), variables: asked.variables }))}`,
        ]
      : [
          kind === 'subscription' ? "--no-buffer --get --header 'accept: text/event-stream'" : '--get',
          ...key,
          `--data-urlencode ${quoted(`variables=${variables}`)}`,
          `--data-urlencode ${quoted(`query=${textOf(asked)}`)}`,
        ];
  return [`curl ${quoted(ENDPOINT)}`, ...parts].join(' \\\n  ');
}

/** For a shell. */
const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;

const fetched = (asked: Asked) => `${constants(asked)}

const response = await fetch('${ENDPOINT}', {
  method: 'POST',
  headers: { 'content-type': 'application/json'${authorization(asked)} },
  body: JSON.stringify({ query, variables }),
});
const { data, errors } = await response.json();
for (const { message, path } of errors ?? []) console.error(message, path);
console.log(data);`;

const listened = (asked: Asked) => `${constants(asked)}

const search = new URLSearchParams({ query, variables: JSON.stringify(variables) });
const events = new EventSource(\`${ENDPOINT}?\${search}\`);
events.addEventListener('next', (event) => {
  const { data, errors } = JSON.parse(event.data);
  console.log(data ?? errors);
});
events.addEventListener('complete', () => events.close());`;

/** An EventSource sends no key. */
const streamed = (asked: Asked) => `${constants(asked)}

const response = await fetch('${ENDPOINT}', {
  method: 'POST',
  headers: { accept: 'text/event-stream', 'content-type': 'application/json'${authorization(asked)} },
  body: JSON.stringify({ query, variables }),
});
const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
for (let part = await reader.read(); !part.done; part = await reader.read()) console.log(part.value);`;

const authorization = ({ needsKey }: Asked) => (needsKey ? `, authorization: '${KEY}'` : '');

const constants = (asked: Asked) => `const query = \`
${textOf(asked).replace(/[\\`]|\$\{/g, '\\$&')}
\`;
const variables = ${JSON.stringify(asked.variables)};`;
