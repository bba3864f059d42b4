import { z } from 'zod';
import { day, instant } from './encoding.ts';
import { identifier } from './identifier.ts';
import { reportOfFile, rowNumber, whyRejected } from './import-report.ts';
import { listVersion, standing } from './party.ts';
import { receiptOfChange } from './receipt.ts';
import { leafIndex, partyId, reason } from './registry.ts';

const reviewer = z.string().trim().min(1).max(200).describe('Who looked at what the tool found.');

/** A person's word on a party. */
export const screeningRequest = z
  .strictObject({
    standing,
    listVersion: listVersion
      .optional()
      .describe(
        'Against which list. While one is in force, a party that is clear against no list is not screened.',
      ),
    clearUntil: instant.optional().describe('When the screening lapses; only with `clear`.'),
    reason,
  })
  .refine(({ standing: word, clearUntil }) => clearUntil === undefined || word === 'clear', {
    path: ['clearUntil'],
    message: 'goes with the standing clear alone',
  });

/** One row of an import: what a screening tool found. */
export const screeningRun = z.strictObject({
  partyId,
  listVersion,
  outcome: z.enum(['clear', 'hit', 'review']).describe('`hit` denies, `review` is not yet clear.'),
  reviewer,
  date: day.describe('When the party was screened.'),
});
export type ScreeningRunRequest = z.infer<typeof screeningRun>;

const screeningRow = z.strictObject({
  row: rowNumber,
  outcome: z
    .enum(['recorded', 'unchanged', 'rejected'])
    .describe('`unchanged`: this very run was on record before.'),
  partyId: partyId.nullable(),
  standing: standing.nullable().describe("The party's, after this row."),
  leafIndex: leafIndex.nullable(),
  code: z
    .enum([
      'row_malformed',
      'field_invalid',
      'field_unknown',
      'party_unknown',
      'date_ahead',
      'list_unknown',
      'renamed_since',
    ])
    .nullable(),
  ...whyRejected,
});
export type ScreeningRow = z.infer<typeof screeningRow>;

export const screeningReport = reportOfFile(
  { recorded: z.int(), unchanged: z.int(), rejected: z.int() },
  screeningRow,
);
export type ScreeningReport = z.infer<typeof screeningReport>;

const pastRun = z
  .strictObject({
    id: identifier('scr', 'A screening of a party.'),
    listVersion: z.string(),
    outcome: z.enum(['clear', 'hit', 'review']),
    reviewer: z.string(),
    date: z.string(),
    importedBy: z.string(),
    importedAt: instant,
    leafIndex,
  })
  .describe('What a screening tool found.');
export type PastRunAnswer = z.infer<typeof pastRun>;
export const pastRuns = z.strictObject({ items: z.array(pastRun) });

/** As long as a grant lasts at most: none of before is left to be suspended then. */
const MAX_GRACE_SECONDS = 7 * 86_400;

const graceSeconds = z
  .int()
  .min(0)
  .max(MAX_GRACE_SECONDS)
  .describe(
    'For how long what was granted before stands for parties that were screened against the list before; 0: suspended now. New decisions are denied at once.',
  );

export const screeningListRequest = z.strictObject({
  version: listVersion,
  /** Screening tools run each night. */
  graceSeconds: graceSeconds.default(86_400),
  reason,
});
export const screeningList = z
  .strictObject({
    version: z.string(),
    reason: z.string(),
    declaredBy: z.string(),
    declaredAt: instant,
    graceSeconds,
    leafIndex,
    receipt: receiptOfChange,
  })
  .describe('A version of the list of those who may not be served: the newest is in force.');
export type ScreeningListAnswer = z.infer<typeof screeningList>;
export const screeningLists = z.strictObject({ items: z.array(screeningList) });
