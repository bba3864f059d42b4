import { canonicalPlainJson } from '../../bytes/canonical-json.ts';
import { formatInstant } from '../../bytes/instant.ts';
import { canonicalDigest } from '../../evidence/digest.ts';
import { GATE_POLICY } from '../../policy/decide.ts';
import { narrow } from '../../policy/narrow.ts';
import { decideUnpaid } from '../../policy/packs/index.ts';
import type { Weighed } from '../../policy/weighed.ts';
import type { Decision, DecisionRequest } from '../../protocol/decision.ts';
import type { LicenceTable } from '../../store/attestation/tables.ts';
import type { View } from '../../store/port.ts';
import type { Context } from '../context.ts';
import { type HostToGrant, hostsToGrant } from '../grant/hosts.ts';
import { newIdentifier } from '../identifier.ts';
import type { Principal } from '../principal.ts';
import { effectiveTrust } from '../trust/effective.ts';
import { readClusters } from './clusters.ts';
import { type Gathered, gather } from './gather.ts';
import { type Ground, visibleGround } from './ground.ts';
import { type LedgerAnswer, openBooks } from './ledger.ts';
import { ANSWERS, packsInForce, packsNamed } from './packs.ts';
import { tellPacks } from './tell-packs.ts';

/** A decision before anything of it is written, with what it rests on. */
export type Judged = {
  readonly licence: LicenceTable;
  readonly gathered: Gathered;
  readonly decision: Omit<Decision, 'receipt' | 'grants'>;
  /** What is granted where it is allowed: one for each host of a use. */
  readonly hosts: readonly HostToGrant[];
  /** The same, whatever the ledger says. */
  readonly grantable: readonly HostToGrant[];
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
  const ground = await visibleGround(view, by, request.licenceId, context.clock());
  return judgeOn(context, view, ground, request);
}

/** {@link judge} for whoever has read the licence's ground: a host that renews its grant sees no other. */
export async function judgeOn(
  context: Context,
  view: View,
  ground: Ground,
  request: DecisionRequest,
): Promise<Judged> {
  const at = context.clock();
  const trust = await effectiveTrust(context, view);
  const gathered = await gather(context, view, ground, request);
  const { licence, conditions } = ground;
  const books = await openBooks(view, { ground, gathered, request, trust, at });
  const before: Weighed = {
    ...weighedOf(gathered, request, at),
    clusters: await readClusters(view, gathered, { trust, at }),
    ledger: books.weighed,
    packs: packsNamed(trust, conditions),
    told: await tellPacks(context, view, { ground, gathered, action: request.action, trust, at }),
  };
  const unpaid = decideUnpaid({
    weighed: before,
    conditions,
    packs: packsInForce(trust),
    answers: ANSWERS,
  });
  // What is allowed is paid for until it ends, not for as long as the licence might have let it last.
  const hosts = hostsToGrant(gathered, { ...unpaid, at: formatInstant(at) });
  const ledger = books.settle(hosts);
  const weighed: Weighed = { ...before, ledger: ledger.weighed };
  const verdict = narrow(unpaid, { reasons: ledger.reasons });
  const input = canonicalPlainJson(weighed);
  return {
    licence,
    gathered,
    input,
    grantable: hosts,
    hosts: verdict.outcome === 'allow' ? hosts : [],
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
      ledger: [...ledger.drawn],
      notCounted: [...ledger.notCounted],
      packs: [...weighed.packs],
      screeningList: gathered.parties[0]?.currentListVersion ?? null,
      inputSha256: request.dryRun ? null : canonicalDigest('decision-input', input),
      trustInputs: [...trust.digests],
      selfApproved: trust.selfApproved,
    },
  };
}

/** What was gathered and asked, in the form in which it is kept. */
export function weighedOf(
  gathered: Gathered,
  { action, devices, chips, purpose }: DecisionRequest,
  at: Date,
): Omit<Weighed, 'clusters' | 'ledger' | 'packs' | 'told'> {
  const { licence, facilities, parties, latches } = gathered;
  const { id, status, conditionsSha256 } = licence;
  return {
    v: 1,
    action,
    at,
    licence: { id, status, conditionsSha256 },
    requested: devices ?? null,
    purpose: purpose ?? null,
    chips: chips ?? [],
    devices: gathered.devices,
    facilities,
    parties,
    latches,
  };
}
