import { hash } from 'node:crypto';
import type { Certificate } from './certificate.ts';
import type { TrustAnchor } from './trust-anchor.ts';

const PURPOSE = Buffer.from('sextant/v1/pki-chain\0', 'latin1');

/**
 * A digest of a chain and its anchor, for caches of what has been verified: lower-case hexadecimal SHA-256.
 *
 * It stands for the certificates alone. A cache must also hold the policy and must forget at the chain's earliest notAfter:
 * a chain verified under one policy, or on one day, is not verified under another.
 */
export function chainDigest(chain: readonly Certificate[], anchor: TrustAnchor): string {
  // The anchor's name and key have no fixed length: each is digested first, so that their border cannot move.
  const name = hash('sha256', anchor.name.der, 'hex');
  const digests = [...chain.map(({ sha256 }) => sha256), name, anchor.publicKey.sha256];
  return hash('sha256', Buffer.concat([PURPOSE, Buffer.from(digests.join(''), 'hex')]), 'hex');
}
