import { hash } from 'node:crypto';
import { equalBytes } from '../../bytes/equal.ts';

/** What an array held when it was last hashed. */
type Hashed = { readonly copy: Uint8Array; readonly digest: string };

const hashed = new WeakMap<Uint8Array, Hashed>();

/** SHA-256, lower-case hexadecimal. */
export function sha256(bytes: Uint8Array): string {
  return hash('sha256', bytes, 'hex');
}

/**
 * SHA-256 of an array that comes again and again, as a service's collateral does. It is compared whole with what it held the
 * last time, which costs a tenth of hashing it; whose array it is and who may write to it does not matter.
 */
export function sha256OfShared(bytes: Uint8Array): string {
  const known = hashed.get(bytes);
  if (known !== undefined && equalBytes(known.copy, bytes)) return known.digest;
  const copy = Uint8Array.from(bytes);
  const digest = sha256(copy);
  hashed.set(bytes, { copy, digest });
  return digest;
}
