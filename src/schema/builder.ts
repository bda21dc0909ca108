import SchemaBuilder from '@pothos/core';
import ComplexityPlugin from '@pothos/plugin-complexity';
import RelayPlugin from '@pothos/plugin-relay';
import ScopeAuthPlugin from '@pothos/plugin-scope-auth';
import { getNamedType, isLeafType } from 'graphql';
import { DateTimeResolver, JSONResolver, URLResolver } from 'graphql-scalars';
import type { Context } from '../context.ts';
import type { Scope } from '../domain/caller.ts';
import { badInput, GatewayError } from '../domain/errors.ts';
import { decodeGlobalId, encodeGlobalId } from './ids.ts';

const MAX_NODES = 100;

/**
 * A query's cost counts objects, not their scalars, and more for what costs the source a request. The whole country down
 * to every polling station is about 40,000; a result for every ward about 30,000.
 */
const MAX_COMPLEXITY = 100_000;

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
  plugins: [ScopeAuthPlugin, ComplexityPlugin, RelayPlugin],
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
  complexity: {
    defaultListMultiplier: 10,
    fieldComplexity: (_args, _ctx, field) => (isLeafType(getNamedType(field.type)) ? 0 : 1),
    limit: { complexity: MAX_COMPLEXITY },
    complexityError: (_kind, { complexity, maxComplexity }) =>
      new GatewayError(
        'QUERY_TOO_COMPLEX',
        `This query would cost ${complexity}, more than the ${maxComplexity} allowed. Ask for less at once: smaller pages, fewer levels, or several queries.`,
        {
          complexity,
          maxComplexity,
        },
      ),
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
      args: { id: { description: 'From the `id` field of an object.' } },
    },
    nodesQueryOptions: {
      args: { ids: { description: 'From the `id` field of objects.' } },
      description: `Up to ${MAX_NODES} objects by their global ids, in the order asked; null where there is no such object.`,
      complexity: ({ ids }) => ({ field: 1, multiplier: ids.length }),
      resolve: (_root, { ids }, _ctx, _info, resolveNodes) => {
        if (ids.length > MAX_NODES) throw badInput('ids', `must be at most ${MAX_NODES}, not ${ids.length}.`);
        return resolveNodes(ids);
      },
    },
    pageInfoTypeOptions: { description: 'Where a page lies in its list.' },
    // A connection's own field says how many there may be; counting its list again would square that.
    edgesFieldOptions: { description: 'The page, each item with its cursor.', complexity: { field: 1, multiplier: 1 } },
    nodesOnConnection: { description: 'The page, without cursors.', complexity: { field: 1, multiplier: 1 } },
    nodeFieldOptions: { description: 'The item.' },
    cursorFieldOptions: { description: 'Where the item is in the list, for `after`.' },
    pageInfoFieldOptions: { description: 'Where this page lies in the list.' },
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
