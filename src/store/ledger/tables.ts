import type { EntryKind } from '../../ledger/entries.ts';

/**
 * The books: what may be delivered and computed, and who drew it. Instants are milliseconds since the epoch; accounts and
 * periods are named as in src/ledger. Entries are never changed or removed.
 */
export type LedgerTables = {
  readonly ledger_balance: LedgerBalanceTable;
  readonly ledger_entry: LedgerEntryTable;
  readonly ledger_allocation: LedgerAllocationTable;
  readonly ledger_lease: LedgerLeaseTable;
  readonly ledger_leased_device: LedgerLeasedDeviceTable;
  readonly ledger_payment: LedgerPaymentTable;
  readonly usage_report: UsageReportTable;
};

/** What the entries of an account come to: in all (the period is empty), and in each of its periods. */
export type LedgerBalanceTable = {
  readonly account: string;
  readonly period: string;
  readonly reserved: number;
  readonly committed: number;
  /** How many entries it is the sum of. */
  readonly entries: number;
};

export type LedgerEntryTable = {
  readonly account: string;
  /** 1 and up, none left out: that of the last is the balance's `entries`. */
  readonly number: number;
  readonly period: string;
  readonly at_ms: number;
  readonly kind: EntryKind;
  /** What it changes, signed. */
  readonly reserved: number;
  readonly committed: number;
  readonly licence_id: string | null;
  readonly decision_id: string | null;
  readonly allocation_id: string | null;
  readonly by_id: string;
  readonly reason: string | null;
  /** Of the administrative act; null where the decision's own leaf tells of it. */
  readonly leaf_index: number | null;
};

/** Chips that were allowed to be delivered. */
export type LedgerAllocationTable = {
  readonly id: string;
  readonly licence_id: string;
  readonly tenant: string;
  readonly decision_id: string;
  /** [{model, quantity}]. */
  readonly chips: string;
  readonly tpp: number;
  readonly consignee_id: string;
  readonly country: string;
  /** The month that it counts in, whenever it is delivered or given back. */
  readonly period: string;
  readonly state: 'reserved' | 'committed' | 'released';
  readonly at_ms: number;
  readonly changed_by: string | null;
  readonly changed_at_ms: number | null;
  readonly changed_reason: string | null;
  readonly leaf_index: number | null;
};

/** What a host draws under a licence: see src/ledger/leases.ts. */
export type LedgerLeaseTable = {
  readonly licence_id: string;
  readonly host_id: string;
  /** Its devices, what they can do, and who pays, as text: equal for a renewal on the same terms; empty once another host holds one of them. */
  readonly terms: string;
  readonly rate_e12: number;
  /** Who pays besides the licence; null where nobody can be named. */
  readonly party_account: string | null;
  /** The day that the newest payment counts in. */
  readonly period: string;
  readonly paid_from_ms: number;
  readonly paid_until_ms: number;
  readonly held_until_ms: number;
  readonly decision_id: string;
};

/** The one lease that a device draws on, or drew on last; and that its chip does, whoever registered it. */
export type LedgerLeasedDeviceTable = {
  /** The register's id; or the name of a chip that was proven when its device was leased (appraisal/devices, `chipName`). */
  readonly device: string;
  readonly licence_id: string;
  readonly host_id: string;
  /** When that ended or ends for it, where it is no longer among the lease's devices; null: when the lease does. */
  readonly until_ms: number | null;
  /** 0 for the chip of a device, which counts already. */
  readonly tpp: number;
  /** What it counts as; null for the chip of a device, and for leases of before this was kept. */
  readonly model: string | null;
};

/** What a decision paid for a host, under a licence that allows metering: what reports of usage are held against. */
export type LedgerPaymentTable = {
  readonly licence_id: string;
  readonly host_id: string;
  readonly decision_id: string;
  readonly from_ms: number;
  readonly until_ms: number;
  readonly rate_e12: number;
  /** Of the fastest of its chips. */
  readonly peak_e12: number;
  /** Who paid besides the licence; null where nobody can be named. */
  readonly account: string | null;
  readonly period: string;
};

/** A report of usage that was counted, for ever. */
export type UsageReportTable = {
  /** Of the report's text. */
  readonly sha256: string;
  readonly licence_id: string;
  readonly host_id: string;
  readonly from_ms: number;
  readonly until_ms: number;
  readonly at_ms: number;
  /** As it was signed by its host; of an operator's, as it was said (service/ledger/operator-usage.ts). */
  readonly report: string;
  /** The operator who reported; null where the host did. */
  readonly reported_by: string | null;
  /** Of what it was judged by (protocol/usage.ts, `usageWeighed`). */
  readonly input_sha256: string;
  readonly leased_e12: number;
  readonly credited_e12: number;
  readonly leaf_index: number;
};
