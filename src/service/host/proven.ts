import { chipFactsUnder, DECLARED, deviceFactsUnder } from '../../appraisal/facts.ts';
import { factsOfHost } from '../../appraisal/facts-of-host.ts';
import { matchReferenceSets } from '../../appraisal/match.ts';
import { settled } from '../../bytes/canonical-json.ts';
import { Derived } from '../../policy/derived.ts';
import type { Facts } from '../../protocol/facts.ts';
import { measuredState } from '../../store/attestation/device-state.ts';
import type { View } from '../../store/port.ts';
import { type AtOnce, whenThere } from '../at-once.ts';
import type { Context } from '../context.ts';
import { SELF_KIND } from '../enrolment/link-devices.ts';
import { dateOrNull, earliest } from '../instants.ts';
import { type PlacedState, placedFacts } from '../location/place.ts';
import { anchorsInForce } from '../trust/anchors-in-force.ts';
import { effectiveTrust } from '../trust/effective.ts';
import { readMeasured } from './measured.ts';
import type { ProvenChip } from './proven-chip.ts';

/** What the store knows of the newest submission of a device's host; nulls where there is no host. */
export type SubmittedState = PlacedState & {
  readonly host_id: string | null;
  readonly host_kind: 'tpm' | 'tee' | null;
  readonly outcome: 'accepted' | 'refused' | null;
  readonly evidence_at_ms: number | null;
  readonly facts: string | null;
  readonly valid_until_ms: number | null;
  /** Absent where nobody asks for them. */
  readonly reference_sets?: string | null;
  /** The epoch of trust by which it was judged, and the one that is now. */
  readonly trust_epoch: number | null;
};

/** What a host's newest submission proves under the trust inputs that are in force now. */
export type Proven = {
  readonly outcome: 'accepted' | 'refused';
  /** When the nonce of that submission was issued: its age counts from there. */
  readonly evidenceAt: Date;
  /** What the host enrolled by: the one device of its own that `facts` are of. */
  readonly kind: 'tpm' | 'tee';
  /** Of the host's own TPM or guest. */
  readonly facts: Facts;
  /** Names of the reference sets that it matches. */
  readonly referenceSets: readonly string[];
  /** The earliest end of keys, certificates, collateral and grace that it rests on; null if none is known. */
  readonly validUntil: Date | null;
  /** When the nonce was issued that its place was proven under; null where there is none, or that was not kept. */
  readonly placeAt: Date | null;
  /** When the proof of its place and the audit of its facility end, which are in `facts`; null where there is none. */
  readonly placeUntil: Date | null;
  readonly auditUntil: Date | null;
};

const NOTHING = {
  outcome: 'refused',
  facts: DECLARED,
  referenceSets: [],
  placeAt: null,
  placeUntil: null,
  auditUntil: null,
} as const;

type Judged = Omit<Proven, 'evidenceAt' | 'kind' | 'placeAt' | 'placeUntil' | 'auditUntil'>;

/**
 * Reads what a host proved. Where trust inputs changed since, the stored measurements are compared again: a set that was
 * withdrawn no longer counts, a root that fell takes its hosts with it, and what was approved meanwhile counts at once.
 *
 * @returns null where there is no host, or it has submitted nothing since it was enrolled
 */
export function provenNow(context: Context, view: View, state: SubmittedState): AtOnce<Proven | null> {
  const { host_id: hostId, host_kind: kind, outcome, evidence_at_ms: evidenceAtMs, facts } = state;
  if (hostId === null || kind === null || outcome === null || evidenceAtMs === null) return null;
  const validUntil = dateOrNull(state.valid_until_ms);
  const known = { evidenceAt: new Date(evidenceAtMs), kind, validUntil };
  if (outcome === 'refused' || facts === null) return { ...known, ...NOTHING };
  if (state.epoch === null || state.trust_epoch !== state.epoch) {
    return provenAgain(context, view, state, { ...known, hostId });
  }
  const { reference_sets: sets } = state;
  const referenceSets: readonly string[] = sets === undefined || sets === null ? [] : JSON.parse(sets);
  return whenThere(placedFacts(context, view, state, readFacts(facts)), (placed) => ({
    ...known,
    outcome,
    referenceSets,
    ...placed,
  }));
}

async function provenAgain(
  context: Context,
  view: View,
  state: SubmittedState,
  { hostId, ...known }: Pick<Proven, 'evidenceAt' | 'kind' | 'validUntil'> & { readonly hostId: string },
): Promise<Proven> {
  const judged = await judgedAgain(context, view, hostId, known.validUntil);
  if (judged.outcome === 'refused') return { ...known, ...NOTHING };
  return { ...known, ...judged, ...(await placedFacts(context, view, state, judged.facts)) };
}

async function judgedAgain(
  context: Context,
  view: View,
  hostId: string,
  validUntil: Date | null,
): Promise<Omit<Judged, 'validUntil'> & Partial<Pick<Judged, 'validUntil'>>> {
  const state = await view.first(measuredState, { hostId });
  const trust = await effectiveTrust(context, view);
  const inForce = anchorsInForce(trust);
  const trusted = (anchor: string): boolean => inForce.has(anchor);
  const measured = state === undefined ? null : readMeasured(state, trusted);
  if (state === undefined || measured === null || measured.restsOn.length === 0) return NOTHING;
  if (!measured.restsOn.every(trusted)) return NOTHING;
  const matches = matchReferenceSets(measured.state, trust.referenceSets, {
    facilityId: state.facility_id,
    at: context.clock(),
  });
  if (matches.some(({ denied }) => denied.length > 0)) return NOTHING;
  const matched = matches.filter(({ differences }) => differences.length === 0);
  return {
    outcome: 'accepted',
    facts: factsOfHost(
      state.kind,
      matched.map(({ reference }) => reference.set),
    ),
    referenceSets: matched.map(({ reference }) => reference.set.name),
    validUntil: earliest([validUntil, ...matched.map(({ outcome }) => outcome?.acceptedUntil ?? null)]),
  };
}

/** Most hosts have the same facts as most others: each text is parsed once. */
const parsed = new Map<string, Facts>();
const MAX_PARSED = 1_000;

function readFacts(text: string): Facts {
  let facts = parsed.get(text);
  if (facts === undefined) {
    facts = settled(JSON.parse(text) as Facts); // what `submitEvidence` wrote
    if (parsed.size >= MAX_PARSED) parsed.clear();
    parsed.set(text, facts);
  }
  return facts;
}

/**
 * What is known of a device on a host: the TPM or guest that it enrolled by speaks for itself, and so does a GPU or switch
 * whose own report was verified; everything else stands on somebody's word.
 *
 * @param chip null where the host's newest submission does not show the device
 */
export function factsOfDevice(kind: string, proven: Proven | null, chip: ProvenChip | null): Facts {
  if (proven === null || proven.outcome === 'refused') return DECLARED;
  if (kind === SELF_KIND[proven.kind]) return proven.facts;
  if (chip === null) return DECLARED_DEVICES.of(proven.facts, null);
  return (chip.outcome === 'attested' ? ATTESTED_CHIPS : REPORTED_CHIPS).of(proven.facts, null);
}

/** Facts that hosts share make facts that their devices share. */
const DECLARED_DEVICES = new Derived((host: Facts, _: null) => deviceFactsUnder(host, 'declared'));
const REPORTED_CHIPS = new Derived((host: Facts, _: null) => chipFactsUnder(host, 'host-reported'));
const ATTESTED_CHIPS = new Derived((host: Facts, _: null) => chipFactsUnder(host, 'attested'));
