import { z } from 'zod';
import { check, notPerformed } from './check.ts';
import { chipEvidence } from './chip.ts';
import { instant, sha256Hex } from './encoding.ts';
import { facts, level } from './facts.ts';
import { reason } from './reason.ts';
import { reportedGpu } from './reported-gpu.ts';

const bootEvent = z
  .strictObject({
    pcr: z.int(),
    index: z
      .int()
      .nullable()
      .describe('Its position in the boot log, from 0; null where the log ends before it.'),
    sentence: z.string().describe('What it is, and what was expected in its place.'),
  })
  .describe('The first event of the boot log in which a register differs.');
export type BootEvent = z.infer<typeof bootEvent>;

const difference = z
  .strictObject({
    field: z.string().describe('What differs, e.g. pcr.sha256.7, tdx.mrTd or snp.reportedTcb.'),
    expected: z.array(z.string()).describe('Every value that the set allows.'),
    actual: z.string().nullable().describe('What the evidence says; null where it says nothing.'),
    event: bootEvent.optional(),
  })
  .describe('One value in which a host differs from a reference set.');
export type Difference = z.infer<typeof difference>;

const referenceSetName = z.strictObject({
  name: z.string(),
  version: z.string(),
  digest: sha256Hex,
  sealed: z.boolean().describe('Whether its publisher vouches that keys cannot leave such a host.'),
});
export type ReferenceSetName = z.infer<typeof referenceSetName>;

const missing = z.strictObject({ code: z.string(), sentence: z.string(), mend: z.string() });
export type Missing = z.infer<typeof missing>;

export const appraisedDevice = z.strictObject({
  id: z.string(),
  kind: z
    .string()
    .describe('host-tpm for the TPM of the host itself, host-tee for its confidential guest; gpu or switch.'),
  facts,
  level,
  chip: chipEvidence.optional().describe('Of a GPU or switch that was in the evidence.'),
  reported: reportedGpu.optional(),
  label: z.string().describe('The level as shown: G2 says what attests the host (G2-tpm, G2-tee).'),
  next: z
    .strictObject({ level, missing: z.array(missing) })
    .nullable()
    .describe('What the next level asks for and this device lacks; null at G4.'),
});
export type AppraisedDevice = z.infer<typeof appraisedDevice>;

const violation = z
  .strictObject({ code: z.string(), subject: z.string(), sentence: z.string() })
  .describe('Authentic evidence of something forbidden: held for review until a person clears it.');
export type Violation = z.infer<typeof violation>;

export const weakness = z
  .strictObject({ code: z.string(), sentence: z.string() })
  .describe('Something weak that the policy in force accepts by name.');
export type Weakness = z.infer<typeof weakness>;

const collateralUse = z
  .strictObject({
    name: z.string().describe('What it is: tcbInfo, qeIdentity, rootCrl, pckCrl, ...'),
    sha256: sha256Hex,
    issuedAt: z.string().describe('RFC 3339, as its maker states it.'),
    nextUpdate: z.string().describe('RFC 3339, as its maker states it.'),
  })
  .describe("A maker's document that the verification rested on.");

/** What one submission proves. Refused: nothing is proven by it, and the reasons say why. */
export const appraisal = z.strictObject({
  outcome: z.enum(['accepted', 'refused']),
  at: instant,
  devices: z.array(appraisedDevice),
  checks: z.array(check),
  notPerformed: z.array(notPerformed),
  reasons: z.array(reason),
  referenceSets: z.strictObject({
    matched: z.array(referenceSetName),
    nearest: z
      .strictObject({ set: referenceSetName, differences: z.array(difference) })
      .nullable()
      .describe('Where none matched: the set that differs least, and in what.'),
  }),
  violations: z.array(violation),
  // Answers that were kept before there were these three have none.
  weaknesses: z
    .array(weakness)
    .default([])
    .describe('Of an accepted result: what a reader should weigh all the same.'),
  collateral: z.array(collateralUse).default([]),
  validUntil: instant
    .nullable()
    .default(null)
    .describe('The earliest end of what an accepted result rests on; null where nothing was accepted.'),
  evidence: z
    .array(z.strictObject({ label: z.string(), mediaType: z.string(), sha256: sha256Hex }))
    .describe('Digests of the items (domain bundle-item), never the items.'),
  trustInputs: z.array(sha256Hex).describe('Digests of everything this result was judged by.'),
  selfApproved: z
    .boolean()
    .describe(
      'True where one principal both proposed and approved what this was judged by: demonstrations only.',
    ),
});
export type Appraisal = z.infer<typeof appraisal>;
