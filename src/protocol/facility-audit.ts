import { z } from 'zod';
import { instant, sha256Hex } from './encoding.ts';
import { facilityId } from './registry.ts';
import { trustInput } from './trust.ts';

const DAY_MS = 86_400_000;
/** An audit is dated: after this nobody has looked for too long. */
const MAX_VALIDITY_MS = 396 * DAY_MS;

const found = {
  auditedAt: instant.describe('When somebody was there.'),
  validUntil: instant.describe('At most 396 days later.'),
  tamperSignal: z
    .boolean()
    .describe(
      'A broken seal, an open cage, a machine that was moved. Counts at once, without a second person.',
    ),
  reportSha256: sha256Hex.describe('Of the report, which stays with the auditor.'),
  summary: z.string().trim().min(3).max(2000),
};

type Dated = { readonly auditedAt: string; readonly validUntil: string };
const isDated = ({ auditedAt, validUntil }: Dated): boolean => {
  const days = Date.parse(validUntil) - Date.parse(auditedAt);
  return days > 0 && days <= MAX_VALIDITY_MS;
};
const DATED = { path: ['validUntil'], message: 'must be after auditedAt, by 396 days at most' };

/** `POST /v1/facilities/{facilityId}/audits` */
export const facilityAuditRequest = z.strictObject(found).refine(isDated, DATED);
export type FacilityAuditRequest = z.infer<typeof facilityAuditRequest>;

/** As it is kept, and approved by another: a version of the trust input `audit.<facility>`. */
export const facilityAuditContent = z
  .strictObject({
    name: z.string(),
    version: z.string(),
    facilityId,
    ...found,
    auditor: z.string().describe('The principal that filed it.'),
    auditorParty: z
      .string()
      .nullable()
      .optional()
      .describe('Whose people the auditor was; null where nobody had said.'),
  })
  .refine(isDated, DATED)
  .describe('An independent audit of a facility: whether what stands there is what it says.');
export type FacilityAuditContent = z.infer<typeof facilityAuditContent>;

/** `GET /v1/facility-audits`: each with where it stands as a trust input. */
export const facilityAudit = trustInput
  .extend({ content: facilityAuditContent })
  .describe('An audit of a facility; it counts while `effective`, from `auditedAt` to before `validUntil`.');
export type FacilityAuditAnswer = z.infer<typeof facilityAudit>;
