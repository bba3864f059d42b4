/** The tables of unannounced challenges. Instants are milliseconds since the epoch, digests hexadecimal. */
export type ChallengeTables = {
  readonly challenge_order: ChallengeOrderTable;
  readonly challenge: ChallengeTable;
};

/** What an auditor ordered, and how it was drawn; never deleted. */
export type ChallengeOrderTable = {
  readonly id: string;
  /** Among which devices: those of a licence, at a facility, of a party. */
  readonly of_kind: 'licence' | 'facility' | 'party';
  readonly of_id: string;
  /** How many devices. */
  readonly wanted: number;
  readonly answer_within_ms: number;
  /** Of the auditor's secret, which he tells when the devices are drawn (record/challenge/draw.ts). */
  readonly commitment: string;
  /** How many devices it was drawn from, and the digest of their ids, which are kept beside what decisions weighed. */
  readonly population: number;
  readonly population_sha256: string;
  readonly reason: string;
  readonly ordered_by: string;
  readonly ordered_at_ms: number;
  /** Of the order: the tree that ends with this leaf is what the seed is made of. */
  readonly leaf_index: number;
  /** `lapsed`: nobody drew it in time. */
  readonly state: 'ordered' | 'drawn' | 'ended' | 'lapsed';
  readonly secret: string | null;
  readonly seed: string | null;
  readonly drawn_leaf: number | null;
  readonly drawn_at_ms: number | null;
  readonly deadline_ms: number | null;
  readonly ended_at_ms: number | null;
};

export type ChallengeOutcome =
  | 'pending'
  | 'answered'
  | 'not-shown'
  | 'refused'
  | 'unanswered'
  | 'unreachable';

/** A device that was drawn. */
export type ChallengeTable = {
  readonly order_id: string;
  readonly device_id: string;
  /** In the draw, from 0. */
  readonly position: number;
  /** The host that carried it then; null where none did. */
  readonly host_id: string | null;
  /** The session that its host is to answer. */
  readonly session_id: string | null;
  readonly outcome: ChallengeOutcome;
  readonly settled_at_ms: number | null;
};
