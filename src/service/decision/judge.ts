import { canonicalJson } from '../../bytes/canonical-json.ts';
import { formatInstant } from '../../bytes/instant.ts';
import { plainJson } from '../../bytes/plain-json.ts';
import { canonicalDigest } from '../../evidence/digest.ts';
import { decideAllocation } from '../../policy/allocation.ts';
import { decide, GATE_POLICY } from '../../policy/decide.ts';
import { narrowed } from '../../policy/narrow.ts';
import type { Weighed } from '../../policy/weighed.ts';
import type { Decision, DecisionRequest, Verdict } from '../../protocol/decision.ts';
import type { LicenceTable } from '../../store/attestation/tables.ts';
import type { View } from '../../store/port.ts';
import type { Context } from '../context.ts';
import { newIdentifier } from '../identifier.ts';
import { readLicence } from '../licence/licences.ts';
import type { Principal } from '../principal.ts';
import { effectiveTrust } from '../trust/effective.ts';
import { type Gathered, gather } from './gather.ts';
import { askLedger, type LedgerAnswer } from './ledger.ts';

/** A decision before anything of it is written, with what it rests on. */
export type Judged = {
  readonly licence: LicenceTable;
  readonly gathered: Gathered;
  readonly decision: Omit<Decision, 'receipt'>;
  /** What follows in the books where it is allowed. */
  readonly ledger: LedgerAnswer;
  /** Canonical JSON of everything that was weighed (policy/weighed.ts). */
  readonly input: string;
};

/**
 * Judges a request in the caller's snapshot or unit of work: gather, ask the gate, and let whoever else must agree narrow what
 * it says. Nothing is written.
 *
 * @throws RequestError `not_found`
 */
export async function judge(
  context: Context,
  view: View,
  by: Principal,
  request: DecisionRequest,
): Promise<Judged> {
  const at = context.clock();
  const licence = await readLicence(view, by, request.licenceId);
  const trust = await effectiveTrust(context, view);
  const gathered = await gather(context, view, licence, request);
  const ledger = await askLedger(view, { licence, gathered, request, trust, at });
  const verdict = narrowed(verdictOn(gathered, request, at), ledger.reasons);
  const input = canonicalJson(plainJson({ ...weighed(gathered, request, at), ledger: ledger.weighed }));
  return {
    licence,
    gathered,
    input,
    ledger,
    decision: {
      ...verdict,
      id: newIdentifier('dec', context),
      licenceId: licence.id,
      action: request.action,
      chips: request.chips ?? [],
      at: formatInstant(at),
      dryRun: request.dryRun,
      policy: { ...GATE_POLICY },
      packs: [],
      ledger: [...ledger.drawn],
      notCounted: [...ledger.notCounted],
      inputSha256: request.dryRun ? null : canonicalDigest('decision-input', input),
      trustInputs: [...trust.digests],
      selfApproved: trust.selfApproved,
    },
  };
}

function verdictOn(gathered: Gathered, { action, devices, chips }: DecisionRequest, at: Date): Verdict {
  if (action === 'allocate') return decideAllocation({ ...gathered, chips: chips ?? [], at });
  return decide({ ...gathered, requested: devices ?? null, at });
}

function weighed(
  gathered: Gathered,
  { action, devices, chips }: DecisionRequest,
  at: Date,
): Omit<Weighed, 'ledger'> {
  const { licence, facilities, parties, latches } = gathered;
  const { id, status, conditionsSha256 } = licence;
  return {
    v: 1,
    action,
    at,
    licence: { id, status, conditionsSha256 },
    requested: devices ?? null,
    chips: chips ?? [],
    devices: gathered.devices,
    facilities,
    parties,
    latches,
  };
}
