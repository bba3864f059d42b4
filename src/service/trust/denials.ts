import { registersOf } from '../../appraisal/match-registers.ts';
import type { OfflineReferenceSet } from '../../appraisal/reference-set.ts';

/** Whether anything would be trusted again without this set: of its TEE or TPM, or of a guest's virtual one. */
export function declaresBad(set: OfflineReferenceSet): boolean {
  const registers = registersOf(set)?.registers.denied;
  return [set.denied, registers].some((denied) => denied !== undefined && Object.keys(denied).length > 0);
}

/** What a set declares bad and nothing that it allows: it fits hosts of no facility, and what it denies, it denies everywhere. */
export function denialsOf<Set extends OfflineReferenceSet>(set: Set, version: string): Set {
  return { ...set, version, facilities: [] };
}
