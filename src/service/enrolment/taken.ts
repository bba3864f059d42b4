import { hostByAk, hostByIdentity, hostByKey } from '../../store/attestation/hosts.ts';
import type { HostTable } from '../../store/attestation/tables.ts';
import type { View } from '../../store/port.ts';
import { RequestError } from '../errors.ts';

type Wanted = {
  readonly tenant: string;
  readonly jkt: string;
  /** Of the host's own TPM or guest: see store/attestation/tables.ts. */
  readonly identity: string;
  readonly akName: Uint8Array;
};

/**
 * A host key belongs to one host. Asked before the challenge too: whoever proves the key may know.
 * @throws RequestError `host_key_taken`
 */
export async function requireFreeKey(
  view: View,
  { jkt, identity }: Pick<Wanted, 'jkt' | 'identity'>,
): Promise<void> {
  const owner = await view.first(hostByKey, { jkt });
  if (owner === undefined || owner.identity_sha256 === identity) return;
  throw new RequestError('host_key_taken', 'the host key belongs to another host: make a new one', {
    path: 'dpop.jwk',
  });
}

/**
 * A guest is its host key, so a key that any host has is no new guest's.
 * @throws RequestError `host_key_taken`
 */
export async function requireUnusedKey(view: View, jkt: string): Promise<void> {
  if ((await view.first(hostByKey, { jkt })) === undefined) return;
  throw new RequestError('host_key_taken', 'the host key is enrolled already: make a new one', {
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
  const { tenant, identity, akName } = wanted;
  await requireFreeKey(view, wanted);
  const known = await view.first(hostByIdentity, { identity });
  if (known !== undefined && known.tenant !== tenant) {
    throw new RequestError('conflict', 'this TPM is enrolled elsewhere: have it released there first', {
      path: 'body.tpm.ekPublic',
    });
  }
  const owner = await view.first(hostByAk, { akName });
  if (owner === undefined || owner.identity_sha256 === identity) return known;
  // One TPM with two endorsement keys (RSA and ECC) is one machine: it may not pass for two.
  throw new RequestError('conflict', 'the attestation key is enrolled under another endorsement key', {
    path: 'body.tpm.akPublic',
  });
}
