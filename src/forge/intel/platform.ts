import type { IntelCollateral } from '../../evidence/intel/collateral.ts';
import type { EnclaveReport, TdReport } from '../../evidence/intel/evidence.ts';
import {
  enclaveReport,
  label,
  pckFields,
  qeIdentityFields,
  qeReport,
  type Tee,
  tcbInfoFields,
  tdReport,
} from './defaults.ts';
import { writeEnclaveReport } from './enclave-report.ts';
import type { PckFields } from './pck-extension.ts';
import { chainPem, DAY_MS, type IntelPki, intelPki, type PckCa, type PkiOptions } from './pki.ts';
import { type QeIdentityFields, writeQeIdentity } from './qe-identity.ts';
import { INTEL_QE_VENDOR_ID, type QuoteEnvelope, writeQuote } from './quote.ts';
import type { SigningKey } from './signing-key.ts';
import { type TcbInfoFields, writeTcbInfo } from './tcb-info.ts';
import { writeTdReport } from './td-report.ts';

/** When a forged platform lives, unless it is told otherwise: its collateral is issued a day before. */
export const FORGED_AT: Date = new Date('2026-01-15T12:00:00Z');

export type PlatformOptions = {
  /** Determines every key; see {@link PkiOptions}: a seed that others can read makes a root that others can sign with. */
  readonly seed: string;
  /** Default {@link FORGED_AT}. Collateral is valid from a day before to 29 days after. */
  readonly at?: Date;
  /** Default `platform`. */
  readonly ca?: PckCa;
  readonly pck?: Partial<PckFields>;
  /** Changes to certificates and CRLs, each by its name. */
  readonly pki?: Omit<PkiOptions, 'seed' | 'at'>;
  /** Puts a certificate on the CRL of its issuer. */
  readonly revoked?: readonly ('pck' | 'pckCa' | 'tcbSigning')[];
  readonly tcbInfo?: Partial<TcbInfoFields>;
  readonly qeIdentity?: Partial<QeIdentityFields>;
  /** The status of the newest level of each part, which the platform reaches. Default `UpToDate` all. */
  readonly statuses?: { readonly platform?: string; readonly module?: string; readonly qe?: string };
  /** What the platform's quoting enclave reports of itself. */
  readonly qe?: Partial<QuoteEnvelope['qeReport']>;
};

/** A machine with a TEE, as Intel would have made and certified it; its root is nobody's but the seed's. */
export type ForgedPlatform<Report> = {
  readonly pki: IntelPki;
  /** DER: what must be trusted for its quotes to be. */
  readonly root: Uint8Array;
  readonly rootPem: string;
  /** PCK, CA, root, as quotes carry them. */
  readonly pckChainPem: string;
  /**
   * Quotes what the TEE measures.
   * @param reportData 64 bytes
   */
  readonly quote: (
    reportData: Uint8Array,
    measured?: Partial<Report>,
    envelope?: Partial<QuoteEnvelope>,
  ) => Uint8Array;
  /** What Intel would publish about it, as the platform's options have it. */
  readonly collateral: (changes?: Partial<IntelCollateral>) => IntelCollateral;
  /** The same machine (same seed, same keys) with these options instead. */
  readonly with: (changes: Partial<PlatformOptions>) => ForgedPlatform<Report>;
};

/** A machine whose guests are TDs: quotes of version 4, or 5 where a field of TD 1.5 or the envelope says so. */
export function forgeTdxPlatform(options: PlatformOptions): ForgedPlatform<TdReport> {
  return forge('tdx', options, (reportData, measured) => {
    const td15 = (measured.teeTcbSvn2 ?? measured.mrServiceTd ?? null) !== null;
    const base = tdReport(reportData);
    const newer = td15 ? { teeTcbSvn2: base.teeTcbSvn, mrServiceTd: new Uint8Array(48) } : {};
    const body = writeTdReport({ ...base, ...newer, ...measured });
    return { body, version: td15 ? 5 : 4, bodyType: td15 ? 3 : 2 };
  });
}

/** A machine with SGX enclaves: quotes of version 3, or 5 where the envelope says so. */
export function forgeSgxPlatform(options: PlatformOptions): ForgedPlatform<EnclaveReport> {
  return forge('sgx', options, (reportData, measured) => ({
    body: writeEnclaveReport({ ...enclaveReport(reportData), ...measured }),
    version: 3,
    bodyType: 1,
  }));
}

type Body = Pick<QuoteEnvelope, 'version' | 'bodyType'> & { readonly body: Uint8Array };

