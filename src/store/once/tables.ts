/** What is kept of acts that were asked for under an Idempotency-Key, so that they are done once. */
export type OnceTables = {
  readonly kept_act: KeptActTable;
};

export type KeptActTable = {
  /** Whose key it is: one key of two callers is two keys. */
  readonly caller: string;
  /** SHA-256, domain `idempotency-key`, over caller and key: the key itself opens what is sealed here, and is kept nowhere. */
  readonly key_sha256: string;
  /** SHA-256, domain `idempotent-request`, over method, target and body. */
  readonly request_sha256: string;
  /** What the unit of work came to, sealed under the key; written by that unit. */
  readonly outcome: Uint8Array;
  /** What was answered, sealed likewise; null until it is known. */
  readonly answer: Uint8Array | null;
  /** Milliseconds since the epoch. */
  readonly expires_at_ms: number;
};
