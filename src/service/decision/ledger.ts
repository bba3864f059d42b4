import type { DecisionRequest } from '../../protocol/decision.ts';
import type { Drawn, LedgerWeighed } from '../../protocol/ledger.ts';
import type { Reason } from '../../protocol/reason.ts';
import type { LicenceTable } from '../../store/attestation/tables.ts';
import type { Tx, View } from '../../store/port.ts';
import type { Context } from '../context.ts';
import type { HostToGrant } from '../grant/hosts.ts';
import { honouredUntil, leaseSecondsOf } from '../grant/lease.ts';
import { type Allocation, allocate, postAllocation } from '../ledger/allocations.ts';
import { type LeaseDebits, openLeases, postDebits } from '../ledger/leases.ts';
import { tellReached } from '../ledger/tell-reached.ts';
import type { LeaseQuestion } from '../ledger/weigh-leases.ts';
import type { EffectiveTrust } from '../trust/effective.ts';
import type { Gathered } from './gather.ts';
import type { Ground } from './ground.ts';

/** What the ledger says of a request, and what it would write. */
export type LedgerAnswer = {
  readonly reasons: readonly Reason[];
  /** What is taken from which account. */
  readonly drawn: readonly Drawn[];
  /** Models that are granted and not counted: no chip table knows them, and the licence limits nothing. */
  readonly notCounted: readonly string[];
  readonly weighed: LedgerWeighed;
  readonly debits: LeaseDebits | null;
  readonly allocation: Allocation | null;
  /** TPP of what is granted, by host; of chips that no table knows nothing is said. */
  readonly tppByHost: ReadonlyMap<string, number>;
};

export type LedgerQuestion = {
  readonly ground: Ground;
  readonly gathered: Gathered;
  readonly request: Pick<DecisionRequest, 'action' | 'chips'>;
  readonly trust: Pick<EffectiveTrust, 'chips'>;
  readonly at: Date;
};

/** What the books hold of a request. What they say to it depends on when its grants end, which is decided in between. */
export type Books = {
  /** As if every grant lasted as long as the licence lets it. */
  readonly weighed: LedgerWeighed;
  readonly settle: (hosts: readonly Pick<HostToGrant, 'hostId' | 'until'>[]) => LedgerAnswer;
};

/** Reads the books in the caller's snapshot or unit of work. Writes nothing. */
export async function openBooks(view: View, question: LedgerQuestion): Promise<Books> {
  const { ground, gathered, request, trust, at } = question;
  const { conditions, payer } = ground;
  const licence = { id: ground.licence.id, tenant: ground.licence.tenant, conditions };
  const asked = { licence, at, table: trust.chips };
  if (request.action === 'allocate') {
    const { weighed, ...answer } = await allocate(view, { ...asked, chips: request.chips ?? [] });
    const settled: LedgerAnswer = {
      ...answer,
      notCounted: [],
      weighed: { leases: null, allocation: weighed },
      debits: null,
      tppByHost: new Map(),
    };
    return { weighed: settled.weighed, settle: () => settled };
  }
  const longest = honouredUntil(new Date(at.getTime() + leaseSecondsOf(conditions) * 1000));
  const leases = await openLeases(view, { ...asked, payer, hosts: hostsOf(gathered), longest });
  return {
    weighed: { leases: leases.atMost, allocation: null },
    settle: (hosts) => {
      const ends = new Map(hosts.map(({ hostId, until }) => [hostId, honouredUntil(until)]));
      const { weighed, ...answer } = leases.settle(ends);
      const tppByHost = new Map(answer.debits?.leases.map((lease) => [lease.hostId, lease.weighed.tpp]));
      return { ...answer, weighed: { leases: weighed, allocation: null }, allocation: null, tppByHost };
    },
  };
}

type About = { readonly licence: LicenceTable; readonly decisionId: string; readonly by: string };

/** Writes what an allowed request takes, in the unit of work in which the ledger was asked. */
export async function postLedger(
  context: Context,
  tx: Tx,
  { debits, allocation }: LedgerAnswer,
  { licence: { id: licenceId, tenant }, ...about }: About,
): Promise<void> {
  if (allocation !== null) await postAllocation(context, tx, allocation, about);
  if (debits === null) return;
  await postDebits(tx, debits, about);
  const reaching = { account: debits.payer, subject: `licence:${licenceId}`, tenant, at: debits.at };
  await tellReached(context, tx, debits.reached, { ...reaching, licenceId, decisionId: about.decisionId });
}

/** What computes, by host. A host's own TPM, its guest and its switches compute nothing; what has no host is denied elsewhere. */
function hostsOf({ devices, chips }: Gathered): LeaseQuestion['hosts'] {
  const computing = devices.filter(({ kind }) => kind === 'gpu');
  return [...Map.groupBy(computing, ({ hostId }) => hostId)].flatMap(([hostId, held]) => {
    if (hostId === null) return [];
    const leased = held.map(({ id, model }) => {
      return { id, chip: chips.get(id) ?? null, model: model ?? 'none declared' };
    });
    return [{ hostId, devices: leased }];
  });
}
