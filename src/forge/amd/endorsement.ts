import type { KeyObject } from 'node:crypto';
import { TAG } from '../../bytes/der-tag.ts';
import { writeInteger, writeText } from '../../bytes/der-writer.ts';
import type { SnpProduct, SnpReport, TcbVersion } from '../../evidence/amd/evidence.ts';
import { type CertificateParts, extension, writeCertificate } from './certificate.ts';
import { intermediateName, type SnpPki } from './pki.ts';
import { PRODUCTS } from './product.ts';
import { AMD_SIGNING } from './signature.ts';

const AMD = '1.3.6.1.4.1.3704.1';
const DAY_MS = 86_400_000;

/** AMD's extensions of a leaf (AMD 57230, tables 8 to 10), to be left out, doubled or changed by name. */
export const LEAF_OID = {
  structVersion: `${AMD}.1`,
  productName: `${AMD}.2`,
  bootLoader: `${AMD}.3.1`,
  tee: `${AMD}.3.2`,
  snp: `${AMD}.3.3`,
  spl4: `${AMD}.3.4`,
  spl5: `${AMD}.3.5`,
  spl6: `${AMD}.3.6`,
  spl7: `${AMD}.3.7`,
  microcode: `${AMD}.3.8`,
  fmc: `${AMD}.3.9`,
  hwid: `${AMD}.4`,
  cspId: `${AMD}.5`,
} as const;

/** One extension before it is written. */
export type LeafExtension = { readonly oid: string; readonly value: Uint8Array; readonly critical?: boolean };

export type LeafIdentity = {
  readonly product: SnpProduct;
  readonly signingKey: SnpReport['signingKey'];
  readonly tcb: TcbVersion;
  /** Bytes of `chip_id` that the line's certificates name; not in a VLEK. */
  readonly hwid: Uint8Array;
  /** CSP_ID; in a VLEK alone. */
  readonly cspId: string;
};

/** In AMD's order: 3.3 stands after 3.7, and on Turin 3.9 in front of all and no 3.4. */
export function leafExtensions({ product, signingKey, tcb, hwid, cspId }: LeafIdentity): LeafExtension[] {
  const { structVersion, vcekProductName } = PRODUCTS[product];
  const isTurin = product === 'Turin';
  const snp = spl(LEAF_OID.snp, tcb.snp);
  return [
    { oid: LEAF_OID.structVersion, value: writeInteger(structVersion) },
    {
      oid: LEAF_OID.productName,
      value: writeText(TAG.ia5String, signingKey === 'vcek' ? vcekProductName : product),
    },
    ...(isTurin ? [spl(LEAF_OID.fmc, tcb.fmc ?? 0)] : []),
    spl(LEAF_OID.bootLoader, tcb.bootLoader),
    spl(LEAF_OID.tee, tcb.tee),
    isTurin ? snp : spl(LEAF_OID.spl4, 0),
    spl(LEAF_OID.spl5, 0),
    spl(LEAF_OID.spl6, 0),
    spl(LEAF_OID.spl7, 0),
    ...(isTurin ? [] : [snp]),
    spl(LEAF_OID.microcode, tcb.microcode),
    signingKey === 'vcek'
      ? { oid: LEAF_OID.hwid, value: hwid }
      : { oid: LEAF_OID.cspId, value: writeText(TAG.ia5String, cspId) },
  ];
}

function spl(oid: string, level: number): LeafExtension {
  return { oid, value: writeInteger(level) };
}

export type LeafChange = {
  readonly parts?: Partial<CertificateParts>;
  readonly extensions?: (genuine: readonly LeafExtension[]) => readonly LeafExtension[];
};

/** A VCEK lives seven years, a VLEK one; both have serial zero and no standard extension. */
export function writeLeaf(
  pki: SnpPki,
  identity: LeafIdentity,
  key: KeyObject,
  at: Date,
  change: LeafChange = {},
): Uint8Array {
  const isVcek = identity.signingKey === 'vcek';
  const issuer = isVcek ? 'ask' : 'asvk';
  const genuine = leafExtensions(identity);
  const extensions = change.extensions?.(genuine) ?? genuine;
  return writeCertificate({
    serial: 0,
    issuer: intermediateName(issuer, identity.product),
    subject: isVcek ? 'SEV-VCEK' : 'SEV-VLEK',
    notBefore: new Date(at.getTime() - 30 * DAY_MS),
    notAfter: new Date(at.getTime() + (isVcek ? 7 * 365 - 30 : 365 - 30) * DAY_MS),
    key,
    signer: pki[issuer]().key,
    signing: { ...AMD_SIGNING, spellsTrailer: false },
    extensions: extensions.map(({ oid, value, critical }) => extension(oid, value, critical)),
    ...change.parts,
  });
}
