import type { TeeEvidence } from '../../evidence/tee.ts';
import { attributeTexts, OID, type TrustAnchor } from '../../pki/index.ts';
import type { AnchorPurpose } from '../../protocol/anchor-purpose.ts';
import { anchorsFor, type EffectiveTrust } from './effective.ts';

/** A root by what it may vouch for, `<purpose>:<sha256>`: one that is trusted for another purpose is another. */
export function anchorName(purpose: AnchorPurpose, sha256: string): string {
  return `${purpose}:${sha256}`;
}

/** Trust values live as long as their epoch: what is derived from one is derived once. */
const known = new WeakMap<Pick<EffectiveTrust, 'anchorSets'>, ReadonlySet<string>>();

/** Every root that is trusted now, by {@link anchorName}. */
export function anchorsInForce(trust: Pick<EffectiveTrust, 'anchorSets'>): ReadonlySet<string> {
  let names = known.get(trust);
  if (names === undefined) {
    names = new Set(trust.anchorSets.flatMap(({ purpose, anchors }) => namesOf(purpose, anchors)));
    known.set(trust, names);
  }
  return names;
}

export function namesOf(purpose: AnchorPurpose, anchors: readonly TrustAnchor[]): string[] {
  return anchors.flatMap(({ certificate }) =>
    certificate === null ? [] : [anchorName(purpose, certificate.sha256)],
  );
}

/**
 * The roots under which a TEE's evidence was verified: all that were trusted for its maker, of AMD's those of its line. Should
 * any of them fall, what it proved is not counted until it is proven anew.
 */
export function teeAnchorNames(trust: EffectiveTrust, tee: TeeEvidence, vtpm: boolean): string[] {
  const azure = vtpm ? namesOf('azure-vtpm-ak', anchorsFor(trust, 'azure-vtpm-ak')) : [];
  if (tee.tee !== 'snp') {
    return [...namesOf('intel-sgx-root', anchorsFor(trust, 'intel-sgx-root')), ...azure];
  }
  const ofLine = anchorsFor(trust, 'amd-ark').filter(
    ({ certificate }) =>
      certificate !== null &&
      attributeTexts(certificate.subject, OID.commonName).includes(`ARK-${tee.product}`),
  );
  return [...namesOf('amd-ark', ofLine), ...azure];
}

/** The same of NVIDIA's devices and manifests: a root of either that falls takes every GPU and switch with it. */
export function nvidiaAnchorNames(trust: EffectiveTrust): string[] {
  return (['nvidia-device-root', 'nvidia-rim-root'] as const).flatMap((purpose) =>
    namesOf(purpose, anchorsFor(trust, purpose)),
  );
}
