import { type DocumentDates, type IsvLevel, isvLevels } from './tcb-info.ts';

export type QeIdentityFields = DocumentDates & {
  readonly id: string;
  readonly version: number;
  readonly tcbEvaluationDataNumber: number;
  /** Hexadecimal of the 4 bytes in their order, as of all that follow. */
  readonly miscselect: string;
  readonly miscselectMask: string;
  readonly attributes: string;
  readonly attributesMask: string;
  readonly mrSigner: string;
  readonly isvProdId: number;
  readonly tcbLevels: readonly IsvLevel[];
  /** Changes the text before it is signed, for what these fields cannot say. */
  readonly edit: (json: string) => string;
};

/** The inner object of a QE Identity version 2, compact and in Intel's order: exactly what is signed. */
export function writeQeIdentity(fields: QeIdentityFields): string {
  const document = {
    id: fields.id,
    version: fields.version,
    issueDate: fields.issueDate,
    nextUpdate: fields.nextUpdate,
    tcbEvaluationDataNumber: fields.tcbEvaluationDataNumber,
    miscselect: fields.miscselect,
    miscselectMask: fields.miscselectMask,
    attributes: fields.attributes,
    attributesMask: fields.attributesMask,
    mrsigner: fields.mrSigner,
    isvprodid: fields.isvProdId,
    tcbLevels: isvLevels(fields.tcbLevels),
  };
  return fields.edit(JSON.stringify(document));
}
