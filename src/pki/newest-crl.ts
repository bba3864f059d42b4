import type { Crl } from './crl.ts';

/** By thisUpdate, and by CRL number where that is the same: some authorities never count theirs up. */
export function newestFirst(a: Crl, b: Crl): number {
  const byTime = b.thisUpdate.getTime() - a.thisUpdate.getTime();
  if (byTime !== 0) return byTime;
  const [ours, theirs] = [a.extensions.crlNumber ?? 0n, b.extensions.crlNumber ?? 0n];
  return ours === theirs ? 0 : ours > theirs ? -1 : 1;
}
