import type { Controlled } from './control-groups.ts';
import type { Place } from './wgs84.ts';

/** A landmark as the registry has it, in force. */
export type Landmark = Controlled & {
  readonly place: Place;
  /** How far it may stand from `place`. */
  readonly uncertaintyMeters: number;
  /**
   * By what its place is known. `audit`: somebody independent looked at a sealed unit, at `auditedAt`. `mesh`: nobody did;
   * what other landmarks measure of it has to prove it.
   */
  readonly basis: { readonly kind: 'audit'; readonly auditedAt: Date } | { readonly kind: 'mesh' };
};

/** One landmark's measurement of another, the least of its valid rounds. */
export type MeshPair = {
  /** That measured, and signed. */
  readonly from: string;
  readonly to: string;
  readonly minRttNanos: number;
  /** Of the clock of `from`. */
  readonly clockErrorPpm: number;
  readonly at: Date;
};
