import { canonicalJson } from '../../bytes/canonical-json.ts';
import { chipsOfLicence, tppOfConsignee, tppOfCountry, tppOfLicence } from '../../ledger/accounts.ts';
import { type ChipCount, type ChipTable, countChips } from '../../ledger/chips.ts';
import { type Change, reserve, takenOf } from '../../ledger/entries.ts';
import { LedgerError } from '../../ledger/errors.ts';
import { judgeAllocation } from '../../ledger/judge-allocation.ts';
import { uncountable } from '../../ledger/judge-leases.ts';
import { monthOf, WHOLE } from '../../ledger/periods.ts';
import type { LicenceConditions } from '../../policy/licence.ts';
import type { AllocationWeighed, Drawn } from '../../protocol/ledger.ts';
import type { Reason } from '../../protocol/reason.ts';
import { insertAllocation } from '../../store/ledger/allocations.ts';
import type { LedgerAllocationTable } from '../../store/ledger/tables.ts';
import type { Tx, View } from '../../store/port.ts';
import { partyById } from '../../store/registry/parties.ts';
import type { Context } from '../context.ts';
import { newIdentifier } from '../identifier.ts';
import { Draft, type Posting } from './draft.ts';

export type AllocationQuestion = {
  readonly licence: { readonly id: string; readonly tenant: string; readonly conditions: LicenceConditions };
  /** Each model once. */
  readonly chips: readonly ChipCount[];
  readonly at: Date;
  /** What is in force. */
  readonly table: ChipTable;
};

/** What an allocation takes, on paper: {@link postAllocation} writes it, in the same unit of work. */
export type Allocation = {
  readonly draft: Draft;
  readonly at: Date;
  readonly row: Omit<LedgerAllocationTable, 'id' | 'decision_id'>;
};

export type AllocationAnswer = {
  readonly reasons: readonly Reason[];
  readonly drawn: readonly Drawn[];
  /** Everything that was weighed, to be kept; null where the chips themselves cannot be counted. */
  readonly weighed: AllocationWeighed | null;
  /** null where anything denies. */
  readonly allocation: Allocation | null;
};

/** Whether so much more may be delivered, in the caller's snapshot or unit of work. Writes nothing. */
export async function allocate(view: View, question: AllocationQuestion): Promise<AllocationAnswer> {
  const { licence, chips, at } = question;
  const draft = new Draft(view);
  try {
    const weighed = await weigh(view, draft, question);
    const { reasons, drawn } = judgeAllocation(weighed);
    const { consigneeId, country, tpp } = weighed;
    if (reasons.length > 0 || consigneeId === null || country === null) {
      return { reasons, drawn, weighed, allocation: null };
    }
    const row: Allocation['row'] = {
      licence_id: licence.id,
      tenant: licence.tenant,
      chips: canonicalJson(chips.map(({ model, quantity }) => ({ model, quantity }))),
      tpp,
      consignee_id: consigneeId,
      country,
      period: monthOf(at),
      state: 'reserved',
      at_ms: at.getTime(),
      changed_by: null,
      changed_at_ms: null,
      changed_reason: null,
      leaf_index: null,
    };
    for (const posting of postingsOf(row, chips, reserve)) await draft.enter(posting);
    return { reasons, drawn, weighed, allocation: { draft, at, row } };
  } catch (error) {
    if (!(error instanceof LedgerError)) throw error;
    return { reasons: [uncountable(licence.id)], drawn: [], weighed: null, allocation: null };
  }
}

/** Writes what {@link allocate} found to fit, in its unit of work. @returns the allocation's id */
export async function postAllocation(
  context: Pick<Context, 'clock' | 'random'>,
  tx: Tx,
  { draft, at, row }: Allocation,
  { decisionId, by }: { readonly decisionId: string; readonly by: string },
): Promise<string> {
  const id = newIdentifier('alc', context);
  await tx.run(insertAllocation, { ...row, id, decision_id: decisionId });
  await draft.write(tx, {
    at_ms: at.getTime(),
    licence_id: row.licence_id,
    decision_id: decisionId,
    allocation_id: id,
    by_id: by,
    reason: null,
    leaf_index: null,
  });
  return id;
}

/** The same change in every account that an allocation counts in. */
export function postingsOf(
  row: Pick<LedgerAllocationTable, 'licence_id' | 'consignee_id' | 'country' | 'period' | 'tpp'>,
  chips: readonly ChipCount[],
  change: (amount: number) => Change,
): readonly Posting[] {
  const { licence_id: licenceId, consignee_id: consigneeId, country, period, tpp } = row;
  return [
    { account: tppOfLicence(licenceId).name, period: WHOLE, change: change(tpp) },
    { account: tppOfConsignee(consigneeId).name, period, change: change(tpp) },
    { account: tppOfCountry(country).name, period, change: change(tpp) },
    ...chips.map(({ model, quantity }) => {
      return { account: chipsOfLicence(licenceId, model).name, period: WHOLE, change: change(quantity) };
    }),
  ];
}

async function weigh(
  view: View,
  draft: Draft,
  { licence, chips, table }: AllocationQuestion,
): Promise<AllocationWeighed> {
  const { consignee, models = [], tppCap } = licence.conditions;
  const party = consignee === undefined ? undefined : await view.first(partyById, { id: consignee });
  const counted = countChips(chips, table);
  const taken = async (account: string): Promise<number> => takenOf(await draft.balance(account));
  const limits = new Map(models.map(({ model, quantity }) => [model, quantity]));
  const limited: AllocationWeighed['chips'] = [];
  for (const { model, quantity } of chips) {
    // Of a model that the licence does not name nothing may be delivered.
    const cap = limits.get(model) ?? 0;
    limited.push({ model, quantity, cap, taken: await taken(chipsOfLicence(licence.id, model).name) });
  }
  return {
    licenceId: licence.id,
    consigneeId: party?.id ?? null,
    country: party?.country ?? null,
    tpp: counted.tpp,
    unknown: counted.unknown,
    licenceTpp: { cap: tppCap ?? null, taken: await taken(tppOfLicence(licence.id).name) },
    chips: limited,
    totals: {
      consignee: party === undefined ? 0 : await taken(tppOfConsignee(party.id).name),
      country: party === undefined ? 0 : await taken(tppOfCountry(party.country).name),
    },
  };
}
