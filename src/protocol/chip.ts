import { z } from 'zod';
import { instant, sha256Hex } from './encoding.ts';

const mismatch = z.strictObject({
  index: z.int().describe("As NVIDIA's manifests count: index i is block i + 1 of the report."),
  expected: z.array(z.string()).describe('Any of these would have done.'),
  actual: z.string().nullable(),
});

const measuredComponent = z
  .strictObject({
    component: z.enum(['driver', 'vbios']),
    rimId: z
      .string()
      .nullable()
      .describe("As NVIDIA's service names the manifest; null where the report does not say."),
    verdict: z
      .enum(['match', 'mismatch', 'unknown'])
      .describe('unknown: nothing was compared, for no manifest is at hand that may be relied upon.'),
    mismatches: z.array(mismatch),
    why: z.string().nullable().describe('Why it is unknown.'),
  })
  .describe("One component's measurements against NVIDIA's reference values.");
export type MeasuredComponent = z.infer<typeof measuredComponent>;

/** A GPU or switch as the evidence shows it. */
export const chipEvidence = z.strictObject({
  item: z.string().describe('The label of its item in the submission.'),
  outcome: z
    .enum(['attested', 'unproven', 'refused'])
    .describe(
      'attested: everything was asked and holds. unproven: the chip answered, and something could not be asked. refused: a check failed, and what follows is what was said, not what is proven.',
    ),
  identity: sha256Hex
    .nullable()
    .describe(
      'SHA-256 of the key that NVIDIA certified as the chip’s (SubjectPublicKeyInfo, DER); null where it cannot be read.',
    ),
  ueid: z.string().nullable().describe("The leaf's serial number, decimal: EAT's ueid as NVIDIA writes it."),
  model: z.string().nullable().describe("The chip's certified name: EAT's hwmodel."),
  chip: z.string().nullable().describe('GH100, GB100, LS10, ...'),
  driverVersion: z.string().nullable(),
  vbiosVersion: z.string().nullable(),
  mode: z.enum(['spt', 'mpt', 'ppcie']).nullable(),
  fwid: z
    .enum(['match', 'mismatch', 'absent'])
    .nullable()
    .describe(
      'Whether the firmware that answered is the one that the leaf was issued for; absent: it does not say.',
    ),
  measurements: z.array(measuredComponent).describe('Empty where nothing authentic was measured.'),
  validUntil: instant
    .nullable()
    .describe('The earliest end of certificates, OCSP responses and manifests; null where refused.'),
});
export type ChipEvidence = z.infer<typeof chipEvidence>;
