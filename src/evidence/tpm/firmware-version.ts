import { equalBytes } from '../../bytes/equal.ts';
import { hashAlgorithmById } from './algorithms.ts';
import { qualifiedName, TPM_RH_ENDORSEMENT } from './qualified-name.ts';
import type { TpmQuote } from './verify.ts';

/**
 * The TPM's firmware version, as far as a verified quote proves it; 0 where it does not, which is below every minimum.
 *
 * A key outside the endorsement hierarchy signs it with a number added that depends on the key (Part 1, 36.7; Part 3,
 * 18.1): whoever makes such keys until the sum is large enough shows any firmware that is asked for. The hierarchy is known
 * from the qualified signer alone: that of a child of the endorsement key, or of a primary key beside it.
 *
 * @param ekName TPM2B_NAME without size of the endorsement key; null where it is not known
 */
export function provenFirmwareVersion({ attest, ak }: TpmQuote, ekName: Uint8Array | null): bigint {
  if (ak.publicArea === null) return 0n;
  const parents = ekName === null ? [[]] : [[], named(ekName)];
  const within = parents.some((above) => {
    const signer = qualifiedName(TPM_RH_ENDORSEMENT, [
      ...above,
      ...(ak.publicArea === null ? [] : [ak.publicArea]),
    ]);
    return equalBytes(signer, attest.qualifiedSigner);
  });
  return within ? attest.firmwareVersion : 0n;
}

/** A key by its name alone, which begins with the hash that made it (Part 1, section 16). */
function named(name: Uint8Array): Parameters<typeof qualifiedName>[1][number][] {
  const nameAlg = hashAlgorithmById(((name[0] ?? 0) << 8) | (name[1] ?? 0));
  return nameAlg === undefined ? [] : [{ name, nameAlg }];
}
