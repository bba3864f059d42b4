import type { TeeKind } from '../../protocol/tee.ts';

/**
 * The tables of enrolment, attestation and the gate. Instants are milliseconds since the epoch; digests are lower-case
 * hexadecimal; columns named after a JSON shape hold its canonical text.
 */
export type AttestationTables = {
  readonly dpop_proof: DpopProofTable;
  readonly enrolment_token: EnrolmentTokenTable;
  readonly enrolment: EnrolmentTable;
  readonly host: HostTable;
  readonly host_state: HostStateTable;
  readonly host_device: HostDeviceTable;
  readonly proven_chip: ProvenChipTable;
  readonly chip_contest: ChipContestTable;
  readonly session: SessionTable;
  readonly evidence: EvidenceTable;
  readonly appraisal: AppraisalTable;
  readonly document: DocumentTable;
  readonly latch: LatchTable;
  readonly licence: LicenceTable;
  readonly decision: DecisionTable;
  readonly decision_input: DecisionInputTable;
};

/** Proofs of possession that were used and could still be replayed: see service/dpop/replay.ts. */
export type DpopProofTable = {
  readonly digest: number;
  readonly expires_at_ms: number;
};

export type EnrolmentTokenTable = {
  readonly id: string;
  readonly tenant: string;
  readonly facility_id: string;
  /** SHA-256 of the token: the token itself is shown once and kept nowhere. */
  readonly secret_hash: string;
  /** Serial numbers that the operator says this host holds: [{kind, serial}]. */
  readonly claims: string;
  readonly created_by: string;
  readonly created_at_ms: number;
  readonly expires_at_ms: number;
  readonly attempts_left: number;
  readonly consumed_at_ms: number | null;
  readonly host_id: string | null;
  readonly revoked_at_ms: number | null;
};

/** One attempt to enrol, kept whatever became of it. */
export type EnrolmentTable = {
  readonly id: string;
  readonly token_id: string;
  readonly tenant: string;
  readonly facility_id: string;
  /** RFC 7638 thumbprint of the key that asked, and that key. */
  readonly jkt: string;
  readonly host_key: string;
  readonly hostname: string | null;
  /** By what: a TPM's activated credential, or a report of a confidential guest. */
  readonly kind: 'tpm' | 'tee';
  /** 32 random bytes that the guest's report answers; null for a TPM, whose secret is kept nowhere. */
  readonly challenge: Uint8Array | null;
  /** Null where the certificate or the keys were refused. */
  readonly tpm: string | null;
  /**
   * TPM: SHA-256 of the only proof that completes the enrolment; the activation secret is kept nowhere. TEE: of the evidence
   * that did.
   */
  readonly proof_hash: string | null;
  readonly outcome: 'challenged' | 'refused' | 'completed';
  /** What was asked of certificate and keys, and what was found: {checks, notPerformed}. */
  readonly findings: string;
  readonly created_at_ms: number;
  readonly expires_at_ms: number;
  readonly attempts_left: number;
  readonly host_id: string | null;
};

export type HostTable = {
  readonly id: string;
  readonly tenant: string;
  readonly facility_id: string;
  readonly kind: 'tpm' | 'tee';
  /**
   * What the host *is*. TPM: SHA-256 of the endorsement key's SubjectPublicKeyInfo. TEE: the thumbprint of the host key
   * (RFC 7638), which was in the guest when it enrolled; nothing else of a guest is its own.
   */
  readonly identity_sha256: string;
  /** This and what begins with ek or ak: null without a TPM. */
  readonly ek_certificate: Uint8Array | null;
  /** SHA-256 of the trust anchor under which the certificate was verified. */
  readonly ek_anchor: string | null;
  /** TPM2B_NAME of the endorsement key, without size: with it a quote shows in which hierarchy its key stands. */
  readonly ek_name: Uint8Array | null;
  /** The earliest end of that certificate's chain. */
  readonly ek_valid_until_ms: number | null;
  readonly jkt: string;
  readonly host_key: string;
  readonly ak_name: Uint8Array | null;
  readonly ak_public: Uint8Array | null;
  /** The kind of guest; null without one. */
  readonly tee: TeeKind | null;
  /** What its hardware said of the machine when it enrolled (protocol/enrolment.ts, `platform`): shared by all guests of it. */
  readonly platform: string | null;
  /** A label for people. */
  readonly hostname: string | null;
  /** The host's own TPM or guest as a device: of the register, or made up for one that nobody declared. */
  readonly device_id: string;
  readonly enrolled_at_ms: number;
  /** Counts enrolments and suspensions, so that a unit of work sees whether what it verified against still holds. */
  readonly version: number;
  readonly suspended_at_ms: number | null;
  readonly suspended_reason: string | null;
};

