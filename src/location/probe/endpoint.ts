import type { Cursor } from '../../bytes/cursor.ts';
import { FormatError } from '../../bytes/errors.ts';
import { parseIpAddress } from '../../pki/ip-address.ts';
import type { ByteWriter } from './wire.ts';

/** Where a datagram goes to or came from. `address` is IPv4 in dotted decimal or IPv6 as RFC 5952 writes it, no zone. */
export type Endpoint = { readonly address: string; readonly port: number };

/** Family (4 or 6), address in network order, port. @throws FormatError `bad_value` */
export function writeEndpoint(writer: ByteWriter, { address, port }: Endpoint, field: string): void {
  const ip = parseIpAddress(address);
  if (ip === null || !(port >= 1)) {
    throw new FormatError('bad_value', `${field} is not an address and a port`, {
      path: field,
      actual: `${address} ${port}`.slice(0, 80),
    });
  }
  writer
    .u8(ip.bytes.length === 4 ? 4 : 6)
    .bytes(ip.bytes)
    .u16(port);
}

/** @throws FormatError `truncated`, `bad_value` */
export function readEndpoint(cursor: Cursor, field: string): Endpoint {
  const family = cursor.u8(`${field}.family`);
  if (family !== 4 && family !== 6) throw cursor.bad(`${field}.family`, '4 or 6', String(family));
  const bytes = cursor.take(family === 4 ? 4 : 16, `${field}.address`);
  const port = cursor.u16be(`${field}.port`);
  if (port === 0) throw cursor.bad(`${field}.port`, '1 to 65535', '0');
  const text = family === 4 ? bytes.join('.') : v6Text(bytes);
  const ip = parseIpAddress(text);
  if (ip === null) throw cursor.bad(`${field}.address`, 'an address', text);
  return { address: ip.canonical, port };
}

function v6Text(bytes: Uint8Array): string {
  return Array.from({ length: 8 }, (_, group) =>
    (((bytes[2 * group] ?? 0) << 8) | (bytes[2 * group + 1] ?? 0)).toString(16),
  ).join(':');
}
