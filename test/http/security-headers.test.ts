import type { IncomingMessage } from 'node:http';
import { createYoga } from 'graphql-yoga';
import { expect, it } from 'vitest';
import { securityHeaders } from '../../src/http/security-headers.ts';

const PROXY = '10.0.0.1';

/** What a request from this address, with this word about its protocol, is told of the transport. */
async function transport(trust: ((address: string, hop: number) => boolean) | null, address: string, proto?: string) {
  const yoga = createYoga({ plugins: [securityHeaders(trust)], logging: false });
  const headers = proto === undefined ? {} : { 'x-forwarded-proto': proto };
  const req = { socket: { remoteAddress: address }, headers } as unknown as IncomingMessage;
  const response = await yoga.fetch(new Request('http://gateway/graphql'), { req });
  return response.headers.get('strict-transport-security');
}

it('asks for https alone where a proxy of ours says that it came so', async () => {
  const trust = (address: string) => address === PROXY;
  expect(await transport(trust, PROXY, 'https')).toMatch(/max-age=\d{7,}/);
  expect(await transport(trust, PROXY, 'https, http')).toMatch(/max-age/);
  expect(await transport(trust, PROXY, 'http')).toBeNull();
  expect(await transport(trust, PROXY)).toBeNull();
  // Anybody can write a header.
  expect(await transport(trust, '192.0.2.1', 'https')).toBeNull();
  expect(await transport(null, PROXY, 'https')).toBeNull();
});
