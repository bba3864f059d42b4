/** The transparency log as it lies in the store. */
export type LogTables = {
  logHead: LogHeadTable;
  logLeaf: LogLeafTable;
  logNode: LogNodeTable;
};

/** One row, written last in each unit of commit. On a database with many writers it is also the lock. */
type LogHeadTable = {
  id: number;
  /** Leaves. */
  size: number;
  root: Uint8Array;
  /** The highest instant ever logged, milliseconds since the epoch. */
  highWater: number;
};

type LogLeafTable = {
  index: number;
  type: string;
  /** Milliseconds since the epoch. */
  at: number;
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
