import { hostByAk, hostByEk, hostByKey } from '../../store/attestation/hosts.ts';
import type { HostTable } from '../../store/attestation/tables.ts';
import type { View } from '../../store/port.ts';
import { RequestError } from '../errors.ts';

type Wanted = {
  readonly tenant: string;
  readonly jkt: string;
  readonly ekDigest: string;
  readonly akName: Uint8Array;
};

/**
 * A host key belongs to one TPM. Asked before the challenge too: whoever proves the key may know.
 * @throws RequestError `host_key_taken`
 */
export async function requireFreeKey(
  view: View,
  { jkt, ekDigest }: Pick<Wanted, 'jkt' | 'ekDigest'>,
): Promise<void> {
  const owner = await view.first(hostByKey, { jkt });
  if (owner === undefined || owner.ek_digest === ekDigest) return;
  throw new RequestError('host_key_taken', 'the host key belongs to another TPM: make a new one', {
    path: 'dpop.jwk',
  });
}

/**
 * Whether a TPM may become this tenant's host. What is in use is in use by hardware that proved itself, so the newcomer
 * is the one refused; the answer tells nothing of the other. Asked only of whoever proved to hold the keys: certificates
 * and public keys are no secrets, and with them alone anybody could ask which machines are enrolled.
 *
 * @returns the host that this TPM is already, if it is one
 * @throws RequestError `host_key_taken`, `conflict`
 */
export async function requireFree(view: View, wanted: Wanted): Promise<HostTable | undefined> {
  const { tenant, ekDigest, akName } = wanted;
  await requireFreeKey(view, wanted);
  const known = await view.first(hostByEk, { ekDigest });
  if (known !== undefined && known.tenant !== tenant) {
    throw new RequestError('conflict', 'this TPM is enrolled elsewhere: have it released there first', {
      path: 'body.tpm.ekPublic',
    });
  }
  const owner = await view.first(hostByAk, { akName });
  if (owner === undefined || owner.ek_digest === ekDigest) return known;
  // One TPM with two endorsement keys (RSA and ECC) is one machine: it may not pass for two.
  throw new RequestError('conflict', 'the attestation key is enrolled under another endorsement key', {
    path: 'body.tpm.akPublic',
  });
}
