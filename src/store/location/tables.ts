/** The tables of places. Instants are milliseconds since the epoch; columns named after a JSON shape hold its text. */
export type LocationTables = {
  readonly probe_permits: ProbePermitsTable;
  readonly location: LocationTable;
  readonly mesh_pair: MeshPairTable;
};

/** The one set of permits of a session; never changed. */
export type ProbePermitsTable = {
  readonly session_id: string;
  readonly host_id: string;
  /** What the host was when they were issued (service/location/subject.ts): a verdict is of that and of nothing else. */
  readonly subject: string;
  /** [{landmarkId, permit}], base64url. */
  readonly permits: string;
  readonly issued_at_ms: number;
  readonly expires_at_ms: number;
  readonly leaf_index: number;
};

/** What came of a session's receipts. What is measured and answered changes only when a landmark is set aside. */
export type LocationTable = {
  readonly session_id: string;
  readonly host_id: string;
  readonly tenant: string;
  readonly facility_id: string;
  /** SHA-256 of the receipts as they came, in order (domain `location-request`). */
  readonly request_digest: string;
  readonly verdict: 'inconclusive' | 'inconsistent' | 'proven-outside' | 'proven-inside';
  readonly at_ms: number;
  /** When the verdict stops proving anything. */
  readonly expires_at_ms: number;
  /** What the receipts that hold say (service/location/measured.ts): coordinates and round trips. */
  readonly measured: string;
  /** All receipts as they came, base64url. */
  readonly receipts: string;
  /** The whole answer, its receipt of the log aside. */
  readonly answer: string;
  readonly leaf_index: number;
};

/** What one landmark measured of another: the newest of a pair, and the fastest of a month. */
export type MeshPairTable = {
  readonly from_id: string;
  readonly to_id: string;
  readonly kept_as: 'newest' | 'fastest';
  /** Of the versions of both landmarks that were in force: another version stands elsewhere, or is another key. */
  readonly from_digest: string;
  readonly to_digest: string;
  readonly min_rtt_ns: number;
  readonly clock_error_ppm: number;
  readonly at_ms: number;
  readonly receipt: Uint8Array;
};
