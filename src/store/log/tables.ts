/** The transparency log as it lies in the store. */
export type LogTables = {
  log_head: LogHeadTable;
  log_leaf: LogLeafTable;
  log_node: LogNodeTable;
};

/** One row, written last in each unit of commit. On a database with many writers it is also the lock. */
type LogHeadTable = {
  id: number;
  /** Leaves. */
  size: number;
  root: Uint8Array;
  /** The highest instant ever logged, milliseconds since the epoch. */
  high_water_ms: number;
};

type LogLeafTable = {
  leaf_index: number;
  type: string;
  /** Milliseconds since the epoch. */
  at_ms: number;
  tenant: string;
  /** Canonical JSON. */
  body: string;
  salt: Uint8Array;
};

/** The roots of all perfect subtrees, leaves included, in the order in which they are completed: see position.ts. */
type LogNodeTable = {
  position: number;
  hash: Uint8Array;
};