/** What is known of a host now: one row, written by every session and submission. */
export type HostStateTable = {
  readonly host_id: string;
  /** The newest session. */
  readonly session_id: string | null;
  readonly session_issued_at_ms: number;
  readonly session_expires_at_ms: number;
  /** Sessions issued since the last submission. */
  readonly unanswered: number;
  /** Refused submissions since the last accepted one. */
  readonly failures: number;
  readonly next_attestation_after_ms: number;
  /** The newest submission: its session, the issue of its nonce, from which its age counts, and what came of it. */
  readonly evidence_session_id: string | null;
  readonly evidence_at_ms: number | null;
  readonly outcome: 'accepted' | 'refused' | null;
  readonly reasons: string;
  /** What that submission proved of the host's own TPM or guest; null where it was refused. */
  readonly facts: string | null;
  /** Names of the reference sets that it matched. */
  readonly reference_sets: string;
  /** The epoch of trust by which it was judged: under another one, whoever reads this judges again. */
  readonly trust_epoch: number;
  /** From the newest authentic submission: {bank: {index: hex}} and the TPM's firmware version, in hexadecimal. */
  readonly pcrs: string | null;
  readonly firmware_version: string | null;
  /** From the same: what appraisal compares of the guest (appraisal/tee-state.ts), and {bank: {index: hex}} of its vTPM. */
  readonly tee_state: string | null;
  readonly vtpm_pcrs: string | null;
  /** From the same: what its boot log shows, and which lists of files allowed its IMA log (appraisal/boot/stored.ts). */
  readonly boot_state: string | null;
  /** The boot, event by event, of the newest submission that matched a set (appraisal/boot/history.ts). */
  readonly boot_history: string | null;
  /** The roots under which the guest was verified, as `<purpose>:<sha256>`: a list. */
  readonly tee_anchors: string | null;
  /** When the newest accepted submission stops proving anything; null where none was accepted. */
  readonly valid_until_ms: number | null;
  /** What the host is since its newest accepted submission, as a verdict on its place binds it (service/location/subject.ts). */
  readonly place_subject: string | null;
  /** The session that it was challenged to answer, until it has (store/challenges). */
  readonly challenge_session_id: string | null;
  /** What is known of its place (service/location/place.ts): read only together with the subject that it is of. */
  readonly place: string | null;
};

/**
 * Which declared devices a host holds: by its operator's word, or by evidence of the chip that was declared. It is the
 * host's inventory: what is in it should be in the host's evidence. A TPM that was declared by its key needs none: see
 * register.ts.
 */
export type HostDeviceTable = {
  readonly device_id: string;
  readonly host_id: string;
  readonly link: 'operator-claimed' | 'chip-certificate';
  readonly since_ms: number;
};

/**
 * The GPUs and switches of each host's newest accepted submission, each chip once: whoever proved it last without
 * contradiction. Their age is the host's `evidence_at_ms`, and they prove nothing where its `outcome` is not accepted.
 */
export type ProvenChipTable = {
  /** SHA-256 of the key that NVIDIA certified as the chip's. */
  readonly chip_sha256: string;
  readonly host_id: string;
  readonly kind: 'gpu' | 'switch';
  readonly outcome: 'attested' | 'unproven';
  /** protocol/chip.ts, `chipEvidence`. */
  readonly evidence: string;
  /** The roots that it rests on, as `<purpose>:<sha256>`: a list. */
  readonly anchors: string;
  readonly valid_until_ms: number | null;
};

