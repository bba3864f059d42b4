import { createHash } from 'node:crypto';
import type { Certificate } from './certificate.ts';
import type { TrustAnchor } from './trust-anchor.ts';

const PURPOSE = 'sextant/v1/pki-chain\0';

/**
 * A digest of a chain and its anchor, for caches of what has been verified: lower-case hexadecimal SHA-256.
 *
 * It stands for the certificates alone. A cache must also hold the policy and must forget at the chain's earliest notAfter:
 * a chain verified under one policy, or on one day, is not verified under another.
 */
export function chainDigest(chain: readonly Certificate[], anchor: TrustAnchor): string {
  const hash = createHash('sha256').update(PURPOSE);
  for (const certificate of chain) hash.update(Buffer.from(certificate.sha256, 'hex'));
  // The anchor's name and key have no fixed length: each is digested first, so that their border cannot move.
  hash.update(createHash('sha256').update(anchor.name.der).digest());
  hash.update(Buffer.from(anchor.publicKey.sha256, 'hex'));
  return hash.digest('hex');
}
