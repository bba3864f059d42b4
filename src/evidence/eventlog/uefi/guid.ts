import { toHex } from '../../../bytes/text.ts';

export const GUID_BYTES = 16;

/** An EFI_GUID as people write it: the first three parts stand little-endian (UEFI 2.10, appendix A). */
export function guidText(bytes: Uint8Array): string {
  const part = (start: number, end: number): string => toHex(bytes.subarray(start, end));
  const swapped = (start: number, end: number): string => toHex(bytes.slice(start, end).reverse());
  return `${swapped(0, 4)}-${swapped(4, 6)}-${swapped(6, 8)}-${part(8, 10)}-${part(10, 16)}`;
}