function forge<Report>(
  tee: Tee,
  options: PlatformOptions,
  writeBody: (reportData: Uint8Array, measured: Partial<Report>) => Body,
): ForgedPlatform<Report> {
  const { seed, at = FORGED_AT, ca = 'platform' } = options;
  const pki = intelPki({ ...options.pki, seed, at });
  const pck = pki.pck(ca, { ...pckFields(ca), ...options.pck });
  const pckChainPem = chainPem(pck, pki.ca(ca), pki.root);
  let published: IntelCollateral | null = null;
  return {
    pki,
    root: pki.root.certificate,
    rootPem: chainPem(pki.root),
    pckChainPem,
    quote: (reportData, measured = {}, changes = {}) => {
      const { body, ...kind } = writeBody(reportData, measured);
      const envelope: QuoteEnvelope = {
        ...envelopeOf(tee, pki, pck.key, pckChainPem),
        qeReport: { ...qeReport(tee), ...options.qe },
        ...kind,
        ...changes,
      };
      return writeQuote(envelope, body);
    },
    collateral: (changes = {}) => {
      published ??= publish(tee, options, pki, pck.serial);
      return { ...published, ...changes };
    },
    with: (changes) => forge(tee, { ...options, ...changes }, writeBody),
  };
}

function envelopeOf(
  tee: Tee,
  pki: IntelPki,
  pckKey: SigningKey,
  pckChainPem: string,
): Omit<QuoteEnvelope, 'version' | 'bodyType' | 'qeReport'> {
  return {
    attKeyType: 2,
    teeType: tee === 'sgx' ? 0 : 0x81,
    reserved: null,
    qeVendorId: INTEL_QE_VENDOR_ID,
    userData: Uint8Array.of(...label(16, 'QE identifier'), 0, 0, 0, 0),
    bodySize: null,
    attestationKey: pki.key('attestation'),
    quoteSigner: null,
    qeReportSigner: pckKey,
    authData: Uint8Array.from({ length: 32 }, (_, index) => index),
    outerCertType: 6,
    certType: 5,
    // Intel's quoting library counts the string's final NUL.
    certData: Buffer.from(`${pckChainPem}\0`, 'latin1'),
    trailing: new Uint8Array(0),
  };
}

function publish(tee: Tee, options: PlatformOptions, pki: IntelPki, pckSerial: Uint8Array): IntelCollateral {
  const { at = FORGED_AT, ca = 'platform', statuses = {}, revoked = [] } = options;
  const dates = {
    issueDate: instant(new Date(at.getTime() - DAY_MS)),
    nextUpdate: instant(new Date(at.getTime() + 29 * DAY_MS)),
  };
  const usual = tcbInfoFields(tee, dates);
  const identities = usual.tdxModuleIdentities?.map((identity) => ({
    ...identity,
    tcbLevels: newest(identity.tcbLevels, statuses.module),
  }));
  const tcbInfo = writeTcbInfo({
    ...usual,
    fmspc: options.pck?.fmspc ?? usual.fmspc,
    pceId: options.pck?.pceId ?? usual.pceId,
    tdxModuleIdentities: identities ?? null,
    tcbLevels: newest(usual.tcbLevels, statuses.platform),
    ...options.tcbInfo,
  });
  const qe = qeIdentityFields(tee, dates);
  const qeIdentity = writeQeIdentity({
    ...qe,
    tcbLevels: newest(qe.tcbLevels, statuses.qe),
    ...options.qeIdentity,
  });
  const chain = Buffer.from(chainPem(pki.tcbSigning, pki.root), 'latin1');
  const fromRoot = [
    ...(revoked.includes('pckCa') ? [pki.ca(ca).serial] : []),
    ...(revoked.includes('tcbSigning') ? [pki.tcbSigning.serial] : []),
  ];
  return {
    tcbInfo: signDocument('tcbInfo', tcbInfo, pki.tcbSigning.key),
    tcbInfoChain: chain,
    qeIdentity: signDocument('enclaveIdentity', qeIdentity, pki.tcbSigning.key),
    qeIdentityChain: chain,
    rootCrl: pki.rootCrl(fromRoot.length === 0 ? {} : { revoked: fromRoot }),
    pckCrl: pki.pckCrl(ca, revoked.includes('pck') ? { revoked: [pckSerial] } : {}),
    pckChain: null,
  };
}

/** The JSON document of the PCS: the signature covers the inner text exactly. */
export function signDocument(
  name: 'tcbInfo' | 'enclaveIdentity' | 'tcbEvaluationDataNumbers',
  inner: string,
  key: SigningKey,
): Uint8Array {
  const signature = Buffer.from(key.sign(Buffer.from(inner, 'utf8'))).toString('hex');
  return new Uint8Array(Buffer.from(`{"${name}":${inner},"signature":"${signature}"}`, 'utf8'));
}

function newest<Level extends { readonly tcbStatus: string }>(
  levels: readonly Level[],
  tcbStatus: string | undefined,
): readonly Level[] {
  return levels.map((level, index) => (index === 0 && tcbStatus ? { ...level, tcbStatus } : level));
}

/** RFC 3339 to the second, as Intel writes it. */
function instant(date: Date): string {
  return date.toISOString().replace(/\.\d+Z$/, 'Z');
}
