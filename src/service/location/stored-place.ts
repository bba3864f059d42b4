import type { Standing } from '../../location/standing.ts';
import type { Place } from '../../protocol/facts.ts';

/** What a verdict says of a place, apart from who holds the key. */
export type PlaceFact = Omit<Place, 'keyCustody'>;

/** A landmark that a verdict leans on: its version, under whom it stood, and how far it was believed. */
export type LeanedOn = Pick<Standing, 'controlGroup' | 'tolerance'> & {
  readonly id: string;
  readonly digest: string;
};

/** What the store keeps of a host's newest verdict. */
export type StoredPlace = {
  readonly sessionId: string;
  /** What it is of: text of location/subject.ts. */
  readonly subject: string;
  readonly expiresAtMs: number;
  /** When the nonce of the session was issued: the proof's age counts from there. Absent in what was kept before it was. */
  readonly nonceIssuedAtMs?: number;
  /** By what it was judged: looked at again once that is another. */
  readonly trustEpoch: number;
  /** Of the facility's authorised area (location/area.ts). */
  readonly areaDigest: string;
  readonly landmarks: readonly LeanedOn[];
  readonly fact: PlaceFact;
};
