import { z } from 'zod';
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
  row: z.int().min(1).describe('Of the file: the first row of data is 1, a CSV header is not counted.'),
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
  field: z.string().nullable(),
  message: z.string().nullable().describe('What is wrong and what to do about it.'),
});
export type PartyImportRow = z.infer<typeof partyImportRow>;

export const partyImportReport = z
  .strictObject({
    dryRun: z.boolean().describe('Nothing of the file was kept, and no row says where a leaf stands.'),
    rows: z.int(),
    created: z.int(),
    changed: z.int(),
    unchanged: z.int(),
    rejected: z.int(),
    results: z.array(partyImportRow).describe('One for each row, in the order of the file.'),
  })
  .describe(
    'What became of each row, or would become of it now. Accepted rows are kept although others are rejected; a repetition changes nothing.',
  );
export type PartyImportReport = z.infer<typeof partyImportReport>;
