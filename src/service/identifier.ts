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
  if (milliseconds !== last.milliseconds) last = { milliseconds, text: timeText(milliseconds) };
  let text = `${prefix}_${last.text}`;
  const bytes = random(RANDOM_BYTES);
  for (let first = 0; first < RANDOM_BYTES; first += 5) text += fortyBits(bytes, first);
  return text;
}

const RANDOM_BYTES = 10;

let last = { milliseconds: Number.NaN, text: '' };

/** Ten digits of five bits, of which the first two are zero: what is made within a millisecond begins alike. */
function timeText(milliseconds: number): string {
  let [text, rest] = ['', Math.floor(milliseconds)];
  for (let digit = 0; digit < 10; digit++) {
    text = digitOf(rest % 32) + text;
    rest = Math.floor(rest / 32);
  }
  return text;
}

/** Five bytes as eight digits. */
function fortyBits(bytes: Uint8Array, first: number): string {
  const at = (offset: number): number => bytes[first + offset] ?? 0;
  const high = at(0) * 4096 + at(1) * 16 + (at(2) >> 4);
  const low = (at(2) & 15) * 65_536 + at(3) * 256 + at(4);
  return twentyBits(high) + twentyBits(low);
}

function twentyBits(bits: number): string {
  return digitOf(bits >> 15) + digitOf((bits >> 10) & 31) + digitOf((bits >> 5) & 31) + digitOf(bits & 31);
}

function digitOf(value: number): string {
  return ALPHABET[value] ?? '';
}
