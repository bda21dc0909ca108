import type { IncomingMessage } from 'node:http';
import ipaddr from 'ipaddr.js';
import proxyAddr from 'proxy-addr';
import QuickLRU from 'quick-lru';

type Options = {
  /** Which addresses are proxies of ours, whose word about the one before is taken; null: none. */
  trustProxy: ((address: string, hop: number) => boolean) | null;
  fingerprint: (text: string) => string;
};

export type NetworkOf = (request: Pick<IncomingMessage, 'headers' | 'socket'> | undefined) => string | null;

/** Where a request comes from, as a keyed hash; null where there is no socket. The same over HTTP and WebSocket. */
export function createNetworkOf({ trustProxy, fingerprint }: Options): NetworkOf {
  const known = new QuickLRU<string, string | null>({ maxSize: ADDRESSES_REMEMBERED });
  return (request) => {
    if (!request?.socket.remoteAddress) return null;
    const told = trustProxy ? proxyAddr(request as IncomingMessage, trustProxy) : request.socket.remoteAddress;
    // What a proxy of ours says may be anything.
    if (told.length > LONGEST_ADDRESS) return of(request.socket.remoteAddress);
    // A proxy that says something unreadable is all that is known.
    return of(told) ?? of(request.socket.remoteAddress);
  };

  function of(address: string): string | null {
    let network = known.get(address);
    if (network === undefined) {
      const read = networkOfAddress(address);
      network = read === null ? null : fingerprint(read);
      known.set(address, network);
    }
    return network;
  }
}

/** To read one costs more than most of a request does. */
const ADDRESSES_REMEMBERED = 10_000;
/** An IPv6 address in brackets with a port is shorter. */
const LONGEST_ADDRESS = 64;

/** Some proxies add the port. */
const WITH_PORT = /^(?:([\d.]+)|\[([\da-f:.]+)\]):\d+$/i;

/** An IPv4 address is one subscriber's, of IPv6 a /64 is; an IPv4 address in an IPv6 one is what it is. */
function networkOfAddress(text: string): string | null {
  const [, v4, v6] = WITH_PORT.exec(text) ?? [];
  const address = v4 ?? v6 ?? text;
  if (!ipaddr.isValid(address)) return null;
  const parsed = ipaddr.process(address);
  if (parsed instanceof ipaddr.IPv4) return parsed.toString();
  const [a, b, c, d] = parsed.parts;
  return new ipaddr.IPv6([a!, b!, c!, d!, 0, 0, 0, 0]).toString();
}
