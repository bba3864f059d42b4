import type { Certificate } from '../pki/certificate.ts';
import { KnownSignatures } from '../pki/known-signatures.ts';
import { type VerifiedPath, verifyPath } from '../pki/path.ts';
import { HARDWARE_POLICY } from '../pki/path-policy.ts';
import { type Pin, pinnedAnchors } from '../pki/pins.ts';
import type { TrustAnchor } from '../pki/trust-anchor.ts';

/** By whom documents must be signed: the makers' roots by digest, and roots that the operator trusts besides. */
export type CollateralTrust = { readonly pins: readonly Pin[]; readonly anchors: readonly TrustAnchor[] };

/** The anchors that a document may rest on, given the certificates that came with it. */
export function anchorsAmong(
  { pins, anchors }: CollateralTrust,
  certificates: readonly Certificate[],
): TrustAnchor[] {
  return [...anchors, ...pinnedAnchors(certificates, pins)];
}

/** Documents are judged each time that they come from the cache, and those of one maker rest on the same few CAs. 1 MiB. */
const signatures = new KnownSignatures(8_192);

/** @throws PathError */
export function verifyChain(
  leaf: Certificate,
  others: readonly Certificate[],
  trust: CollateralTrust,
  at: Date,
): VerifiedPath {
  const anchors = anchorsAmong(trust, others);
  return verifyPath({ leaf, intermediates: others, anchors, at, policy: HARDWARE_POLICY, signatures });
}

/** The trusted root that is among these certificates, byte for byte; null where none is. */
export function trustedRoot(
  trust: CollateralTrust,
  certificates: readonly Certificate[],
): Certificate | null {
  for (const { certificate } of anchorsAmong(trust, certificates)) {
    if (certificate !== null && certificates.some(({ sha256 }) => sha256 === certificate.sha256))
      return certificate;
  }
  return null;
}
