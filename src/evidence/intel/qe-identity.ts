import { z } from 'zod';
import type { JsonValue } from '../../bytes/json.ts';
import {
  type Dated,
  dated,
  evaluationNumber,
  hexOf,
  type IsvLevel,
  isvLevels,
  readFields,
  svn16,
} from './document-fields.ts';

/** Enclave identity version 2 of a quoting enclave (Intel PCS API v4). Hexadecimal in lower case. */
export type QeIdentity = {
  /** `QE` or `TD_QE`; `QVE` is a verifier's. */
  readonly id: string;
  readonly version: number;
  readonly issueDate: Dated;
  readonly nextUpdate: Dated;
  readonly tcbEvaluationDataNumber: number;
  /** 4 bytes in the order of the report's, which is little-endian. */
  readonly miscSelect: number;
  readonly miscSelectMask: number;
  /** 16 bytes, in the order of the report's. */
  readonly attributes: Uint8Array;
  readonly attributesMask: Uint8Array;
  /** 32 bytes. */
  readonly mrSigner: string;
  readonly isvProdId: number;
  /** The newest first. */
  readonly levels: readonly IsvLevel[];
};

const word = hexOf(4).transform((text) => Buffer.from(text, 'hex').readUInt32LE());
const octets16 = hexOf(16).transform((text) => Uint8Array.from(Buffer.from(text, 'hex')));

const schema = z
  .object({
    id: z.string().max(16),
    version: z.int(),
    issueDate: dated,
    nextUpdate: dated,
    tcbEvaluationDataNumber: evaluationNumber,
    miscselect: word,
    miscselectMask: word,
    attributes: octets16,
    attributesMask: octets16,
    mrsigner: hexOf(32),
    isvprodid: svn16,
    tcbLevels: isvLevels,
  })
  .transform(
    ({ miscselect, miscselectMask, mrsigner, isvprodid, tcbLevels, ...rest }): QeIdentity => ({
      ...rest,
      miscSelect: miscselect,
      miscSelectMask: miscselectMask,
      mrSigner: mrsigner,
      isvProdId: isvprodid,
      levels: tcbLevels,
    }),
  );

/** @throws FormatError `bad_value`, for an unknown status too */
export function readQeIdentity(value: JsonValue): QeIdentity {
  return readFields(schema, value, 'enclaveIdentity');
}
