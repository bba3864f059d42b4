import { formatInstant } from '../../bytes/instant.ts';
import { contentDigest } from '../../evidence/digest.ts';
import { decide, GATE_POLICY } from '../../policy/decide.ts';
import type { Decision, DecisionRequest } from '../../protocol/decision.ts';
import {
  decisionById,
  decisionByKey,
  insertDecision,
  insertDecisionKey,
} from '../../store/attestation/licences.ts';
import type { DecisionTable } from '../../store/attestation/tables.ts';
import type { Tx, View } from '../../store/port.ts';
import { visibleTenant } from '../access/visibility.ts';
import { recordAct } from '../acts.ts';
import type { Context } from '../context.ts';
import { RequestError } from '../errors.ts';
import { newIdentifier } from '../identifier.ts';
import { readLicence } from '../licence/licences.ts';
import type { Principal } from '../principal.ts';
import { effectiveTrust } from '../trust/effective.ts';
import { gather } from './gather.ts';

export type DecisionQuestion = DecisionRequest & {
  readonly licenceId: string;
  /** What the devices are to be used for: kept and logged. */
  readonly purpose?: string | undefined;
};

/** A decision without its receipt, and where its leaf stands; null for a dry run, which leaves none. */
export type Decided = { readonly decision: Omit<Decision, 'receipt'>; readonly leafIndex: number | null };

/**
 * Decides whether devices may be used under a licence, now, and records what was decided and why.
 *
 * The whole is one unit of work: what is read cannot change before the decision is written, so that no allow follows a
 * suspension, a hold or a withdrawal that was committed before it. A dry run says the same and leaves no trace.
 *
 * @param idempotencyKey the same key with the same question gets the same decision again, nothing decided anew
 * @throws RequestError `not_found`, `idempotency_key_reused`; `conflict` for an allow that no longer holds
 */
export async function decideUse(
  context: Context,
  by: Principal,
  question: DecisionQuestion,
  idempotencyKey: string | undefined,
): Promise<Decided> {
  if (question.dryRun) {
    const decision = await context.store.read((view) => judgeUse(context, view, by, question));
    return { decision, leafIndex: null };
  }
  return context.store.write(async (tx) => {
    const requestDigest = digestOf(question);
    const repeated = await recall(tx, by, idempotencyKey, requestDigest);
    if (repeated?.decision.outcome === 'allow') await requireStillAllowed(context, tx, by, question);
    if (repeated !== null) return repeated;
    const decision = await judgeUse(context, tx, by, question);
    const leafIndex = await recordDecision(context, tx, by, question, decision);
    if (idempotencyKey !== undefined) {
      await tx.run(insertDecisionKey, {
        principal_id: by.id,
        key: idempotencyKey,
        request_digest: requestDigest,
        decision_id: decision.id,
      });
    }
    return { decision, leafIndex };
  });
}

/** @throws RequestError `not_found` */
export async function getDecision(context: Context, by: Principal, id: string): Promise<Decided> {
  const row = await context.store.first(decisionById, { id });
  const tenant = visibleTenant(by);
  if (row === undefined || (tenant !== null && row.tenant !== tenant)) {
    throw new RequestError('not_found', 'there is no such decision');
  }
  return stored(row);
}

async function judgeUse(
  context: Context,
  view: View,
  by: Principal,
  { licenceId, devices, dryRun }: DecisionQuestion,
): Promise<Omit<Decision, 'receipt'>> {
  const at = context.clock();
  const licence = await readLicence(view, by, licenceId);
  const trust = await effectiveTrust(context, view);
  const requested = devices ?? null;
  const verdict = decide({ ...(await gather(context, view, licence, requested)), requested, at });
  return {
    ...verdict,
    id: newIdentifier('dec', context),
    licenceId,
    at: formatInstant(at),
    dryRun,
    policy: { ...GATE_POLICY },
    trustInputs: [...trust.digests],
    selfApproved: trust.selfApproved,
  };
}

async function recall(
  view: View,
  by: Principal,
  key: string | undefined,
  requestDigest: string,
): Promise<Decided | null> {
  if (key === undefined) return null;
  const row = await view.first(decisionByKey, { principalId: by.id, key });
  if (row === undefined) return null;
  if (row.request_digest === requestDigest) return stored(row);
  throw new RequestError('idempotency_key_reused', 'this Idempotency-Key was used for another question', {
    path: 'idempotency-key',
  });
}

/**
 * An allow that is asked for again is said again only while it still holds: what was suspended, held or withdrawn since
 * must not be passed by whoever kept an old key.
 * @throws RequestError `conflict`
 */
async function requireStillAllowed(
  context: Context,
  view: View,
  by: Principal,
  question: DecisionQuestion,
): Promise<void> {
  const { outcome, reasons } = await judgeUse(context, view, by, question);
  if (outcome === 'allow') return;
  throw new RequestError(
    'conflict',
    'what this Idempotency-Key was allowed no longer holds: ask with a new key',
    {
      path: 'idempotency-key',
      expected: 'a decision that still holds',
      actual: [...new Set(reasons.map(({ code }) => code))].join(', '),
    },
  );
}

function stored({ answer, leaf_index }: Pick<DecisionTable, 'answer' | 'leaf_index'>): Decided {
  // What `recordDecision` wrote.
  return { decision: JSON.parse(answer) as Decided['decision'], leafIndex: leaf_index }; // see above
}

async function recordDecision(
  context: Context,
  tx: Tx,
  by: Principal,
  { purpose }: DecisionQuestion,
  decision: Decided['decision'],
): Promise<number> {
  const { id, licenceId, outcome, at, reasons, devices, validUntil, trustInputs, policy } = decision;
  const licence = await readLicence(tx, by, licenceId);
  const { tenant } = licence;
  const answer = JSON.stringify(decision);
  const body = {
    decisionId: id,
    licenceId,
    outcome,
    reasons: [...new Set(reasons.map(({ code }) => code))],
    devices: devices.length,
    allowed: devices.filter(({ allowed }) => allowed).length,
    validUntil,
    trustInputs,
    policy,
    purpose: purpose ?? null,
    answerSha256: contentDigest('decision', JSON.parse(answer)),
    by: by.id,
  };
  const atDate = new Date(at);
  const leafIndex = await recordAct(tx, context, { type: 'decision', at: atDate, tenant, body });
  await tx.run(insertDecision, {
    id,
    licence_id: licenceId,
    tenant,
    outcome,
    at_ms: atDate.getTime(),
    answer,
    leaf_index: leafIndex,
  });
  return leafIndex;
}

function digestOf(question: DecisionQuestion): string {
  // A trip through JSON drops optional members that are undefined, which have no canonical form.
  return contentDigest('decision-request', JSON.parse(JSON.stringify(question)));
}
