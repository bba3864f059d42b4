import { createHash } from 'node:crypto';
import { concatBytes } from '../../bytes/concat.ts';
import type { EnclaveReport } from '../../evidence/intel/evidence.ts';
import { writeEnclaveReport } from './enclave-report.ts';
import { u16le, u32le } from './layout.ts';
import type { SigningKey } from './signing-key.ts';

/** Everything of a quote but the report that it quotes. */
export type QuoteEnvelope = {
  /** 3 for SGX, 4 and 5 for TDX; 5 for SGX too, which few have seen. */
  readonly version: number;
  /** 2: ECDSA-256 with P-256. */
  readonly attKeyType: number;
  /** 0 SGX, 0x81 TDX. */
  readonly teeType: number;
  /** Offset 8, 4 bytes: the SVNs of QE and PCE in version 3, reserved after it. Null: what the version has there. */
  readonly reserved: Uint8Array | null;
  /** 16 bytes. */
  readonly qeVendorId: Uint8Array;
  /** 20 bytes; Intel's QE writes its identifier into the first 16. */
  readonly userData: Uint8Array;
  /** Version 5: 1 SGX, 2 TD 1.0, 3 TD 1.5. */
  readonly bodyType: number;
  /** Version 5; null: the body's true length. */
  readonly bodySize: number | null;
  /** Whose point stands in the quote, and is hashed into the QE report. */
  readonly attestationKey: SigningKey;
  /** Signs the quote; null: the attestation key. */
  readonly quoteSigner: SigningKey | null;
  /** Signs the QE report: the PCK's key, unless a test wants another. */
  readonly qeReportSigner: SigningKey;
  /** A report data of null is what it should be: SHA-256 of attestation key and authentication data, then zeros. */
  readonly qeReport: Omit<EnclaveReport, 'reportData'> & { readonly reportData: Uint8Array | null };
  readonly authData: Uint8Array;
  /** Around QE report and chain in versions 4 and 5: 6. */
  readonly outerCertType: number;
  /** 5: a PEM chain. */
  readonly certType: number;
  readonly certData: Uint8Array;
  /** After the signature data: quotes in the wild carry padding, and once worse. */
  readonly trailing: Uint8Array;
};

/** QE_VENDOR_ID of Intel's quoting enclaves. */
export const INTEL_QE_VENDOR_ID: Uint8Array = new Uint8Array(
  Buffer.from('939a7233f79c4ca9940a0db3957f0607', 'hex'),
);

const QE_AND_PCE_SVN = Uint8Array.of(9, 0, 13, 0);

/** A quote over this body (SGX ECDSA QuoteLib API, A.4; TDX DCAP Quoting Library API, A.3 and A.4). */
export function writeQuote(envelope: QuoteEnvelope, body: Uint8Array): Uint8Array {
  const signed = concatBytes([header(envelope), ...descriptor(envelope, body), body]);
  const signature = (envelope.quoteSigner ?? envelope.attestationKey).sign(signed);
  const certified = qeReportCertificationData(envelope);
  const signatureData = concatBytes([
    signature,
    envelope.attestationKey.point,
    ...(envelope.version < 4 ? [certified] : [certificationData(envelope.outerCertType, certified)]),
  ]);
  return concatBytes([signed, u32le(signatureData.length), signatureData, envelope.trailing]);
}

function header(envelope: QuoteEnvelope): Uint8Array {
  const bytes = concatBytes([
    u16le(envelope.version),
    u16le(envelope.attKeyType),
    u32le(envelope.teeType),
    envelope.reserved ?? (envelope.version === 3 ? QE_AND_PCE_SVN : new Uint8Array(4)),
    envelope.qeVendorId,
    envelope.userData,
  ]);
  if (bytes.length !== 48) throw new RangeError('a quote header has 48 bytes');
  return bytes;
}

/** Version 5 says what follows. */
function descriptor(envelope: QuoteEnvelope, body: Uint8Array): readonly Uint8Array[] {
  return envelope.version < 5 ? [] : [u16le(envelope.bodyType), u32le(envelope.bodySize ?? body.length)];
}

/** QE report, its signature, what the QE was given to authenticate, and who vouches for the QE's key. */
function qeReportCertificationData(envelope: QuoteEnvelope): Uint8Array {
  const { attestationKey, authData, qeReport } = envelope;
  const bound = new Uint8Array(64);
  bound.set(createHash('sha256').update(attestationKey.point).update(authData).digest());
  const report = writeEnclaveReport({ ...qeReport, reportData: qeReport.reportData ?? bound });
  return concatBytes([
    report,
    envelope.qeReportSigner.sign(report),
    u16le(authData.length),
    authData,
    certificationData(envelope.certType, envelope.certData),
  ]);
}

function certificationData(type: number, data: Uint8Array): Uint8Array {
  return concatBytes([u16le(type), u32le(data.length), data]);
}
