import { z } from 'zod';

/** A value of exactly so many bytes, lower-case hexadecimal: reference values are compared as text. */
export function hexValue(bytes: number): z.ZodString {
  return z
    .string()
    .regex(new RegExp(`^[0-9a-f]{${bytes * 2}}$`), `must be ${bytes * 2} lower-case hexadecimal digits`);
}

/** Every value that is allowed, or denied, of one field. */
export function hexValues(bytes: number): z.ZodArray<z.ZodString> {
  return z.array(hexValue(bytes)).min(1).max(256);
}

/** A field of 64 bits, as reports are read by people: most significant digit first. */
export const u64Hex = hexValue(8);

export function u64ToHex(value: bigint): string {
  return value.toString(16).padStart(16, '0');
}

export function u64FromHex(hex: string): bigint {
  return BigInt(`0x${hex}`);
}
