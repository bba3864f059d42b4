import { anchorFromCertificate, parseCertificate, type TrustAnchor } from '../../../pki/index.ts';
import type { IntelCollateral } from '../../intel/index.ts';
import type { BundleInput } from '../verify.ts';
import type { Delivery, KnownDocuments, SentDocuments } from './documents.ts';

/** What {@link verifyBundle} takes, as it is copied to another thread: documents by their numbers, anchors by their certificates. */
export type BundleJob = Omit<BundleInput, 'tee' | 'nvidia'> & {
  /** To be admitted first, whether or not the job is then done. */
  readonly delivery: Delivery;
  readonly tee: {
    readonly intel: Anchors & { readonly collateral: CitedCollateral | null };
    readonly amd: Anchors & { readonly certificates: readonly number[]; readonly crl: number | null };
    readonly azure: Anchors;
  };
  readonly nvidia: {
    readonly deviceAnchors: readonly number[];
    readonly rimAnchors: readonly number[];
    readonly rims: readonly (readonly [rimId: string, xml: number])[];
    readonly ocsp: readonly number[];
  };
};

type Anchors = { readonly anchors: readonly number[] };
type CitedCollateral = { readonly [Name in keyof IntelCollateral]: number | null };

/** Not where an anchor came as a bare key: it has no certificate to travel as. */
export function canTravel({ tee, nvidia }: BundleInput): boolean {
  const { intel, amd, azure } = tee;
  const anchors = [intel.anchors, amd.anchors, azure.anchors, nvidia.deviceAnchors, nvidia.rimAnchors];
  return anchors.flat().every(({ certificate }) => certificate !== null);
}

/**
 * @param input one that {@link canTravel}
 * @param sent to the thread that the job is for: what it returns must reach that thread, and nothing else before it
 */
export function toJob({ tee, nvidia, ...rest }: BundleInput, sent: SentDocuments): BundleJob {
  const [job, delivery] = sent.collect((cite): Omit<BundleJob, 'delivery'> => {
    const citeOrNull = (document: Uint8Array | null): number | null =>
      document === null ? null : cite(document);
    const citeAnchors = (anchors: readonly TrustAnchor[]): number[] =>
      anchors.map((anchor) => cite(certificateOf(anchor)));
    const { intel, amd, azure } = tee;
    return {
      ...rest,
      tee: {
        intel: {
          anchors: citeAnchors(intel.anchors),
          collateral: intel.collateral === null ? null : mapCollateral(intel.collateral, citeOrNull),
        },
        amd: {
          anchors: citeAnchors(amd.anchors),
          certificates: amd.certificates.map(cite),
          crl: citeOrNull(amd.crl),
        },
        azure: { anchors: citeAnchors(azure.anchors) },
      },
      nvidia: {
        deviceAnchors: citeAnchors(nvidia.deviceAnchors),
        rimAnchors: citeAnchors(nvidia.rimAnchors),
        rims: [...nvidia.rims].map(([id, xml]) => [id, cite(xml)]),
        ocsp: nvidia.ocsp.map(cite),
      },
    };
  });
  return { ...job, delivery };
}

/**
 * @param documents which have admitted the job's delivery
 * @param anchorOf the anchor of a certificate: the same object for the same bytes, so that what it verified is remembered
 */
export function fromJob(
  { tee, nvidia, delivery: _, ...rest }: BundleJob,
  documents: KnownDocuments,
  anchorOf: (der: Uint8Array) => TrustAnchor,
): BundleInput {
  const documentOrNull = (number: number | null): Uint8Array | null =>
    number === null ? null : documents.get(number);
  const anchorsOf = (numbers: readonly number[]): TrustAnchor[] =>
    numbers.map((number) => anchorOf(documents.get(number)));
  const { intel, amd, azure } = tee;
  return {
    ...rest,
    tee: {
      intel: {
        anchors: anchorsOf(intel.anchors),
        collateral: intel.collateral === null ? null : mapCollateral(intel.collateral, documentOrNull),
      },
      amd: {
        anchors: anchorsOf(amd.anchors),
        certificates: documents.list(amd.certificates),
        crl: documentOrNull(amd.crl),
      },
      azure: { anchors: anchorsOf(azure.anchors) },
    },
    nvidia: {
      deviceAnchors: anchorsOf(nvidia.deviceAnchors),
      rimAnchors: anchorsOf(nvidia.rimAnchors),
      rims: new Map(nvidia.rims.map(([id, xml]) => [id, documents.get(xml)])),
      ocsp: documents.list(nvidia.ocsp),
    },
  };
}

function mapCollateral<From, To>(
  collateral: { readonly [Name in keyof IntelCollateral]: From },
  map: (one: From) => To,
): { readonly [Name in keyof IntelCollateral]: To } {
  return {
    tcbInfo: map(collateral.tcbInfo),
    tcbInfoChain: map(collateral.tcbInfoChain),
    qeIdentity: map(collateral.qeIdentity),
    qeIdentityChain: map(collateral.qeIdentityChain),
    rootCrl: map(collateral.rootCrl),
    pckCrl: map(collateral.pckCrl),
    pckChain: map(collateral.pckChain),
  };
}

/** The anchors of certificates, each parsed once and forgotten with its bytes. */
export function anchorMemory(): (der: Uint8Array) => TrustAnchor {
  const known = new WeakMap<Uint8Array, TrustAnchor>();
  return (der) => {
    const anchor = known.get(der) ?? anchorFromCertificate(parseCertificate(der));
    known.set(der, anchor);
    return anchor;
  };
}

function certificateOf({ certificate }: TrustAnchor): Uint8Array {
  if (certificate === null) throw new TypeError('an anchor without a certificate does not travel');
  return certificate.der;
}
