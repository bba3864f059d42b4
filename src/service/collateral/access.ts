import type { CollateralSource } from '../../collateral/source.ts';
import type { CollateralTrust } from '../../collateral/trust.ts';
import type { Pin, TrustAnchor } from '../../pki/index.ts';
import { MAX_MANIFESTS, RecentChips } from './recent-chips.ts';

/** Vendors' documents as the service asks for them. */
export type CollateralAccess = {
  readonly source: CollateralSource;
  /** Roots that are approved now: what is fetched next is held against them and the makers' own. */
  readonly follow: (anchors: readonly TrustAnchor[]) => void;
  readonly chips: RecentChips;
  /** The same of NVIDIA's manifests: a report names its own before anything vouches for it. */
  readonly manifests: RecentChips;
};

/**
 * Ties a source to the trust inputs in force. They change while it runs, so it is given a trust that follows them.
 *
 * @param pins makers' roots by digest: what is published by them may be kept before anybody approves them; nothing verifies
 * by it until then
 */
export function collateralAccess(
  pins: readonly Pin[],
  open: (trust: CollateralTrust) => CollateralSource,
): CollateralAccess {
  let anchors: readonly TrustAnchor[] = [];
  const trust: CollateralTrust = {
    pins,
    get anchors() {
      return anchors;
    },
  };
  return {
    source: open(trust),
    follow: (now) => {
      anchors = now;
    },
    chips: new RecentChips(),
    manifests: new RecentChips(MAX_MANIFESTS),
  };
}
