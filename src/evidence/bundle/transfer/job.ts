import { anchorFromCertificate, parseCertificate, type TrustAnchor } from '../../../pki/index.ts';
import type { BundleInput } from '../verify.ts';

/** What {@link verifyBundle} takes, in values that may be copied to another thread: anchors by their certificates' DER. */
export type BundleJob = Omit<BundleInput, 'tee' | 'nvidia'> & {
  readonly tee: {
    readonly intel: Omit<BundleInput['tee']['intel'], 'anchors'> & Anchors;
    readonly amd: Omit<BundleInput['tee']['amd'], 'anchors'> & Anchors;
    readonly azure: Anchors;
  };
  readonly nvidia: Omit<BundleInput['nvidia'], 'deviceAnchors' | 'rimAnchors'> & {
    readonly deviceAnchors: readonly Uint8Array[];
    readonly rimAnchors: readonly Uint8Array[];
  };
};

type Anchors = { readonly anchors: readonly Uint8Array[] };

/** Null where an anchor came as a bare key: it has no certificate to travel as. */
export function toJob({ tee, nvidia, ...rest }: BundleInput): BundleJob | null {
  const ders = {
    intel: dersOf(tee.intel.anchors),
    amd: dersOf(tee.amd.anchors),
    azure: dersOf(tee.azure.anchors),
    devices: dersOf(nvidia.deviceAnchors),
    rims: dersOf(nvidia.rimAnchors),
  };
  if (ders.intel === null || ders.amd === null || ders.azure === null) return null;
  if (ders.devices === null || ders.rims === null) return null;
  return {
    ...rest,
    tee: {
      intel: { ...tee.intel, anchors: ders.intel },
      amd: { ...tee.amd, anchors: ders.amd },
      azure: { anchors: ders.azure },
    },
    nvidia: { ...nvidia, deviceAnchors: ders.devices, rimAnchors: ders.rims },
  };
}

/** @param anchorOf the anchor of a certificate: the same object for the same bytes, so that what it verified is remembered */
export function fromJob(
  { tee, nvidia, ...rest }: BundleJob,
  anchorOf: (der: Uint8Array) => TrustAnchor,
): BundleInput {
  const anchors = (ders: readonly Uint8Array[]): TrustAnchor[] => ders.map(anchorOf);
  return {
    ...rest,
    tee: {
      intel: { ...tee.intel, anchors: anchors(tee.intel.anchors) },
      amd: { ...tee.amd, anchors: anchors(tee.amd.anchors) },
      azure: { anchors: anchors(tee.azure.anchors) },
    },
    nvidia: {
      ...nvidia,
      deviceAnchors: anchors(nvidia.deviceAnchors),
      rimAnchors: anchors(nvidia.rimAnchors),
    },
  };
}

/** The anchors of a few certificates, each parsed once. */
export function anchorMemory(most = 256): (der: Uint8Array) => TrustAnchor {
  const known = new Map<string, TrustAnchor>();
  return (der) => {
    const key = Buffer.from(der).toString('base64');
    const anchor = known.get(key) ?? anchorFromCertificate(parseCertificate(der));
    if (known.size >= most) known.clear();
    known.set(key, anchor);
    return anchor;
  };
}

function dersOf(anchors: readonly TrustAnchor[]): Uint8Array[] | null {
  const certificates = anchors.flatMap(({ certificate }) => (certificate === null ? [] : [certificate.der]));
  return certificates.length === anchors.length ? certificates : null;
}
