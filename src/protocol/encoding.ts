import { z } from 'zod';

/** Bytes on the wire: canonical unpadded base64url of at most `maxBytes` bytes. Decoded by the use case, not here. */
export function base64Url(maxBytes: number, description: string): z.ZodString {
  return z
    .string()
    .max(Math.ceil((maxBytes * 4) / 3))
    .regex(/^[A-Za-z0-9_-]*$/, 'must be unpadded base64url')
    .describe(`${description} Unpadded base64url of at most ${maxBytes} bytes.`);
}

/** RFC 3339 in UTC with `Z`; other offsets are refused. */
export const instant = z.iso
  .datetime({ offset: false, local: false })
  .describe('RFC 3339 instant in UTC, with Z.');

/** A day of the calendar (ISO 8601), without a time of day or a zone. */
export const day = z.iso.date().describe('A day, YYYY-MM-DD.');

export const sha256Hex = z
  .string()
  .regex(/^[0-9a-f]{64}$/, 'must be 64 lower-case hexadecimal digits')
  .describe('SHA-256, lower-case hexadecimal.');
