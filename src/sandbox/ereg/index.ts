import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { FaultSwitch } from '../shared/faults.ts';
import { createChecks } from './checks.ts';
import { createEregFaults, type Fault } from './faults.ts';
import { PEOPLE, type Person } from './register.ts';
import { createHandler, type RecordedRequest } from './server.ts';

export type { Fault } from './faults.ts';
export type { Person } from './register.ts';

export type EregSandboxOptions = {
  /** 0, the default: any free port. */
  port?: number;
  host?: string;
  /** Milliseconds; drives the checks' progress. */
  now?: () => number;
  /** How long a check takes; 0: done at the first poll. The real one takes 10 to 60 s (sources/ereg/WIRE.md). */
  checkMs?: number;
  /** How long after its start a check's id is known. */
  forgetAfterMs?: number;
};

export type EregSandbox = {
  /** The endpoints are at `/v1/checks` below it. */
  url: string;
  apiKey: string;
  /** Invented. */
  people: Person[];
  /** What came in, oldest first; bounded. */
  requests: RecordedRequest[];
  /** How many checks were queued, those included whose POST was answered 500. */
  checksStarted(): number;
  faults: FaultSwitch<Fault>;
  close(): Promise<void>;
};

/** Plain enough to be typed, and with characters in it that need no escaping anywhere. */
const API_KEY = 'ereg-sandbox-9f27c4a1';

/** A stand-in of the Canadian voter-registration check service on a port of this machine. */
export async function startEregSandbox(options: EregSandboxOptions = {}): Promise<EregSandbox> {
  const { port = 0, host = '127.0.0.1', now = Date.now, checkMs = 3000, forgetAfterMs = 3_600_000 } = options;
  const server = createServer({ keepAliveTimeout: 30_000 });
  server.listen(port, host);
  await once(server, 'listening');
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${(server.address() as AddressInfo).port}`;

  // Random, so that an id kept from an earlier run does not name somebody else's check in this one.
  const checks = createChecks({ now, newId: randomUUID, checkMs, forgetAfterMs });
  const faults = createEregFaults();
  const requests: RecordedRequest[] = [];
  server.on('request', createHandler({ url, apiKey: API_KEY, checks, faults, requests, now }));

  return {
    url,
    apiKey: API_KEY,
    people: PEOPLE.map((person) => ({ ...person })),
    requests,
    checksStarted: checks.started,
    faults,
    async close() {
      if (!server.listening) return;
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
