import type { IdentifierPrefix } from '../protocol/identifier.ts';
import type { Context } from './context.ts';

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

/**
 * A new identifier: 48 bits of time and 80 random ones (as a ULID), so that later rows sort behind earlier ones and lists
 * are read by primary key. It is no secret, and tells when the row was made.
 */
export function newIdentifier(
  prefix: IdentifierPrefix,
  { clock, random }: Pick<Context, 'clock' | 'random'>,
): string {
  let value = BigInt(clock().getTime());
  for (const byte of random(10)) value = (value << 8n) | BigInt(byte);
  let text = '';
  for (let shift = 125n; shift >= 0n; shift -= 5n) text += ALPHABET[Number((value >> shift) & 31n)] ?? '';
  return `${prefix}_${text}`;
}
