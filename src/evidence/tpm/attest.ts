import { Cursor } from '../../bytes/cursor.ts';
import { MAX_DIGEST_BYTES, TPM_GENERATED_VALUE, TPM_ST_ATTEST_QUOTE } from './algorithms.ts';
import { type PcrSelection, readPcrSelection } from './pcr-selection.ts';

/**
 * TPMS_ATTEST (Part 2, 10.12.12): what the TPM signed. Quotes are read here, certified and created objects in certify/;
 * other attestation types (time, session audit, NV) and the structures of TPM 1.2 are refused.
 */

/** TPMS_CLOCK_INFO (Part 2, 10.11.1). */
export type TpmsClockInfo = {
  /** Milliseconds for which the TPM has had power, over its whole life. */
  readonly clock: bigint;
  /** Number of TPM resets since the last TPM2_Clear: moves with every boot of the host. */
  readonly resetCount: number;
  readonly restartCount: number;
  /** False after an unorderly shutdown, until `clock` is certainly ahead of every value reported before. */
  readonly safe: boolean;
};

/** What every TPMS_ATTEST says, whatever it attests. */
export type TpmsAttestHead = {
  /** TPM2B_NAME: the qualified name of the signing key (Part 1, 16.3). */
  readonly qualifiedSigner: Uint8Array;
  /** TPM2B_DATA: what the caller asked to be signed; the binding's digest, or a nonce. */
  readonly extraData: Uint8Array;
  readonly clockInfo: TpmsClockInfo;
  readonly firmwareVersion: bigint;
};

export type TpmsAttestQuote = TpmsAttestHead & {
  /** TPMS_QUOTE_INFO (Part 2, 10.12.4). */
  readonly pcrSelect: PcrSelection;
  readonly pcrDigest: Uint8Array;
};

/** The first two fields of every TPMS_ATTEST. */
export type AttestHeader = { readonly magic: number; readonly type: number };

/** TPM2B_NAME (Part 2, 10.5.3): algorithm and digest, or a handle. */
export const MAX_NAME_BYTES = 2 + MAX_DIGEST_BYTES;

/** TPM2B_DATA (Part 2, 10.4.3): sizeof(TPMT_HA). */
export const MAX_DATA_BYTES = 2 + MAX_DIGEST_BYTES;

/** A cursor over a TPMS_ATTEST, as signed: without the TPM2B_ATTEST size. */
export function attestCursor(bytes: Uint8Array): Cursor {
  return new Cursor(bytes, 'tpmsAttest');
}

/** Reads magic and type, so that a verifier can say which of them is wrong. @throws FormatError `truncated` */
export function readAttestHeader(cursor: Cursor): AttestHeader {
  return { magic: cursor.u32be('magic'), type: cursor.u16be('type') };
}

/** Reads what follows the header of a quote, to the last byte. The header is the caller's to judge. */
export function readQuoteBody(cursor: Cursor): TpmsAttestQuote {
  const { qualifiedSigner, extraData, clockInfo, firmwareVersion } = readAttestHead(cursor);
  const pcrSelect = readPcrSelection(cursor);
  const pcrDigest = cursor.sized16be('pcrDigest', MAX_DIGEST_BYTES);
  cursor.end();
  return { qualifiedSigner, extraData, clockInfo, firmwareVersion, pcrSelect, pcrDigest };
}

/** Reads what stands between magic and type, and what is attested. */
export function readAttestHead(cursor: Cursor): TpmsAttestHead {
  return {
    qualifiedSigner: cursor.sized16be('qualifiedSigner', MAX_NAME_BYTES),
    extraData: cursor.sized16be('extraData', MAX_DATA_BYTES),
    clockInfo: readClockInfo(cursor),
    firmwareVersion: cursor.u64be('firmwareVersion'),
  };
}

/**
 * Parses a quote's TPMS_ATTEST, to its last byte.
 *
 * @throws FormatError; with another magic or type too
 * @remarks Unverified: anybody can write such bytes. See verify.ts.
 */
export function parseTpmsAttestQuote(bytes: Uint8Array): TpmsAttestQuote {
  const cursor = attestCursor(bytes);
  const { magic, type } = readAttestHeader(cursor);
  if (magic !== TPM_GENERATED_VALUE) throw cursor.bad('magic', 'ff544347', magic.toString(16));
  if (type !== TPM_ST_ATTEST_QUOTE) throw cursor.unsupported('type', '8018', type.toString(16));
  return readQuoteBody(cursor);
}

function readClockInfo(cursor: Cursor): TpmsClockInfo {
  return {
    clock: cursor.u64be('clockInfo.clock'),
    resetCount: cursor.u32be('clockInfo.resetCount'),
    restartCount: cursor.u32be('clockInfo.restartCount'),
    safe: readYesNo(cursor, 'clockInfo.safe'),
  };
}

/** TPMI_YES_NO (Part 2, 9.2): 0 or 1 and nothing else. */
function readYesNo(cursor: Cursor, field: string): boolean {
  const value = cursor.u8(field);
  if (value > 1) throw cursor.bad(field, '0 or 1', `${value}`);
  return value === 1;
}

/** TPM_QUOTE_INFO of TPM 1.2 (Part 2 of that standard, 11.3): version 1.1.0.0 and "QUOT". */
const TPM12_QUOTE_INFO = Uint8Array.of(0x01, 0x01, 0x00, 0x00, 0x51, 0x55, 0x4f, 0x54);
/** TPM_QUOTE_INFO2 (11.4): TPM_TAG_QUOTE_INFO2 and "QUT2". */
const TPM12_QUOTE_INFO2 = Uint8Array.of(0x00, 0x36, 0x51, 0x55, 0x54, 0x32);
/** TPM_CERTIFY_INFO (11.1), version 1.1.0.0, and TPM_CERTIFY_INFO2 (11.2) begin so. */
const TPM12_VERSION = Uint8Array.of(0x01, 0x01, 0x00, 0x00);
const TPM12_CERTIFY_INFO2 = Uint8Array.of(0x00, 0x29);

/**
 * The name of the TPM 1.2 structure that these bytes are, or null.
 *
 * TPM 1.2 signs SHA-1 digests of SHA-1 PCRs. It is refused under every policy, by name, so that nobody is left to
 * wonder why.
 */
export function tpm12Structure(bytes: Uint8Array): string | null {
  if (bytes[0] === TPM_GENERATED_VALUE >>> 24) return null;
  if (begins(bytes, TPM12_QUOTE_INFO)) return 'TPM_QUOTE_INFO';
  if (begins(bytes, TPM12_QUOTE_INFO2)) return 'TPM_QUOTE_INFO2';
  if (begins(bytes, TPM12_VERSION)) return 'TPM_CERTIFY_INFO';
  if (begins(bytes, TPM12_CERTIFY_INFO2)) return 'TPM_CERTIFY_INFO2';
  return null;
}

function begins(bytes: Uint8Array, prefix: Uint8Array): boolean {
  return bytes.length >= prefix.length && prefix.every((octet, index) => bytes[index] === octet);
}
