import { hash as digest } from 'node:crypto';
import type { TpmtPublic } from './public.ts';

/** TPM_RH_ENDORSEMENT and TPM_RH_OWNER (Part 2, 7.4): the hierarchies in which attestation keys are created. */
export const TPM_RH_ENDORSEMENT = 0x4000000b;
export const TPM_RH_OWNER = 0x40000001;

/**
 * The qualified name of a key (Part 1, 16.3): each level hashes its parent's qualified name and its own name, so that
 * it says under which parents, in which hierarchy, the key stands.
 *
 * @param hierarchy a TPM_RH handle
 * @param keys from the primary key down to the key itself
 */
export function qualifiedName(
  hierarchy: number,
  keys: readonly Pick<TpmtPublic, 'name' | 'nameAlg'>[],
): Uint8Array {
  let qualified: Uint8Array = Uint8Array.of(
    hierarchy >>> 24,
    (hierarchy >>> 16) & 0xff,
    (hierarchy >>> 8) & 0xff,
    hierarchy & 0xff,
  );
  for (const { name, nameAlg } of keys) {
    const nested = digest(nameAlg.name, Buffer.concat([qualified, name]), 'buffer');
    qualified = Buffer.concat([Uint8Array.of(nameAlg.id >> 8, nameAlg.id & 0xff), nested]);
  }
  return new Uint8Array(qualified);
}
