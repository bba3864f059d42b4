import type { JsonValue } from '../../bytes/json.ts';
import { type Dated, Fields, type IsvLevel } from './document-fields.ts';

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

/** @throws FormatError `bad_value`, for an unknown status too */
export function readQeIdentity(value: JsonValue): QeIdentity {
  const fields = new Fields(value, 'enclaveIdentity');
  const octets = (name: string, bytes: number): Buffer => Buffer.from(fields.hex(name, bytes), 'hex');
  return {
    id: fields.text('id'),
    version: fields.number('version', 65_535),
    issueDate: fields.dated('issueDate'),
    nextUpdate: fields.dated('nextUpdate'),
    tcbEvaluationDataNumber: fields.number('tcbEvaluationDataNumber', 0xffff_ffff),
    miscSelect: octets('miscselect', 4).readUInt32LE(),
    miscSelectMask: octets('miscselectMask', 4).readUInt32LE(),
    attributes: Uint8Array.from(octets('attributes', 16)),
    attributesMask: Uint8Array.from(octets('attributesMask', 16)),
    mrSigner: fields.hex('mrsigner', 32),
    isvProdId: fields.number('isvprodid', 65_535),
    levels: fields.isvLevels(),
  };
}
