import { reaches } from '../appraisal/levels.ts';
import type { DeviceEvidence, FacilityState } from './inputs.ts';
import type { LicenceConditions } from './licence.ts';
import type { Deny } from './reasons.ts';

/** Those whom an auditor of a facility must have nothing to do with. */
export const AUDITED = ['exporter', 'operator', 'importer', 'end-user', 'party'] as const;
export type Audited = (typeof AUDITED)[number];

/**
 * Whether whoever audited a facility is related to those whom the audit is about. `to`: to whom, or whose owners are not declared; `auditor`
 * where they are its own.
 */
export type AuditStanding =
  | { readonly standing: 'independent'; readonly to: null }
  | { readonly standing: 'related'; readonly to: Audited }
  | { readonly standing: 'unproven'; readonly to: Audited | 'auditor' };

/** As sentences call them. */
export const CALLED: { readonly [who in Audited | 'auditor']: string } = {
  auditor: 'the auditor',
  exporter: 'the exporter',
  operator: 'the operator',
  importer: 'the importer',
  'end-user': 'the end user',
  party: 'a party of the licence',
};

/** Whether the audit of a facility counts, as far as its auditor goes. Nothing is said of one that nobody audited. */
export function auditCounts(facility: FacilityState | undefined): boolean {
  return facility?.audit === undefined || facility.audit.standing === 'independent';
}

/** Evidence as it counts at its facility: an audit by somebody who is related, or not shown to be unrelated, is none. A signal of tampering stays. */
export function evidenceCounting(
  evidence: DeviceEvidence,
  facility: FacilityState | undefined,
): DeviceEvidence {
  const { facts } = evidence;
  if (facts.audit.auditedAt === null || auditCounts(facility)) return evidence;
  return { ...evidence, facts: { ...facts, audit: { ...facts.audit, auditedAt: null } }, auditUntil: null };
}

/** Denies where the licence asks for an audit, and the one that is in force is by somebody who may not audit here. */
export function decideAuditor(
  { minimumLevel = 'G0' }: LicenceConditions,
  facility: FacilityState | undefined,
  deny: Deny,
): void {
  if (facility?.audit === undefined || !reaches(minimumLevel, 'G4')) return;
  const { id, audit } = facility;
  const subject = `facility:${id}`;
  if (audit.standing === 'related') {
    const sentence = `Whoever audited the facility ${id} has an owner in common with ${CALLED[audit.to]}, or is of one house with it.`;
    deny('facility.auditor-related', subject, sentence);
  }
  if (audit.standing === 'unproven') {
    const sentence = `Nobody has declared who owns ${CALLED[audit.to]}: it is not shown that the auditor of the facility ${id} is unrelated.`;
    deny('facility.auditor-unproven', subject, sentence);
  }
}
