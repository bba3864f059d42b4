import { parseIpAddress } from './ip-address.ts';

/** RFC 4291, 2.5.5.2: an IPv4 address as a socket for both families shows it. */
const MAPPED = /^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i;

/** An address without its zone (`%eth0`), and without the prefix under which a socket for both families shows one of IPv4. */
export function plainAddress(address: string): string {
  return (address.split('%', 1)[0] ?? '').replace(MAPPED, '');
}

/**
 * Whom an address is counted for: itself under IPv4; its network of 64 bits under IPv6, all of which one subscriber has at hand. What is
 * no address stands for itself.
 */
export function networkOf(address: string): string {
  const plain = plainAddress(address);
  const bytes = parseIpAddress(plain)?.bytes;
  if (bytes === undefined || bytes.length === 4) return plain;
  return Buffer.from(bytes.subarray(0, 8)).toString('hex');
}
