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
  const milliseconds = clock().getTime();
  // 48 bits and 80: written five at a time, behind two that are zero.
  const bytes = [...timeBytes(milliseconds), ...random(10)];
  let text = '';
  let [held, bits] = [0, 2];
  for (const byte of bytes) {
    held = held * 256 + byte;
    for (bits += 8; bits >= 5; bits -= 5) {
      const shift = 2 ** (bits - 5);
      text += ALPHABET[Math.floor(held / shift)] ?? '';
      held %= shift;
    }
  }
  return `${prefix}_${text}`;
}

function timeBytes(milliseconds: number): number[] {
  return [40, 32, 24, 16, 8, 0].map((shift) => Math.floor(milliseconds / 2 ** shift) % 256);
}
