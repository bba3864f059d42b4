import { z } from 'zod';
import { base64Url } from './encoding.ts';

/** Acts as auditors read them, for whoever mirrors a log: each with the salt that its leaf was made with. */
export const actPage = z.strictObject({
  acts: z.array(
    z.strictObject({
      leafIndex: z.int().min(0),
      type: z.string(),
      atMs: z.int().describe('Milliseconds since the epoch.'),
      tenant: z.string(),
      body: z.string().describe('JSON, as it was hashed.'),
      salt: base64Url(32, "The leaf's salt."),
    }),
  ),
});

/** What is kept of things that acts speak of, as text, since that is what has a digest. */
export const keptAppraisal = z.strictObject({
  leafIndex: z.int().min(0),
  evidenceSha256: z.string(),
  answer: z.string().describe('The text of the answer, its receipt aside.'),
  inputs: z.string().nullable().describe('The text of what it was judged by.'),
});

export const keptDecision = z.strictObject({
  leafIndex: z.int().min(0),
  answer: z.string().describe('JSON of the answer, its receipt aside.'),
});

export const keptTrustInputs = z.strictObject({
  items: z.array(
    z.strictObject({
      id: z.string(),
      kind: z.string(),
      name: z.string(),
      version: z.string(),
      digest: z.string(),
      content: z.string().describe('Canonical JSON.'),
      self_approved: z.int(),
      publisher_id: z.string().nullable(),
    }),
  ),
});

/** Which act deleted, by rule, what another speaks of. */
export const deletedBy = z.strictObject({ deletion: z.int().min(0) });

/** Kinds of records, and how each is named. */
export const RECORD_KINDS = [
  'appraisals',
  'decisions',
  'weighed',
  'trust-inputs',
  'evidence',
  'documents',
  'deleted',
  'deletions',
] as const;
export type RecordKind = (typeof RECORD_KINDS)[number];

/** One line of a batch: a record, as the route of its kind answers it, or at the end behind which leaf to go on. */
export const recordLine = z.union([
  z.strictObject({ kind: z.enum(RECORD_KINDS), id: z.string(), text: z.string().describe('JSON.') }),
  z.strictObject({ kind: z.enum(RECORD_KINDS), id: z.string(), base64: z.base64() }),
  z.strictObject({
    next: z.int().min(-1).nullable().describe('`after` of the next request; null: nothing is left.'),
  }),
]);
export type RecordLine = z.infer<typeof recordLine>;
