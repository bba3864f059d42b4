/**
 * The tables of enrolment, attestation and the gate. Instants are milliseconds since the epoch; digests are lower-case
 * hexadecimal; columns named after a JSON shape hold its canonical text.
 */
export interface AttestationTables {
  readonly dpopProof: DpopProofTable;
  readonly enrolmentToken: EnrolmentTokenTable;
  readonly enrolment: EnrolmentTable;
  readonly host: HostTable;
  readonly hostState: HostStateTable;
  readonly hostDevice: HostDeviceTable;
  readonly session: SessionTable;
  readonly evidence: EvidenceTable;
  readonly appraisal: AppraisalTable;
  readonly latch: LatchTable;
  readonly licence: LicenceTable;
  readonly decision: DecisionTable;
  readonly idempotentAnswer: IdempotentAnswerTable;
}

/** Proofs of possession that were used and could still be replayed: see service/dpop/replay.ts. */
export interface DpopProofTable {
  readonly digest: number;
  readonly expiresAt: number;
}

export interface EnrolmentTokenTable {
  readonly id: string;
  readonly tenant: string;
  readonly facilityId: string;
  /** SHA-256 of the token: the token itself is shown once and kept nowhere. */
  readonly secretHash: string;
  /** Serial numbers that the operator says this host holds: [{kind, serial}]. */
  readonly claims: string;
  readonly createdBy: string;
  readonly createdAt: number;
  readonly expiresAt: number;
  readonly attemptsLeft: number;
  readonly consumedAt: number | null;
  readonly hostId: string | null;
  readonly revokedAt: number | null;
}

/** One attempt at credential activation, kept whatever became of it. */
export interface EnrolmentTable {
  readonly id: string;
  readonly tokenId: string;
  readonly tenant: string;
  readonly facilityId: string;
  readonly jkt: string;
  readonly hostKey: string;
  readonly ekDigest: string;
  readonly ekCertificate: Uint8Array;
  readonly akName: string;
  readonly akPublic: Uint8Array;
  readonly hostname: string | null;
  /** SHA-256 of the only proof that completes the enrolment; the activation secret is kept nowhere. */
  readonly proofHash: string | null;
  readonly outcome: 'challenged' | 'refused' | 'completed';
  /** The checks of certificate and keys, and what they said. */
  readonly checks: string;
  readonly createdAt: number;
  readonly expiresAt: number;
  readonly attemptsLeft: number;
  readonly completedAt: number | null;
}

export interface HostTable {
  readonly id: string;
  readonly tenant: string;
  readonly facilityId: string;
  /** SHA-256 of the endorsement key's SubjectPublicKeyInfo: what the host *is*. */
  readonly ekDigest: string;
  readonly ekCertificate: Uint8Array;
  readonly jkt: string;
  readonly hostKey: string;
  readonly akName: string;
  readonly akPublic: Uint8Array;
  /** A label for people. */
  readonly hostname: string | null;
  readonly enrolledAt: number;
  /** Counts enrolments and suspensions, so that a unit of work sees whether what it verified against still holds. */
  readonly version: number;
  readonly suspendedAt: number | null;
  readonly suspendedReason: string | null;
}

/** What is known of a host now: one row, written by every session and submission. */
export interface HostStateTable {
  readonly hostId: string;
  readonly sessionId: string | null;
  readonly sessionIssuedAt: number;
  /** Sessions issued since the last submission. */
  readonly unanswered: number;
  /** Refused submissions since the last accepted one. */
  readonly failures: number;
  readonly nextAttestationAfter: number;
  readonly submittedAt: number | null;
  readonly outcome: 'accepted' | 'refused' | null;
  /** Reasons of the newest submission. */
  readonly reasons: string;
  /** Of the newest accepted submission: the instant of its nonce, from which its age counts. */
  readonly evidenceAt: number | null;
  readonly evidenceSessionId: string | null;
  readonly level: string;
  readonly facts: string | null;
  readonly pcrs: string | null;
  readonly trustDigest: string | null;
}

/** Which declared devices a host holds, and on whose word. */
export interface HostDeviceTable {
  readonly deviceId: string;
  readonly hostId: string;
  readonly link: 'ek-digest' | 'operator-claimed';
  readonly since: number;
}

export interface SessionTable {
  /** Derived from the nonce, so that the primary key refuses a nonce that was ever issued before. */
  readonly id: string;
  readonly hostId: string;
  readonly nonce: Uint8Array;
  readonly issuedAt: number;
  readonly expiresAt: number;
  readonly submittedAt: number | null;
  readonly evidenceDigest: string | null;
  /** When its lapse was recorded: only if somebody submitted too late. */
  readonly lapsedAt: number | null;
}

/** Submissions as received, by their SHA-256. */
export interface EvidenceTable {
  readonly digest: string;
  readonly mediaType: string;
  readonly content: Uint8Array;
  readonly receivedAt: number;
}

/** One appraisal for each submitted session; never changed. */
export interface AppraisalTable {
  readonly sessionId: string;
  readonly hostId: string;
  readonly tenant: string;
  readonly evidenceDigest: string;
  readonly outcome: 'accepted' | 'refused';
  readonly at: number;
  /** The answer as it was given, its receipt aside. */
  readonly answer: string;
  readonly leafIndex: number;
}

export interface LatchTable {
  readonly id: string;
  readonly tenant: string;
  readonly hostId: string;
  readonly ekDigest: string;
  readonly code: string;
  readonly sentence: string;
  readonly sessionId: string;
  readonly latchedAt: number;
  readonly clearedAt: number | null;
  readonly clearedBy: string | null;
  readonly clearedReason: string | null;
}

export interface LicenceTable {
  readonly id: string;
  readonly tenant: string;
  readonly conditions: string;
  readonly status: 'active' | 'suspended' | 'revoked';
  readonly createdBy: string;
  readonly createdAt: number;
  readonly version: number;
}

export interface DecisionTable {
  readonly id: string;
  readonly licenceId: string;
  readonly tenant: string;
  readonly outcome: 'allow' | 'deny';
  readonly at: number;
  /** The answer as it was given, its receipt aside. */
  readonly answer: string;
  readonly leafIndex: number;
}

/** What was answered under an Idempotency-Key. */
export interface IdempotentAnswerTable {
  readonly principalId: string;
  readonly key: string;
  /** SHA-256 of the request that the key was first used for. */
  readonly requestDigest: string;
  readonly answer: string;
  readonly at: number;
}
