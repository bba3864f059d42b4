import type { IncomingMessage } from 'node:http';
import { BlockList } from 'node:net';
import { isLoopbackHost } from '../../bytes/loopback.ts';
import { parseIpAddress } from '../../pki/ip-address.ts';
import { networkOf, plainAddress } from '../../pki/ip-network.ts';

/** Hops that one request may name: a chain of proxies is short, and each entry costs a look. */
const MAX_HOPS = 16;

/** Whose word about an address is taken: the addresses and networks of the operator's own proxies. */
export type TrustedProxies = BlockList;

/**
 * Reads `--trusted-proxy` values: an address, or a network as `10.0.0.0/8`.
 * @returns null where one is neither
 */
export function trustedProxies(values: readonly string[]): TrustedProxies | null {
  const list = new BlockList();
  for (const value of values) {
    const [text = '', length, ...more] = value.split('/');
    const address = parseIpAddress(text);
    if (address === null || more.length > 0) return null;
    const bits = address.bytes.length * 8;
    const prefix = length === undefined ? bits : Number(/^\d{1,3}$/.exec(length)?.[0] ?? Number.NaN);
    if (!(prefix <= bits)) return null;
    list.addSubnet(address.canonical, prefix, familyOf(address.bytes));
  }
  return list;
}

/**
 * For whom a request is counted: the network that it came from; null for this machine, where it would be everybody's. Behind a trusted
 * proxy it is the last hop in X-Forwarded-For that is no trusted proxy: what stands before that one, its sender could have written.
 */
export function networkOfPeer(request: IncomingMessage, proxies: TrustedProxies | null): string | null {
  const peer = plainAddress(request.socket.remoteAddress ?? '');
  if (proxies === null || !isTrusted(peer, proxies)) return isLoopbackHost(peer) ? null : networkOf(peer);
  const header = request.headers['x-forwarded-for'];
  const hops = (typeof header === 'string' ? header : '').split(',').slice(-MAX_HOPS);
  for (const hop of hops.reverse()) {
    const address = plainAddress(hop.trim());
    // What a trusted proxy passes on and is no address is its own: nobody gets a bucket by inventing a name.
    if (parseIpAddress(address) === null) return networkOf(peer);
    if (!isTrusted(address, proxies)) return networkOf(address);
  }
  return networkOf(peer);
}

function isTrusted(address: string, proxies: TrustedProxies): boolean {
  const parsed = parseIpAddress(address);
  return parsed !== null && proxies.check(parsed.canonical, familyOf(parsed.bytes));
}

function familyOf(bytes: Uint8Array): 'ipv4' | 'ipv6' {
  return bytes.length === 4 ? 'ipv4' : 'ipv6';
}
