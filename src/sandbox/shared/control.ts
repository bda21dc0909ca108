import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Aim, type FaultNeeds, type FaultSwitch, faultProblem } from './faults.ts';
import { readBody } from './read-body.ts';

/** `/_sandbox/…`: the fault switch and the request log for clients in any language. Ours, not an upstream's. */
export async function control<F extends Aim>(
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
  { faults, needs, requests }: { faults: FaultSwitch<F>; needs: FaultNeeds; requests: readonly object[] },
): Promise<void> {
  const send = (status: number, body: unknown): void => {
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(`${JSON.stringify(body)}\n`);
  };
  if (!isLoopback(request.socket.remoteAddress)) return send(403, { error: 'this machine only' });

  const wanted = `${request.method} ${path.replace(/\/$/, '')}`;
  if (wanted === 'GET /_sandbox/requests') return send(200, requests);
  if (wanted === 'DELETE /_sandbox/faults') {
    faults.clear();
    return send(200, { faults: 0 });
  }
  if (wanted === 'POST /_sandbox/faults') {
    let list: unknown;
    try {
      list = JSON.parse((await readBody(request)).toString());
    } catch {
      return send(400, { error: 'the body is a JSON array of faults' });
    }
    if (!Array.isArray(list)) return send(400, { error: 'the body is a JSON array of faults' });
    const problem = list.map((fault) => faultProblem(fault, needs)).find((found) => found !== undefined);
    if (problem !== undefined) return send(400, { error: problem });
    // The array is the whole set: posting it twice leaves the same faults.
    faults.clear();
    for (const fault of list as F[]) faults.set(fault);
    return send(200, { faults: list.length });
  }
  send(404, { error: 'POST or DELETE /_sandbox/faults, GET /_sandbox/requests' });
}

function isLoopback(address: string | undefined): boolean {
  return address !== undefined && /^(::1|(::ffff:)?127\.)/.test(address);
}