/** Two hosts that proved one chip: see service/chips/contest.ts. Open until it is closed; never deleted. */
export type ChipContestTable = {
  readonly id: string;
  readonly chip_sha256: string;
  readonly kind: 'gpu' | 'switch';
  readonly holder_id: string;
  readonly newcomer_id: string;
  readonly opened_at_ms: number;
  /** The issue of the newest nonce after that, to which each of them answered with this chip. */
  readonly holder_shown_ms: number | null;
  readonly newcomer_shown_ms: number | null;
  readonly closed_at_ms: number | null;
  readonly outcome: 'yielded' | 'contradicted' | null;
};

export type SessionTable = {
  /** Derived from the nonce, so that the primary key refuses a nonce that was ever issued before. */
  readonly id: string;
  readonly host_id: string;
  readonly nonce: Uint8Array;
  readonly issued_at_ms: number;
  readonly expires_at_ms: number;
  readonly submitted_at_ms: number | null;
  readonly evidence_digest: string | null;
  /** When its lapse was recorded: only if somebody submitted too late. */
  readonly lapsed_at_ms: number | null;
};

/** Submissions as received, by their SHA-256. */
export type EvidenceTable = {
  readonly digest: string;
  readonly media_type: string;
  readonly content: Uint8Array;
  readonly received_at_ms: number;
};

/** One appraisal for each submitted session; never changed. */
export type AppraisalTable = {
  readonly session_id: string;
  readonly host_id: string;
  readonly tenant: string;
  readonly evidence_digest: string;
  readonly outcome: 'accepted' | 'refused';
  readonly at_ms: number;
  /** The answer as it was given, its receipt aside. */
  readonly answer: string;
  readonly leaf_index: number;
  /** What it was judged by (protocol/appraisal-inputs.ts), as the text that its leaf has the digest of; null before that was kept. */
  readonly inputs: string | null;
};

/** Vendors' documents that appraisals rest on, by the SHA-256 of their bytes. Never changed. */
export type DocumentTable = {
  readonly digest: string;
  readonly content: Uint8Array;
  readonly first_used_ms: number;
  /** To the day: an appraisal that cites it is no younger than a day after this. */
  readonly last_used_ms: number;
};

/** Held for review: see service/latch. Open until it is cleared; never deleted. */
export type LatchTable = {
  readonly id: string;
  readonly tenant: string;
  readonly subject_kind: 'device' | 'host' | 'facility' | 'party' | 'licence';
  readonly subject_id: string;
  readonly code: string;
  readonly sentence: string;
  /** The session whose evidence shows the violation. */
  readonly session_id: string | null;
  readonly latched_at_ms: number;
  readonly cleared_at_ms: number | null;
  readonly cleared_by: string | null;
  readonly cleared_reason: string | null;
};

export type LicenceTable = {
  readonly id: string;
  /** The exporter that holds it. */
  readonly tenant: string;
  readonly conditions: string;
  readonly status: 'active' | 'suspended' | 'revoked';
  readonly created_by: string;
  readonly created_at_ms: number;
  readonly version: number;
  /** Of the newest act about it. */
  readonly leaf_index: number;
};

export type DecisionTable = {
  readonly id: string;
  readonly licence_id: string;
  readonly tenant: string;
  readonly outcome: 'allow' | 'deny';
  readonly at_ms: number;
  /** The answer as it was given, its receipt aside. */
  readonly answer: string;
  readonly leaf_index: number;
  /** Of everything that it weighed; null for decisions of before that was kept. */
  readonly input_sha256: string | null;
};

/** What decisions weighed, and the conditions of the licences that they were made under: canonical JSON by its digest. */
export type DecisionInputTable = {
  readonly sha256: string;
  readonly content: string;
};
