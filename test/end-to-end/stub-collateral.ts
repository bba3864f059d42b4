import { type CollateralCode, CollateralError } from '../../src/collateral/errors.ts';
import type {
  CollateralSource,
  IntelNeed,
  NvidiaCollateralSet,
  SnpNeed,
} from '../../src/collateral/source.ts';
import type { IntelCollateral } from '../../src/evidence/intel/index.ts';
import { type CollateralAccess, collateralAccess } from '../../src/service/collateral/access.ts';

/** Vendors as a test has them: what they publish, or why not. */
export type StubVendors = {
  intel?: IntelCollateral;
  nvidia?: Pick<NvidiaCollateralSet, 'rims' | 'ocsp'> & Partial<NvidiaCollateralSet>;
  amd?: { readonly certificates: readonly Uint8Array[]; readonly crl: Uint8Array };
  /** Thrown for whatever is asked. */
  failure?: { readonly code: CollateralCode; readonly retryAfterMs?: number };
  /** What was asked for, in order. */
  readonly asked: (IntelNeed | SnpNeed)[];
};

const IN_A_MONTH = new Date(Date.now() + 30 * 86_400_000);

export function stubCollateral(vendors: StubVendors): CollateralAccess {
  const answer = <T>(need: IntelNeed | SnpNeed, value: T | undefined): T => {
    vendors.asked.push(need);
    const { failure } = vendors;
    if (failure !== undefined) throw new CollateralError(failure.code, 'as the test has it', failure);
    if (value === undefined) throw new CollateralError('collateral_not_found', 'unknown to this vendor');
    return value;
  };
  const provenance = { key: { kind: 'amd-crl', name: 'stub' } } as never; // nothing that is tested reads it
  const source: CollateralSource = {
    intel: async (need) => ({ ...answer(need, vendors.intel), provenance: [], validUntil: IN_A_MONTH }),
    evaluations: async () => ({ evaluations: [], provenance }),
    snpCertificates: async (need) => ({
      certificates: answer(need, vendors.amd).certificates,
      provenance: [],
    }),
    snpCrl: async () => {
      const { failure, amd } = vendors;
      if (failure !== undefined) throw new CollateralError(failure.code, 'as the test has it', failure);
      return { crl: amd?.crl ?? new Uint8Array(0), provenance, validUntil: IN_A_MONTH };
    },
    nvidia: async () => ({ rims: new Map(), ocsp: [], absent: [], provenance: [], ...vendors.nvidia }),
    nrasKeys: async () => {
      throw new CollateralError('collateral_not_found', 'unknown to this vendor');
    },
    refreshDue: async () => ({ renewed: 0, failed: 0, due: 0 }),
    status: () => ({
      vendors: {
        intel: { state: 'unasked', requests: 0, failures: 0, lastFailure: null, queued: 0 },
        amd: { state: 'unasked', requests: 0, failures: 0, lastFailure: null, queued: 0 },
        nvidia: { state: 'unasked', requests: 0, failures: 0, lastFailure: null, queued: 0 },
      },
      documents: { current: 0, due: 0, expired: 0 },
      nextExpiry: null,
    }),
  };
  return collateralAccess([], () => source);
}
