import type { TrustAnchor } from '../../../pki/index.ts';
import type { NotPerformed } from '../../check.ts';
import type { Verified } from '../../verified.ts';
import type { RimNeed } from '../rim-id.ts';
import { type NvidiaRim, verifyRim } from './verify.ts';

/** What there is of manifests, and whom to believe about them. */
export type RimShelf = {
  /** By file name: `<RIM id>.xml` counts first. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly anchors: readonly TrustAnchor[];
  readonly ocsp: readonly Uint8Array[];
  readonly at: Date;
};

export type SelectedRim =
  | {
      readonly rim: Verified<NvidiaRim>;
      readonly file: string;
      readonly notPerformed: readonly NotPerformed[];
    }
  /** Why there is none that may be relied upon. */
  | { readonly rim: null; readonly reason: string };

/** The devices of one host need the same manifests: each is sought once on a shelf, and forgotten with it. */
const sought = new WeakMap<RimShelf, Map<string, SelectedRim>>();

const NAMES_A_RIM = /NV_(?:GPU|SWITCH)_/i;

/**
 * The manifest that a report needs, if an authentic one is at hand that says itself to be of that chip and version: the
 * Hopper id of a Blackwell driver names a manifest too, well signed and of another chip. Manifests do not sign their id, so
 * a name is only where to look: the id itself, names around it, then names that name no manifest at all.
 */
export function selectRim(need: RimNeed, shelf: RimShelf): SelectedRim {
  const known = sought.get(shelf) ?? new Map<string, SelectedRim>();
  const key = JSON.stringify([need.rimId, need.version, need.products]);
  const selected = known.get(key) ?? seek(need, shelf);
  sought.set(shelf, known.set(key, selected));
  return selected;
}

function seek(need: RimNeed, shelf: RimShelf): SelectedRim {
  const { rimId, version } = need;
  if (rimId === null || version === null) {
    return { rim: null, reason: 'the report does not say which manifest is its own' };
  }
  let reason: string | null = null;
  for (const [file, bytes] of candidates(rimId, shelf)) {
    const { findings, verified } = verifyRim({ ...shelf, rim: bytes });
    if (verified !== null && fits(verified, need)) {
      return { rim: verified, file, notPerformed: findings.notPerformed };
    }
    if (!file.includes(rimId)) continue;
    const failed = findings.checks.filter(({ status }) => status === 'fail').map(({ id }) => id);
    reason ??=
      verified === null
        ? `${file} is not authentic: ${failed.join(', ')}`
        : `${file} is of ${verified.product} ${verified.colloquialVersion}`;
  }
  return { rim: null, reason: reason ?? `no manifest ${rimId} is at hand` };
}

function fits({ product, colloquialVersion }: NvidiaRim, { products, version }: RimNeed): boolean {
  return products.includes(product) && colloquialVersion.toUpperCase() === version?.toUpperCase();
}

function candidates(rimId: string, { files }: RimShelf): (readonly [string, Uint8Array])[] {
  const manifests = [...files].filter(([name]) => /\.xml$/i.test(name));
  const isExact = (name: string): boolean => name === `${rimId}.xml`;
  return [
    ...manifests.filter(([name]) => isExact(name)),
    ...manifests.filter(([name]) => !isExact(name) && name.includes(rimId)),
    ...manifests.filter(([name]) => !NAMES_A_RIM.test(name)),
  ];
}
