import { createHash, type KeyObject, randomBytes } from 'node:crypto';
import type { SnpProduct, SnpReport, TcbVersion } from '../../evidence/amd/evidence.ts';
import { CERTIFICATE_GUID, marshalCertificateTable } from './certificate-table.ts';
import { type CrlParts, crlExtensions, writeCrl } from './crl.ts';
import { type LeafChange, writeLeaf } from './endorsement.ts';
import { endorsementKey } from './keys.ts';
import { type SnpPki, snpPki } from './pki.ts';
import { PRODUCTS } from './product.ts';
import { marshalReport, signReport } from './report.ts';
import { AMD_SIGNING } from './signature.ts';

const DAY_MS = 86_400_000;
const CHIP_ID_BYTES = 64;

export type SnpPlatformOptions = {
  /** Around which the leaf and the CRLs are valid. */
  readonly at: Date;
  /** Genoa unless given. */
  readonly product?: SnpProduct;
  /** A VCEK unless given. */
  readonly signingKey?: SnpReport['signingKey'];
  /** {@link snpPki} of the product unless given. */
  readonly pki?: SnpPki;
  /** The chip's identity as its VCEK names it: 64 bytes, on Turin 8. Random unless given. */
  readonly hwid?: Uint8Array;
  /** Of the leaf and, unless they say otherwise, of the reports. */
  readonly tcb?: TcbVersion;
  readonly cspId?: string;
  /** What is to be different in the VCEK or VLEK. */
  readonly leaf?: LeafChange;
};

/** What a report is to say instead of what the platform would. */
export type ReportChange = Partial<SnpReport> & {
  /** Last change to the bytes before they are signed. */
  readonly patch?: (report: Uint8Array) => void;
};

/** An EPYC platform that exists nowhere: its firmware reports whatever it is told to. */
export type ForgedSnpPlatform = {
  readonly product: SnpProduct;
  readonly pki: SnpPki;
  /** `chip_id` of its reports: 64 bytes, zero under a VLEK. */
  readonly chipId: Uint8Array;
  /** The ARK, DER: what a test has to trust. */
  readonly roots: readonly Uint8Array[];
  readonly leafKey: KeyObject;
  /** VCEK or VLEK, ASK or ASVK, ARK; DER. */
  certificates(): Uint8Array[];
  /** The same as the host's certificate table (configfs-tsm's auxblob). */
  auxblob(): Uint8Array;
  /** The ARK's CRL, DER; revokes nothing unless told. */
  crl(change?: Partial<CrlParts>): Uint8Array;
  /** @param reportData 64 bytes */
  report(reportData: Uint8Array, change?: ReportChange): Uint8Array;
};

/** Ready to report: its first certificates of a product line cost a second for the keys. */
export function forgeSnpPlatform(options: SnpPlatformOptions): ForgedSnpPlatform {
  const { at, product = 'Genoa', signingKey = 'vcek' } = options;
  const pki = options.pki ?? snpPki(product);
  const traits = PRODUCTS[product];
  const hwid = options.hwid ?? new Uint8Array(randomBytes(traits.hwidBytes));
  const tcb = options.tcb ?? traits.tcb;
  const leafKey = endorsementKey();
  const cspId = options.cspId ?? 'CN=csp.example';
  const leaf = writeLeaf(pki, { product, signingKey, tcb, hwid, cspId }, leafKey, at, options.leaf);
  const intermediate = pki[signingKey === 'vcek' ? 'ask' : 'asvk']().certificate;

  const chipId = new Uint8Array(CHIP_ID_BYTES);
  if (signingKey === 'vcek') chipId.set(hwid);
  const state = firmwareState(product, { signingKey, tcb, chipId });

  return {
    product,
    pki,
    chipId,
    roots: [pki.ark.certificate],
    leafKey,
    certificates: () => [leaf, intermediate, pki.ark.certificate],
    auxblob: () =>
      marshalCertificateTable([
        { guid: CERTIFICATE_GUID[signingKey], bytes: leaf },
        { guid: CERTIFICATE_GUID.ask, bytes: intermediate },
        { guid: CERTIFICATE_GUID.ark, bytes: pki.ark.certificate },
      ]),
    crl: (change = {}) => arkCrl(pki, at, change),
    report(reportData, { patch, ...change } = {}) {
      const fields = { ...state, reportData, ...change };
      // Version 2 has no CPUID, and only version 5 has mitigation vectors.
      const versioned: SnpReport = {
        ...fields,
        cpu: fields.version < 3 ? null : fields.cpu,
        launchMitVector: fields.version < 5 ? null : fields.launchMitVector,
        currentMitVector: fields.version < 5 ? null : fields.currentMitVector,
      };
      const bytes = marshalReport(versioned, product === 'Turin' ? 'Turin' : 'earlier');
      patch?.(bytes);
      return signReport(bytes, leafKey);
    },
  };
}

/** A guest without debug or migration at VMPL 0, on firmware that is committed and current. */
function firmwareState(
  product: SnpProduct,
  { signingKey, tcb, chipId }: Pick<SnpReport, 'signingKey' | 'chipId'> & { readonly tcb: TcbVersion },
): SnpReport {
  const { reportVersion, cpu, firmware, platformInfo } = PRODUCTS[product];
  return {
    version: reportVersion,
    guestSvn: 0,
    // ABI 0.31, SMT allowed, and bit 17, which is always one.
    policy: 0x3001fn,
    familyId: new Uint8Array(16),
    imageId: new Uint8Array(16),
    vmpl: 0,
    platformInfo,
    authorKeyEnabled: false,
    chipKeyMasked: false,
    signingKey,
    reportData: new Uint8Array(64),
    measurement: new Uint8Array(createHash('sha384').update('a forged launch').digest()),
    hostData: new Uint8Array(32),
    idKeyDigest: new Uint8Array(48),
    authorKeyDigest: new Uint8Array(48),
    reportId: new Uint8Array(randomBytes(32)),
    // No migration agent.
    reportIdMa: new Uint8Array(32).fill(0xff),
    cpu,
    chipId,
    currentTcb: tcb,
    reportedTcb: tcb,
    committedTcb: tcb,
    launchTcb: tcb,
    currentVersion: firmware,
    committedVersion: firmware,
    launchMitVector: 0x3fn,
    currentMitVector: 0x3fn,
  };
}

function arkCrl(pki: SnpPki, at: Date, change: Partial<CrlParts>): Uint8Array {
  return writeCrl({
    issuer: `ARK-${pki.product}`,
    thisUpdate: new Date(at.getTime() - DAY_MS),
    nextUpdate: new Date(at.getTime() + 360 * DAY_MS),
    revoked: [],
    signer: pki.ark.key,
    signing: AMD_SIGNING,
    extensions: crlExtensions(pki.ark.key, 1),
    ...change,
  });
}
