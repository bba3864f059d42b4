import { z } from 'zod';
import { country } from '../../protocol/country.ts';
import { INCIDENT_KINDS } from '../../protocol/incident-kind.ts';

const name = z.string().regex(/^[a-z][a-zA-Z0-9]{0,62}$/, 'must be camel-cased letters and digits');

const chip = z.strictObject({
  tpp: z.int().min(1).describe('2 x MacTOPS x bit length, summed over dies, the maximum over formats.'),
  format: z.string().min(1).max(40).describe('The number format that gives the maximum, e.g. fp8.'),
  source: z.string().min(1).max(300),
  ruleVersion: z.string().min(1).max(100).describe('The definition of TPP that was computed by.'),
  dramBandwidthGBs: z.int().min(1).optional(),
});

/** What a pack's rules rest on and a government may change: figures, not sentences. Rules read all but `chips` and `reportDays`. */
export const packData = z.strictObject({
  countries: z.record(name, z.array(country).min(1)).describe('Country groups and tiers.'),
  lists: z
    .record(name, z.array(z.string().min(1).max(100)).min(1))
    .describe('Levels, purposes, certifications.'),
  limits: z.record(name, z.int().min(0)).describe('Caps and ages; the unit stands in the name.'),
  chips: z
    .record(z.string().min(1).max(100), chip)
    .describe('Models by name: a request is counted by these.'),
  reportDays: z
    .partialRecord(z.enum(INCIDENT_KINDS), z.int().min(1).max(3650))
    .optional()
    .describe(
      'Within how many days incidents of a kind must be reported that concern licences under the pack.',
    ),
});
export type PackData = z.infer<typeof packData>;
