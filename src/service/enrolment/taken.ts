import { hostByAk, hostByEk, hostByKey } from '../../store/attestation/hosts.ts';
import type { HostTable } from '../../store/attestation/tables.ts';
import type { View } from '../../store/port.ts';
import { RequestError } from '../errors.ts';

/**
 * Whether a TPM may be enrolled with a host key by a tenant: nothing of it belongs to somebody else. What is in use is
 * in use by hardware that proved itself, so the newcomer is the one refused; the answer tells nothing of the other.
 *
 * @returns the host that this TPM is already, if it is one
 * @throws RequestError `host_key_taken`, `conflict`
 */
export async function requireFree(
  view: View,
  { jkt, tenant }: { readonly jkt: string; readonly tenant: string },
  { ekDigest, akName }: { readonly ekDigest: string; readonly akName: Uint8Array },
): Promise<HostTable | undefined> {
  const known = await view.first(hostByEk, { ekDigest });
  if (known !== undefined && known.tenant !== tenant) {
    throw new RequestError('conflict', 'this TPM is enrolled elsewhere: have it released there first', {
      path: 'body.tpm.ekPublic',
    });
  }
  const keyOwner = await view.first(hostByKey, { jkt });
  if (keyOwner !== undefined && keyOwner.ek_digest !== ekDigest) {
    throw new RequestError('host_key_taken', 'the host key belongs to another TPM: make a new one', {
      path: 'dpop.jwk',
    });
  }
  const akOwner = await view.first(hostByAk, { akName });
  if (akOwner !== undefined && akOwner.ek_digest !== ekDigest) {
    // One TPM with two endorsement keys (RSA and ECC) is one machine: it may not pass for two.
    throw new RequestError('conflict', 'the attestation key is enrolled under another endorsement key', {
      path: 'body.tpm.akPublic',
    });
  }
  return known;
}
