/** What people look hosts up by, one narrow row each: written with whatever changes it, and read by lists and counts alone. */
export type SummaryTables = {
  readonly host_summary: HostSummaryTable;
};

export type HostSummaryTable = {
  readonly host_id: string;
  readonly tenant: string;
  readonly facility_id: string;
  /** Its name in lower case; '' where it has none. */
  readonly name_key: string;
  /** 1 while suspended. */
  readonly suspended: number;
  /** Of its newest submission, as in host_state. */
  readonly outcome: 'accepted' | 'refused' | null;
  /** 0 before the first. */
  readonly evidence_at_ms: number;
  /** As shown (`G2-tpm`), of its own TPM or guest with its place, when that was last judged; null where nothing was. */
  readonly level: string | null;
  /** The first end of what the level rests on, age of the evidence aside; null where none is known. */
  readonly proves_until_ms: number | null;
  /** The epoch of trust by which it was judged: under another one the level says nothing. */
  readonly trust_epoch: number;
};
