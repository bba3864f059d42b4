import type { TrustAnchor } from '../../pki/index.ts';
import type { IntelCollateral } from '../intel/index.ts';

/** By whose word a TEE's evidence is verified: roots that are trusted now, and what their makers publish. */
export type TeeTrust = {
  readonly intel: {
    readonly anchors: readonly TrustAnchor[];
    /** Of just this platform; null where it is not at hand, and then nothing of Intel's verifies. */
    readonly collateral: IntelCollateral | null;
  };
  readonly amd: {
    readonly anchors: readonly TrustAnchor[];
    /** DER, besides those that come with the evidence. */
    readonly certificates: readonly Uint8Array[];
    /** DER, of the product's ARK; null where it is not at hand, and then revocation stays an open question. */
    readonly crl: Uint8Array | null;
  };
  /** CAs above the attestation keys of Azure's vTPMs. */
  readonly azure: { readonly anchors: readonly TrustAnchor[] };
};

export const NO_INTEL_COLLATERAL: IntelCollateral = {
  tcbInfo: null,
  tcbInfoChain: null,
  qeIdentity: null,
  qeIdentityChain: null,
  rootCrl: null,
  pckCrl: null,
  pckChain: null,
};

/** Nobody's: what verifies under it needs no TEE. */
export const NO_TEE_TRUST: TeeTrust = {
  intel: { anchors: [], collateral: null },
  amd: { anchors: [], certificates: [], crl: null },
  azure: { anchors: [] },
};
