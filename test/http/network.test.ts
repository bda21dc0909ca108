import type { IncomingMessage } from 'node:http';
import { expect, it } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { createNetworkOf } from '../../src/http/network.ts';

const from = (TRUST_PROXY: string, remoteAddress: string | undefined, forwarded?: string) =>
  createNetworkOf({ trustProxy: readConfig({ TRUST_PROXY }).trustProxy, fingerprint: (text) => `hash of ${text}` })({
    socket: { remoteAddress },
    headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded },
  } as unknown as IncomingMessage);

it.each([
  ['an IPv4 address', '192.0.2.7', '192.0.2.7'],
  ['the same in an IPv6 one', '::ffff:192.0.2.7', '192.0.2.7'],
  ['an IPv6 address, by its /64', '2001:db8:1:2:3:4:5:6', '2001:db8:1:2::'],
  ['another in that /64', '2001:db8:1:2:ffff::1', '2001:db8:1:2::'],
])('knows %s', (_name, address, network) => {
  expect(from('', address)).toBe(`hash of ${network}`);
});

it.each([
  ['nobody, unless told so', '', '198.51.100.1', '192.0.2.7'],
  ['as many proxies as there are', '1', '203.0.113.9, 198.51.100.1', '198.51.100.1'],
  ['no more than there are', '2', '203.0.113.9, 198.51.100.1', '203.0.113.9'],
  ['a proxy of the list', '192.0.2.0/24, loopback', '203.0.113.9, 198.51.100.1', '198.51.100.1'],
  ['nobody else', '10.0.0.0/8', '198.51.100.1', '192.0.2.7'],
  ['who adds a port', '1', '198.51.100.1:4711', '198.51.100.1'],
  ['who adds a port to IPv6', '1', '[2001:db8:1:2::9]:4711', '2001:db8:1:2::'],
  ['not what cannot be read', '1', 'unknown', '192.0.2.7'],
])('believes %s', (_name, trust, forwarded, network) => {
  expect(from(trust, '192.0.2.7', forwarded)).toBe(`hash of ${network}`);
});

it('knows no network without a socket', () => {
  expect(from('1', undefined, '198.51.100.1')).toBeNull();
});

it.each(['proxy', '10.0.0.0/99', '1,', 'true'])('refuses TRUST_PROXY=%s', (TRUST_PROXY) => {
  expect(() => readConfig({ TRUST_PROXY })).toThrow(/^TRUST_PROXY: must be a number of proxies/);
});
