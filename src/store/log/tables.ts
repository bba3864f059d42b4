/** The transparency log as it lies in the store. */
export type LogTables = {
  log_head: LogHeadTable;
  log_leaf: LogLeafTable;
  log_node: LogNodeTable;
  log_cosignature: LogCosignatureTable;
  log_key: LogKeyTable;
  log_origin: LogOriginTable;
};

/**
 * One row, from the first start on: a log under two keys or names is two logs to whoever reads it. The name changes with an act that says so,
 * {@link LogOriginTable}, and not otherwise.
 */
export type LogKeyTable = {
  id: number;
  /** RFC 7638 thumbprint. */
  kid: string;
  origin: string;
};

/** Each time that the log went on under another name (record/origin.ts): the act's leaf has the rest. */
type LogOriginTable = {
  leaf_index: number;
  origin: string;
  predecessor: string;
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

/** What witnesses signed of checkpoints. Not of the log itself: if it is lost, witnesses are asked again. */
export type LogCosignatureTable = {
  /** Of the log that was cosigned. */
  origin: string;
  /** The witness's key, as it is published. */
  witness: string;
  size: number;
  root: Uint8Array;
  /** When the witness says that it signed, milliseconds since the epoch. */
  at_ms: number;
  /** The line of the note, verified before it was kept, with its newline. */
  line: string;
};
