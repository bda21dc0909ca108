import type { IncomingMessage } from 'node:http';

/** An address that nothing of ours has. */
const NOWHERE = '/nowhere';

export type Entrance = ReturnType<typeof createEntrance>;

/**
 * Takes BASE_PATH off at the front, so that every route is written without it: `/elections/graphql` is `/graphql` within.
 * What does not lie below it leads nowhere, whatever it ends in.
 */
export function createEntrance(basePath: string) {
  const within = (path: string) => {
    if (!path.startsWith(basePath)) return NOWHERE;
    const rest = path.slice(basePath.length);
    if (rest === '' || rest.startsWith('?')) return `/${rest}`;
    return rest.startsWith('/') ? rest : NOWHERE;
  };
  return {
    /** Of a socket: a request, or one that becomes a WebSocket. */
    enter(request: IncomingMessage): void {
      if (basePath) request.url = within(request.url ?? '/');
    },
    entered(request: Request): Request {
      if (!basePath) return request;
      const { origin, pathname, search } = new URL(request.url);
      return new Request(origin + within(pathname + search), request);
    },
  };
}
