import type { Cursor } from '../../../bytes/cursor.ts';
import { MAX_DIGEST_BYTES } from '../algorithms.ts';
import { MAX_NAME_BYTES, readAttestHead, type TpmsAttestHead } from '../attest.ts';

/**
 * TPMS_ATTEST (Part 2, 10.12.12) about an object: of type TPM_ST_ATTEST_CERTIFY, made by TPM2_Certify, or
 * TPM_ST_ATTEST_CREATION, made by TPM2_CertifyCreation.
 */

/** TPMS_CERTIFY_INFO (Part 2, 10.12.3). */
export type TpmsAttestCertify = TpmsAttestHead & {
  /** TPM2B_NAME of the certified object: its attributes, policy and key. */
  readonly name: Uint8Array;
  /** Under which parents, in which hierarchy, it is loaded (Part 1, 16.3). */
  readonly qualifiedName: Uint8Array;
};

/** TPMS_CREATION_INFO (Part 2, 10.12.7). */
export type TpmsAttestCreation = TpmsAttestHead & {
  readonly objectName: Uint8Array;
  /** Of TPMS_CREATION_DATA, by the object's nameAlg. */
  readonly creationHash: Uint8Array;
};

/** Reads what follows the header, to the last byte. The header is the caller's to judge. @throws FormatError */
export function readCertifyBody(cursor: Cursor): TpmsAttestCertify {
  const head = readAttestHead(cursor);
  const name = cursor.sized16be('name', MAX_NAME_BYTES);
  const qualifiedName = cursor.sized16be('qualifiedName', MAX_NAME_BYTES);
  cursor.end();
  return { ...head, name, qualifiedName };
}

/** Likewise. @throws FormatError */
export function readCreationBody(cursor: Cursor): TpmsAttestCreation {
  const head = readAttestHead(cursor);
  const objectName = cursor.sized16be('objectName', MAX_NAME_BYTES);
  const creationHash = cursor.sized16be('creationHash', MAX_DIGEST_BYTES);
  cursor.end();
  return { ...head, objectName, creationHash };
}
