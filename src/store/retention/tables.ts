/** The tables of what ends by rule and of what must not. Instants are milliseconds since the epoch. */
export type RetentionTables = {
  readonly legal_hold: LegalHoldTable;
  readonly deletion: DeletionTable;
  readonly deleted_leaf: DeletedLeafTable;
  readonly spent_place: SpentPlaceTable;
};

/** Something that must be kept with all that it touches, until a person lifts the hold; never deleted. */
export type LegalHoldTable = {
  readonly id: string;
  /** `<kind>:<id>`. */
  readonly subject: string;
  readonly reason: string;
  readonly placed_by: string;
  readonly placed_at_ms: number;
  readonly lifted_by: string | null;
  readonly lifted_at_ms: number | null;
  readonly lifted_reason: string | null;
  /** Of the newest act about it: it rises with every change. */
  readonly leaf_index: number;
};

/** What was deleted by rule in one unit of work; never deleted itself. */
export type DeletionTable = {
  /** Of the act that tells of it, which has the digest of `items`. */
  readonly leaf_index: number;
  readonly class: string;
  readonly at_ms: number;
  /** Everything among it had ended before this. */
  readonly until_ms: number;
  readonly count: number;
  /** What went: JSON as record/audit/deletion.ts reads it. */
  readonly items: string;
};

/** Acts of which nothing is kept any more, and the deletion that says so. */
export type DeletedLeafTable = { readonly leaf_index: number; readonly deletion: number };

/** Places among the statuses of grants that are no longer kept: nobody gets one of them again. */
export type SpentPlaceTable = { readonly list: number; readonly position: number };
