import { Cursor } from '../../../../bytes/cursor.ts';
import { algorithmText, hashAlgorithmById, MAX_DIGEST_BYTES, TPM_ALG } from '../../algorithms.ts';
import { MAX_DATA_BYTES, MAX_NAME_BYTES } from '../../attest.ts';
import { type PcrSelection, readPcrSelection } from '../../pcr-selection.ts';

/** TPMS_CREATION_DATA (Part 2, 15.1): in what state of the TPM an object was made, and under which parent. */
export type TpmsCreationData = {
  /** The bytes that `creationHash` is of. */
  readonly raw: Uint8Array;
  readonly pcrSelect: PcrSelection;
  /** Of the selected PCRs, by the object's nameAlg. */
  readonly pcrDigest: Uint8Array;
  /** TPMA_LOCALITY (Part 2, 8.5). */
  readonly locality: number;
  /** A handle of four bytes for a primary object. */
  readonly parentName: Uint8Array;
  readonly parentQualifiedName: Uint8Array;
  /** What the caller of the creation asked to be noted. */
  readonly outsideInfo: Uint8Array;
};

/** Sixteen banks of selections, and five sized fields, stay below this. */
const MAX_CREATION_DATA_BYTES = 1024;

/**
 * Parses a TPM2B_CREATION_DATA (Part 2, 15.2), as tpm2-tools writes it with `--creation-data`. The input is copied.
 * @throws FormatError
 * @remarks Unverified: see `verifyTpmCreation`.
 */
export function parseTpm2bCreationData(bytes: Uint8Array): TpmsCreationData {
  const outer = new Cursor(Uint8Array.from(bytes), 'tpm2bCreationData');
  const raw = outer.sized16be('creationData', MAX_CREATION_DATA_BYTES);
  outer.end();
  const cursor = new Cursor(raw, 'tpmsCreationData');
  const pcrSelect = readPcrSelection(cursor);
  const pcrDigest = cursor.sized16be('pcrDigest', MAX_DIGEST_BYTES);
  const locality = cursor.u8('locality');
  checkParentAlgorithm(cursor);
  const parentName = cursor.sized16be('parentName', MAX_NAME_BYTES);
  const parentQualifiedName = cursor.sized16be('parentQualifiedName', MAX_NAME_BYTES);
  const outsideInfo = cursor.sized16be('outsideInfo', MAX_DATA_BYTES);
  cursor.end();
  return { raw, pcrSelect, pcrDigest, locality, parentName, parentQualifiedName, outsideInfo };
}

/** TPM_ALG_NULL for the child of a hierarchy, which has no name but its handle. */
function checkParentAlgorithm(cursor: Cursor): void {
  const id = cursor.u16be('parentNameAlg');
  if (id === TPM_ALG.NULL || hashAlgorithmById(id) !== undefined) return;
  throw cursor.unsupported('parentNameAlg', 'SHA-1, SHA-2 or none', algorithmText(id));
}
