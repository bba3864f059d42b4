import { canonicalPlainJson } from '../../bytes/canonical-json.ts';
import { canonicalDigest } from '../../evidence/digest.ts';
import type { DecisionRequest } from '../../protocol/decision.ts';
import { hasDecisionInput, insertDecision, insertDecisionInput } from '../../store/attestation/decisions.ts';
import type { Tx } from '../../store/port.ts';
import { recordAct } from '../acts.ts';
import type { Context } from '../context.ts';
import type { Judged } from './judge.ts';

type Recording = {
  readonly by: { readonly id: string };
  readonly judged: Judged;
  readonly purpose: DecisionRequest['purpose'];
};

/**
 * Writes a decision, the leaf that tells of it, and everything that it weighed, each by its digest.
 * @returns the index of the leaf
 */
export async function recordDecision(
  context: Context,
  tx: Tx,
  { by, judged, purpose }: Recording,
): Promise<number> {
  const { decision, licence, gathered } = judged;
  const { id, action, outcome, reasons, devices, inputSha256 } = decision;
  const { tenant } = licence;
  const at = new Date(decision.at);
  const body = {
    decisionId: id,
    licenceId: licence.id,
    action,
    outcome,
    reasons: [...new Set(reasons.map(({ code }) => code))],
    devices: devices.length,
    allowed: devices.filter(({ allowed }) => allowed).length,
    chips: decision.chips,
    validUntil: decision.validUntil,
    trustInputs: decision.trustInputs,
    policy: decision.policy,
    packs: decision.packs,
    purpose: purpose ?? null,
    inputSha256,
    answerSha256: canonicalDigest('decision', canonicalPlainJson(decision)),
    by: by.id,
  };
  const leafIndex = await recordAct(tx, context, { type: 'decision', at, tenant, body });
  const { conditionsSha256: sha256 } = gathered.licence;
  // Most licences are decided about again and again under the same conditions.
  const isKept = (await tx.first(hasDecisionInput, { sha256 })) !== undefined;
  if (!isKept) await keep(tx, sha256, licence.conditions);
  if (inputSha256 !== null) await keep(tx, inputSha256, judged.input);
  await tx.run(insertDecision, {
    id,
    licence_id: licence.id,
    tenant,
    outcome,
    at_ms: at.getTime(),
    // In the order in which it is said: a repetition is answered byte for byte.
    answer: JSON.stringify(decision),
    leaf_index: leafIndex,
    input_sha256: inputSha256,
  });
  return leafIndex;
}

/** Content is written once, whoever cites it. */
async function keep(tx: Tx, sha256: string, content: string): Promise<void> {
  await tx.run(insertDecisionInput, { sha256, content });
}
