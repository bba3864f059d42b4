import type { Decision, DecisionRequest } from '../../protocol/decision.ts';
import { decisionById } from '../../store/attestation/decisions.ts';
import type { DecisionTable } from '../../store/attestation/tables.ts';
import { grantsOfDecision } from '../../store/grants/grants.ts';
import type { LicenceGrantTable } from '../../store/grants/tables.ts';
import type { View } from '../../store/port.ts';
import { visibleTenant } from '../access/visibility.ts';
import type { Context } from '../context.ts';
import { RequestError } from '../errors.ts';
import type { Principal } from '../principal.ts';
import { carryOut } from './carry-out.ts';
import { visibleGround } from './ground.ts';
import { judge } from './judge.ts';
import { reasonsAgainst } from './taken.ts';

/** A decision without its receipt, and where its leaf stands; null for a dry run, which leaves none. */
export type Decided = {
  readonly decision: Omit<Decision, 'receipt' | 'grants'>;
  readonly leafIndex: number | null;
  /** As they were issued: whether they still hold is for the lists of statuses to say. */
  readonly grants: readonly LicenceGrantTable[];
};

/**
 * Decides whether devices may be used, or chips delivered, under a licence, now, and records what was decided and why.
 *
 * The whole is one unit of work: what is read cannot change before the decision is written, so that no allow follows a
 * suspension, a hold or a withdrawal that was committed before it. A dry run says the same and leaves no trace.
 *
 * @throws RequestError `not_found`
 */
export async function decideUnderLicence(
  context: Context,
  by: Principal,
  request: DecisionRequest,
): Promise<Decided> {
  if (request.dryRun) {
    const { decision } = await context.store.read((view) => judge(context, view, by, request));
    return { decision, leafIndex: null, grants: [] };
  }
  return context.store.write(async (tx) => {
    const ground = await visibleGround(tx, by, request.licenceId, context.clock());
    return carryOut(context, tx, { ground, by, request, listDevices: false });
  });
}

/** @throws RequestError `not_found` */
export async function getDecision(context: Context, by: Principal, id: string): Promise<Decided> {
  const tenant = visibleTenant(by);
  return context.store.read(async (view) => {
    const row = await view.first(decisionById, { id });
    if (row === undefined || (tenant !== null && row.tenant !== tenant)) {
      throw new RequestError('not_found', 'there is no such decision');
    }
    return stored(view, row);
  });
}

/**
 * An allow that is asked for again is said again only while it still holds: what was suspended, held or withdrawn since
 * must not be passed by whoever kept an old key.
 * @throws RequestError `conflict`
 */
export async function requireStillAllowed(
  context: Context,
  by: Principal,
  request: DecisionRequest,
): Promise<void> {
  const { decision } = await context.store.read((view) => judge(context, view, by, request));
  const reasons = reasonsAgainst(decision);
  if (decision.outcome === 'allow' || reasons.length === 0) return;
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

/** What was not yet said when a decision was written is filled in: it was of a use, and no pack was asked. */
const BEFORE = {
  action: 'use',
  chips: [],
  packs: [],
  ledger: [],
  notCounted: [],
  inputSha256: null,
} as const;

async function stored(
  view: View,
  { answer, leaf_index }: Pick<DecisionTable, 'answer' | 'leaf_index'>,
): Promise<Decided> {
  const said = JSON.parse(answer) as Decided['decision']; // what `recordDecision` wrote
  const isWhole = Object.hasOwn(said, 'action');
  const grants = await view.all(grantsOfDecision, { decisionId: said.id });
  return { decision: isWhole ? said : { ...BEFORE, ...said }, leafIndex: leaf_index, grants };
}
