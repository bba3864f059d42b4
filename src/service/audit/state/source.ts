import type { LedgerBalanceTable, LedgerEntryTable } from '../../../store/ledger/tables.ts';

/** What acts bring about and change, as a database has it now. Of these every row names the leaf of its newest act. */
export const ROWS_WITH_LEAF = [
  'licence',
  'facility',
  'period',
  'party',
  'screening-list',
  'know-your-customer',
  'access',
  'device',
  'incident',
  'grant',
  'legal-hold',
  'trust-input',
] as const;
export type RowKind = (typeof ROWS_WITH_LEAF)[number] | 'principal' | 'latch' | 'host' | 'token';

/** A row's columns, as the store names them. */
export type FoundRow = { readonly [column: string]: unknown };

/** A change of a status, and the grant of its place, where that is kept. */
export type FoundChange = {
  readonly leafIndex: number;
  readonly position: number;
  readonly status: string;
  readonly grantId: string | null;
};

/** The state of a database beside its log. Nothing of it is believed: it is held against the acts. */
export type StateSource = {
  readonly row: (kind: RowKind, id: string) => Promise<FoundRow | undefined>;
  /** Every row of a kind, with the leaf of its newest act. */
  readonly leaves: (
    kind: (typeof ROWS_WITH_LEAF)[number],
  ) => AsyncIterable<{ readonly id: string; readonly leafIndex: number }>;
  /** A note on an incident; the first is 1. */
  readonly note: (incidentId: string, position: number) => Promise<FoundRow | undefined>;
  /** Everything that stands somehow by acts, and names none of them: see standing.ts. */
  readonly standings: () => AsyncIterable<{ readonly subject: string; readonly standing: string | null }>;
  /** What is known of every host's newest submission. */
  readonly hosts: () => AsyncIterable<FoundRow & { readonly host_id: string }>;
  readonly lists: () => Promise<readonly number[]>;
  readonly change: (list: number, leafIndex: number, position: number) => Promise<string | undefined>;
  readonly changes: (list: number) => AsyncIterable<FoundChange>;
  readonly grants: (
    list: number,
  ) => AsyncIterable<{ readonly id: string; readonly position: number; readonly status: string }>;
  /** JSON of a decision's answer. */
  readonly answer: (decisionId: string) => Promise<string | undefined>;
  /** By account, then by number. */
  readonly entries: () => AsyncIterable<LedgerEntryTable>;
  /** By account, then by period. */
  readonly balances: () => AsyncIterable<LedgerBalanceTable>;
};
