import { DECLARED, deviceFactsUnder, hostTpmFacts } from '../../appraisal/facts.ts';
import { matchReferenceSets } from '../../appraisal/match.ts';
import type { AppraisedDevice } from '../../protocol/appraisal.ts';
import type { Facts } from '../../protocol/facts.ts';
import type { EffectiveTrust } from '../trust/effective.ts';
import { ekAnchorDigests } from '../trust/ek-anchors.ts';
import { readMeasured } from './measured.ts';

/** What the store knows of a host's newest submission. */
export type SubmittedState = {
  readonly ek_anchor: string;
  readonly outcome: 'accepted' | 'refused' | null;
  readonly evidence_at_ms: number | null;
  readonly devices: string;
  readonly reference_sets: string;
  readonly trust_epoch: number;
  readonly pcrs: string | null;
  readonly firmware_version: string | null;
};

type Joined = { readonly [C in keyof SubmittedState]: SubmittedState[C] | null };

/** A host's columns of an outer join; where there is no host nothing was submitted. */
export function submittedState(row: Joined): SubmittedState {
  return {
    ek_anchor: row.ek_anchor ?? '',
    outcome: row.outcome,
    evidence_at_ms: row.evidence_at_ms,
    devices: row.devices ?? '[]',
    reference_sets: row.reference_sets ?? '[]',
    trust_epoch: row.trust_epoch ?? -1,
    pcrs: row.pcrs,
    firmware_version: row.firmware_version,
  };
}

/** What a host's newest submission proves under the trust inputs that are in force now. */
export type Proven = {
  readonly outcome: 'accepted' | 'refused';
  /** When the nonce of that submission was issued: its age counts from there. */
  readonly evidenceAt: Date;
  /** Of the host's own TPM. */
  readonly facts: Facts;
  /** Names of the reference sets that it matches. */
  readonly referenceSets: readonly string[];
};

/**
 * Reads what a host proved. Where trust inputs changed since, the stored measurements are compared again: a set that was
 * withdrawn no longer counts, a root that fell takes its hosts with it, and what was approved meanwhile counts at once.
 *
 * @returns null where the host has submitted nothing since it was enrolled
 */
export function provenBy(state: SubmittedState, trust: EffectiveTrust): Proven | null {
  const { outcome, evidence_at_ms: evidenceAtMs } = state;
  if (outcome === null || evidenceAtMs === null) return null;
  const evidenceAt = new Date(evidenceAtMs);
  if (outcome === 'refused') return { outcome, evidenceAt, facts: DECLARED, referenceSets: [] };
  if (state.trust_epoch !== trust.epoch) return { evidenceAt, ...judgedAgain(state, trust) };
  const devices = JSON.parse(state.devices) as readonly Pick<AppraisedDevice, 'kind' | 'facts'>[]; // what `submitEvidence` wrote
  const facts = devices.find(({ kind }) => kind === 'host-tpm')?.facts ?? DECLARED;
  return { outcome, evidenceAt, facts, referenceSets: JSON.parse(state.reference_sets) };
}

function judgedAgain(
  { ek_anchor, pcrs, firmware_version: firmwareVersion }: SubmittedState,
  trust: EffectiveTrust,
): Omit<Proven, 'evidenceAt'> {
  const refused = { outcome: 'refused', facts: DECLARED, referenceSets: [] } as const;
  if (!ekAnchorDigests(trust).has(ek_anchor) || pcrs === null || firmwareVersion === null) return refused;
  const measured = readMeasured({ pcrs, firmwareVersion });
  const matches = matchReferenceSets(measured, trust.referenceSets);
  if (matches.some(({ denied }) => denied.length > 0)) return refused;
  const matched = matches.filter(({ differences }) => differences.length === 0);
  return {
    outcome: 'accepted',
    facts: hostTpmFacts(matched.length > 0),
    referenceSets: matched.map(({ reference }) => reference.set.name),
  };
}

/** What is known of a device on a host: its own TPM speaks for itself, everything else stands on somebody's word. */
export function factsOfDevice(kind: string, proven: Proven | null): Facts {
  if (proven === null || proven.outcome === 'refused') return DECLARED;
  return kind === 'host-tpm' ? proven.facts : deviceFactsUnder(proven.facts, 'declared');
}
