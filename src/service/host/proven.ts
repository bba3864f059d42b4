import { DECLARED, deviceFactsUnder } from '../../appraisal/facts.ts';
import { factsOfHost } from '../../appraisal/facts-of-host.ts';
import { matchReferenceSets } from '../../appraisal/match.ts';
import type { Facts } from '../../protocol/facts.ts';
import { measuredState } from '../../store/attestation/device-state.ts';
import type { View } from '../../store/port.ts';
import type { Context } from '../context.ts';
import { effectiveTrust } from '../trust/effective.ts';
import { ekAnchorDigests } from '../trust/ek-anchors.ts';
import { readMeasured } from './measured.ts';

/** What the store knows of the newest submission of a device's host; nulls where there is no host. */
export type SubmittedState = {
  readonly host_id: string | null;
  readonly outcome: 'accepted' | 'refused' | null;
  readonly evidence_at_ms: number | null;
  readonly facts: string | null;
  /** Absent where nobody asks for them. */
  readonly reference_sets?: string | null;
  /** The epoch of trust by which it was judged, and the one that is now. */
  readonly trust_epoch: number | null;
  readonly epoch: number | null;
};

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

const NOTHING = { outcome: 'refused', facts: DECLARED, referenceSets: [] } as const;

/**
 * Reads what a host proved. Where trust inputs changed since, the stored measurements are compared again: a set that was
 * withdrawn no longer counts, a root that fell takes its hosts with it, and what was approved meanwhile counts at once.
 *
 * @returns null where there is no host, or it has submitted nothing since it was enrolled
 */
export async function provenNow(context: Context, view: View, state: SubmittedState): Promise<Proven | null> {
  const { host_id: hostId, outcome, evidence_at_ms: evidenceAtMs, facts, reference_sets: sets } = state;
  if (hostId === null || outcome === null || evidenceAtMs === null) return null;
  const evidenceAt = new Date(evidenceAtMs);
  if (outcome === 'refused' || facts === null) return { evidenceAt, ...NOTHING };
  if (state.epoch === null || state.trust_epoch !== state.epoch) {
    return { evidenceAt, ...(await judgedAgain(context, view, hostId)) };
  }
  return { outcome, evidenceAt, facts: readFacts(facts), referenceSets: JSON.parse(sets ?? '[]') };
}

async function judgedAgain(
  context: Context,
  view: View,
  hostId: string,
): Promise<Omit<Proven, 'evidenceAt'>> {
  const state = await view.first(measuredState, { hostId });
  const trust = await effectiveTrust(context, view);
  if (state === undefined || !ekAnchorDigests(trust).has(state.ek_anchor)) return NOTHING;
  const { pcrs, firmware_version: firmwareVersion } = state;
  if (pcrs === null || firmwareVersion === null) return NOTHING;
  const matches = matchReferenceSets(readMeasured({ pcrs, firmwareVersion }), trust.referenceSets, {
    facilityId: state.facility_id,
    at: context.clock(),
  });
  if (matches.some(({ denied }) => denied.length > 0)) return NOTHING;
  const matched = matches.filter(({ differences }) => differences.length === 0);
  return {
    outcome: 'accepted',
    facts: factsOfHost(
      'tpm',
      matched.map(({ reference }) => reference.set),
    ),
    referenceSets: matched.map(({ reference }) => reference.set.name),
  };
}

/** Most hosts have the same facts as most others: each text is parsed once. */
const parsed = new Map<string, Facts>();
const MAX_PARSED = 1_000;

function readFacts(text: string): Facts {
  let facts = parsed.get(text);
  if (facts === undefined) {
    facts = Object.freeze(JSON.parse(text)) as Facts; // what `submitEvidence` wrote
    if (parsed.size >= MAX_PARSED) parsed.clear();
    parsed.set(text, facts);
  }
  return facts;
}

/** What is known of a device on a host: its own TPM speaks for itself, everything else stands on somebody's word. */
export function factsOfDevice(kind: string, proven: Proven | null): Facts {
  if (proven === null || proven.outcome === 'refused') return DECLARED;
  return kind === 'host-tpm' ? proven.facts : deviceFactsUnder(proven.facts, 'declared');
}
