import {
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
  GraphQLError,
  getOperationAST,
  Kind,
  type ValidationRule,
  visit,
} from 'graphql';
import { isAsyncIterable, type Plugin } from 'graphql-yoga';
import type { Context } from '../context.ts';
import { releasing } from '../infra/releasing.ts';
import { operationWeight } from '../schema/cost.ts';
import { deferDirective, MAX_PARTS } from '../schema/defer.ts';
import { isDear } from './one-dear-at-a-time.ts';

/** The first has `data`, those after it what was deferred. */
type Part = ExecutionResult & { incremental?: readonly ExecutionResult[]; hasNext?: boolean };

type Options = {
  /** Whether a request brought several operations. */
  isBatch: (request: Request) => boolean;
  maskError: (error: unknown) => Error;
};

/**
 * Who may have an answer in parts, and what of `@defer` is not the executor's: it is Yoga's own that executes queries, and
 * Yoga that writes the parts. All others get the whole answer: a service may always decide so.
 */
export function defer({ isBatch, maskError }: Options): Plugin<Context> {
  /** Without a status: that of the answer has long been sent. */
  const masked = (errors: readonly Error[]) =>
    errors.map((error) => {
      const { extensions, ...shown } = (maskError(error) as GraphQLError).toJSON();
      const { http: _status, ...kept } = extensions ?? {};
      return { ...shown, extensions: kept } as unknown as GraphQLError;
    });
  return {
    onValidate: ({ addValidationRule }) => addValidationRule(labelsAreUnique),
    onExecute({ args, executeFn, setExecuteFn }) {
      if (!defers(args.document)) return undefined;
      const { request, operation } = args.contextValue as Context & { request: Request };
      if (!takesParts(request) || isBatch(request) || isDear(operation) || !isOfFewParts(args)) {
        setExecuteFn((given) => executeFn({ ...given, document: wholeOf(given.document) }));
        return undefined;
      }
      return {
        onExecuteDone({ result: parts }) {
          if (!isAsyncIterable(parts)) return undefined;
          return {
            // Yoga masks the errors of the first part alone.
            onNext({ result, setResult }) {
              const { incremental, ...rest } = result as Part;
              if (!incremental) return;
              const shown = incremental.map((part) => (part.errors ? { ...part, errors: masked(part.errors) } : part));
              setResult({ ...rest, incremental: shown } as Part);
            },
          };
        },
      };
    },
  };
}

/** What became of an answer in parts; `left`: whoever asked went before the last. */
type Ended = { outcome: 'ok' | 'partial' | 'failed' | 'left'; errors: readonly GraphQLError[] };

/** The same parts; `ended` is called once, when the last has been taken, or whoever asked has left. */
export function untilLast(parts: AsyncIterable<unknown>, ended: (end: Ended) => void): AsyncIterable<unknown> {
  const errors: GraphQLError[] = [];
  let data: unknown = null;
  let complete = false;
  const seen = (value: unknown) => {
    const part = value as Part;
    data ??= part.data;
    for (const { errors: own = [] } of [part, ...(part.incremental ?? [])]) errors.push(...own);
    complete = part.hasNext === false;
  };
  const outcome = () => (!complete ? 'left' : errors.length === 0 ? 'ok' : data ? 'partial' : 'failed');
  return releasing(parts, () => ended({ outcome: outcome(), errors }), seen);
}

/** Whether it says so, in the form in which parts are sent: whoever accepts anything expects an answer of one piece. */
function takesParts(request: Request): boolean {
  const accepted = (request.headers.get('accept') ?? '').replace(/[\s"]/g, '').toLowerCase().split(',');
  return accepted.some((range) => {
    const [type, ...parameters] = range.split(';');
    return type === 'multipart/mixed' && parameters.every((parameter) => KNOWN_PARAMETER.test(parameter));
  });
}

/** A later form of parts has another name, `incrementalSpec`. */
const KNOWN_PARAMETER = /^(?:deferspec=20220824|charset=utf-8|q=(?!0(?:\.0*)?$)[\d.]+)$/;

function isOfFewParts({ schema, document, operationName, variableValues }: ExecutionArgs): boolean {
  if (getOperationAST(document, operationName)?.operation !== 'query') return false;
  return operationWeight({ schema, document, operationName, variables: variableValues }).parts <= MAX_PARTS;
}

/** By document: Yoga keeps those that it has parsed. Null where nothing is deferred. */
const whole = new WeakMap<DocumentNode, DocumentNode | null>();

const defers = (document: DocumentNode): boolean => wholeOf(document) !== document;

/** The same document without `@defer`. */
function wholeOf(document: DocumentNode): DocumentNode {
  let found = whole.get(document);
  if (found === undefined) {
    const visited = visit(document, {
      Directive: ({ name }) => (name.value === deferDirective.name ? null : undefined),
    });
    found = visited === document ? null : visited;
    whole.set(document, found);
  }
  return found ?? document;
}

/** As the specification's draft has it; the messages quote nothing. */
const labelsAreUnique: ValidationRule = (context) => {
  const labels = new Set<string>();
  return {
    Directive(node) {
      if (node.name.value !== deferDirective.name) return;
      const label = node.arguments?.find(({ name }) => name.value === 'label')?.value;
      if (!label || label.kind === Kind.NULL) return;
      const refuse = (what: string) =>
        context.reportError(new GraphQLError(`Argument "label" of "@defer" must be ${what}.`, { nodes: [label] }));
      if (label.kind === Kind.VARIABLE) refuse('a text, not a variable');
      else if (label.kind === Kind.STRING && labels.has(label.value)) refuse('another in each place');
      else if (label.kind === Kind.STRING) labels.add(label.value);
    },
  };
};
