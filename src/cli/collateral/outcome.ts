import type { CollateralError } from '../../collateral/errors.ts';
import type { CollateralMetadata } from '../../collateral/port.ts';

/** Something that was asked for: what is at hand of it, or why it is not. */
export type Outcome = {
  readonly what: string;
  readonly documents: readonly CollateralMetadata[];
  readonly failure: CollateralError | null;
};
