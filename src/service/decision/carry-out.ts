import type { DecisionRequest } from '../../protocol/decision.ts';
import type { LicenceGrantTable } from '../../store/grants/tables.ts';
import type { Tx } from '../../store/port.ts';
import type { Context } from '../context.ts';
import { tellFlip } from '../events/tell-flip.ts';
import type { KnownBefore } from '../grant/hosts-to-grant.ts';
import { issueGrants } from '../grant/issue.ts';
import type { Ground } from './ground.ts';
import { type Judged, judgeOn } from './judge.ts';
import { postLedger } from './ledger.ts';
import { recordDecision } from './record.ts';

export type CarriedOut = {
  readonly decision: Judged['decision'];
  readonly leafIndex: number;
  /** One for each host of an allowed use. */
  readonly grants: readonly LicenceGrantTable[];
};

type Order = {
  readonly ground: Ground;
  /** Who asks: a principal, or a host that renews its grant. */
  readonly by: { readonly id: string };
  readonly request: DecisionRequest;
  /** Whether grants list their devices. */
  readonly listDevices: boolean;
  /** See `Issuing`. */
  readonly before?: KnownBefore | undefined;
};

/**
 * Judges a request, records what was decided, and does what follows from it, in one unit of work: whoever is granted something is
 * granted it by a decision that is on record, and a decision that could not be carried out was none.
 *
 * @throws RequestError `conflict`, as `issueGrants`
 */
export async function carryOut(context: Context, tx: Tx, order: Order): Promise<CarriedOut> {
  const { ground, by, request, listDevices, before } = order;
  const { licence } = ground;
  const judged = await judgeOn(context, tx, ground, request);
  const { decision, gathered, hosts } = judged;
  const leafIndex = await recordDecision(context, tx, { by, judged, purpose: request.purpose });
  if (decision.outcome === 'allow') {
    await postLedger(context, tx, judged.ledger, { licence, decisionId: decision.id, by: by.id });
  }
  const at = new Date(decision.at);
  await tellFlip(context, tx, { licence, request, decision, at });
  const basis = { licence, gathered, decision, leafIndex, at, listDevices };
  const grants = await issueGrants(context, tx, { ...basis, hosts, tpp: tppOf(judged), before });
  return { decision, leafIndex, grants };
}

/** By host, as the ledger counted it; of a host with a model that no chip table knows there is no sum. */
function tppOf({ ledger, gathered }: Judged): ReadonlyMap<string, number> {
  const uncounted = gathered.devices.filter(({ model }) => ledger.notCounted.includes(model ?? ''));
  const unknown = new Set(uncounted.map(({ hostId }) => hostId));
  return new Map([...ledger.tppByHost].filter(([hostId]) => !unknown.has(hostId)));
}
