import SchemaBuilder from '@pothos/core';
import RelayPlugin from '@pothos/plugin-relay';
import ScopeAuthPlugin from '@pothos/plugin-scope-auth';
import { DateTimeResolver, JSONResolver, URLResolver } from 'graphql-scalars';
import type { Context } from '../context.ts';
import type { Scope } from '../domain/caller.ts';
import { badInput, GatewayError } from '../domain/errors.ts';
import { costs } from './cost.ts';
import { decodeGlobalId, encodeGlobalId } from './ids.ts';

const MAX_NODES = 100;

/** A contest is looked for in the list of contests where the source has none of its code. */
const REQUESTS_A_NODE = 2;

const ON_PAGE = costs({ each: 1, all: Number.POSITIVE_INFINITY });

export const builder = new SchemaBuilder<{
  Context: Context;
  DefaultFieldNullability: false;
  DefaultEdgesNullability: { list: false; items: false };
  DefaultNodeNullability: false;
  Connection: { totalCount: number };
  AuthScopes: { scope: Scope };
  Scalars: {
    ID: { Input: string; Output: string };
    DateTime: { Input: Date; Output: Date };
    URL: { Input: URL; Output: string };
    Date: { Input: string; Output: string };
    JSON: { Input: unknown; Output: unknown };
    GeoJSON: { Input: unknown; Output: unknown };
  };
}>({
  plugins: [ScopeAuthPlugin, RelayPlugin],
  defaultFieldNullability: false,
  scopeAuth: {
    // Else a stranger's subscription would be opened first and refused with its first event.
    authorizeOnSubscribe: true,
    authScopes: ({ caller }) => ({ scope: (scope: Scope) => caller.scopes.has(scope) }),
    unauthorizedError: (_parent, { caller }, _info, { failure }) => {
      const [first] = 'failures' in failure ? failure.failures : [failure];
      const scope = first?.kind === 'AuthScope' ? first.parameter : undefined;
      return caller.kind === 'stranger'
        ? new GatewayError('UNAUTHENTICATED', 'This needs an API key: send it as "Authorization: Bearer <key>".', {
            scope,
          })
        : new GatewayError(
            'FORBIDDEN',
            `Your API key does not have the scope that this needs${scope ? `: ${scope}` : ''}.`,
            { scope },
          );
    },
  },
  relay: {
    encodeGlobalID: encodeGlobalId,
    decodeGlobalID: (id) => {
      const { typename, key } = decodeGlobalId('id', id);
      return { typename, id: key };
    },
    idFieldOptions: {
      description: "Opaque and global: `node(id:)` finds the object again. The upstream's own code is in `code`.",
    },
    nodeTypeOptions: { description: 'Anything that can be fetched again by its global `id`.' },
    nodeQueryOptions: {
      description: 'Any object by its global id; null when there is no such object.',
      nullable: true,
      extensions: costs({ requests: REQUESTS_A_NODE }),
      args: { id: { description: 'From the `id` field of an object.' } },
    },
    nodesQueryOptions: {
      args: { ids: { description: 'From the `id` field of objects.' } },
      description: `Up to ${MAX_NODES} objects by their global ids, in the order asked; null where there is no such object.`,
      extensions: costs(({ ids }: { ids: readonly string[] }) => ({
        requests: REQUESTS_A_NODE * ids.length,
        each: ids.length,
      })),
      resolve: (_root, { ids }, _ctx, _info, resolveNodes) => {
        if (ids.length > MAX_NODES) throw badInput('ids', `must be at most ${MAX_NODES}, not ${ids.length}.`);
        return resolveNodes(ids);
      },
    },
    pageInfoTypeOptions: { description: 'Where a page lies in its list.' },
    // A connection's own field says how many there may be.
    edgesFieldOptions: { description: 'The page, each item with its cursor.', extensions: ON_PAGE },
    nodesOnConnection: { description: 'The page, without cursors.', extensions: ON_PAGE },
    nodeFieldOptions: { description: 'The item.', extensions: ON_PAGE },
    cursorFieldOptions: { description: 'Where the item is in the list, for `after`.' },
    pageInfoFieldOptions: { description: 'Where this page lies in the list.', extensions: costs({ each: 0 }) },
    hasNextPageFieldOptions: { description: 'Whether there is more after this page.' },
    hasPreviousPageFieldOptions: { description: 'Whether there is something before this page.' },
    startCursorFieldOptions: { description: 'Cursor of the first item; null on an empty page.' },
    endCursorFieldOptions: {
      description: 'Cursor of the last item, to continue with as `after`; null on an empty page.',
    },
    cursorType: 'String',
    clientMutationId: 'omit',
  },
});

builder.addScalarType('DateTime', DateTimeResolver, {
  description: 'An instant in ISO 8601, in UTC, such as `2013-03-05T06:00:00.000Z`.',
});
builder.addScalarType('URL', URLResolver, { description: 'An absolute `http` or `https` URL.' });
builder.addScalarType('JSON', JSONResolver, { description: 'Any JSON value.' });
builder.addScalarType('GeoJSON', JSONResolver, {
  description: 'A GeoJSON FeatureCollection (RFC 7946), WGS 84, each position longitude before latitude.',
  specifiedByURL: 'https://www.rfc-editor.org/rfc/rfc7946',
});

builder.queryType({
  description:
    'What can be asked. Election data is public; what concerns persons needs an API key with the scope named there.',
});
builder.mutationType({
  description: 'What can be done. Each result is a union of success and the errors that a caller can act on.',
});
builder.subscriptionType({
  description: 'What can be watched, over Server-Sent Events or a WebSocket (graphql-ws), both at this endpoint.',
});
