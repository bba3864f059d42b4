import type { TrustAnchor } from '../../pki/index.ts';

/** By whose word the evidence of NVIDIA's devices is verified: roots that are trusted now, and what NVIDIA publishes. */
export type NvidiaTrust = {
  /** Roots of devices, never of manifests. */
  readonly deviceAnchors: readonly TrustAnchor[];
  /** Roots of manifests, never of devices. */
  readonly rimAnchors: readonly TrustAnchor[];
  /**
   * By RIM id, the manifest's XML. A manifest that is not at hand leaves the verdict `unknown`: nothing is compared, and
   * the device is not attested.
   */
  readonly rims: ReadonlyMap<string, Uint8Array>;
  /**
   * OCSPResponses in DER, in any order, of devices' certificates and of those that sign manifests; without them revocation
   * stays an open question, and the device is not attested.
   */
  readonly ocsp: readonly Uint8Array[];
};

/** Nobody's: under it no device verifies. */
export const NO_NVIDIA_TRUST: NvidiaTrust = { deviceAnchors: [], rimAnchors: [], rims: new Map(), ocsp: [] };
