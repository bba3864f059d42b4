import { CollateralError } from '../../collateral/errors.ts';
import type { CollateralMetadata } from '../../collateral/port.ts';
import type { CollateralSource, CollateralStatus } from '../../collateral/source.ts';
import type { TdReport } from '../../evidence/intel/index.ts';
import type { ForgedPlatform } from '../../forge/intel/platform.ts';
import type { DemoGpus } from './gpus.ts';

const UNASKED = { state: 'unasked', requests: 0, failures: 0, lastFailure: null, queued: 0 } as const;
const STATUS: CollateralStatus = {
  vendors: { intel: UNASKED, amd: UNASKED, nvidia: UNASKED },
  documents: { current: 0, due: 0, expired: 0 },
  nextExpiry: null,
};

/** What a forged Intel publishes about its one platform, and a forged NVIDIA about its GPUs, without a network; there is no AMD. */
export function forgedVendors(platform: ForgedPlatform<TdReport>, gpus: DemoGpus): CollateralSource {
  const provenance: readonly CollateralMetadata[] = [];
  const nobody = async (): Promise<never> => {
    throw new CollateralError('collateral_not_found', 'the demonstration has no such vendor');
  };
  return {
    // The verifier judges the documents' own dates; nothing is cached here that these would end.
    intel: async () => ({ ...platform.collateral(), provenance, validUntil: new Date(8.64e15) }),
    evaluations: nobody,
    snpCertificates: nobody,
    snpCrl: nobody,
    nvidia: async () => gpus.published(),
    nrasKeys: nobody,
    refreshDue: async () => ({ renewed: 0, failed: 0, due: 0 }),
    status: () => STATUS,
  };
}
