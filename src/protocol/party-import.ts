import { z } from 'zod';
import { reportOfFile, rowNumber, whyRejected } from './import-report.ts';
import { fileReference, partyRequest } from './party.ts';
import { leafIndex, partyId } from './registry.ts';

/** A row of an import: what a request says, told apart by its reference; parents may be named by theirs. */
export const partyRow = partyRequest
  .extend({
    reference: fileReference,
    parentReference: fileReference.optional(),
    ultimateParentReference: fileReference.optional(),
  })
  .refine(({ parentId, parentReference }) => parentId === undefined || parentReference === undefined, {
    path: ['parentReference'],
    message: 'name a parent by its id or by its reference, not by both',
  })
  .refine(
    ({ ultimateParentId, ultimateParentReference }) =>
      ultimateParentId === undefined || ultimateParentReference === undefined,
    {
      path: ['ultimateParentReference'],
      message: 'name a parent by its id or by its reference, not by both',
    },
  );
export type PartyRow = z.infer<typeof partyRow>;

const partyImportRow = z.strictObject({
  row: rowNumber,
  outcome: z.enum(['created', 'changed', 'unchanged', 'rejected']),
  partyId: partyId.nullable(),
  leafIndex: leafIndex.nullable(),
  code: z
    .enum([
      'row_malformed',
      'field_invalid',
      'field_unknown',
      'duplicate_row',
      'parent_unknown',
      'ownership_loops',
      'ownership_contradicts',
      'source_missing',
      'not_yours',
    ])
    .nullable(),
  ...whyRejected,
});
export type PartyImportRow = z.infer<typeof partyImportRow>;

export const partyImportReport = reportOfFile(
  { created: z.int(), changed: z.int(), unchanged: z.int(), rejected: z.int() },
  partyImportRow,
);
export type PartyImportReport = z.infer<typeof partyImportReport>;
