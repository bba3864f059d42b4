import { parseCredential, toCredentialFile } from '../../evidence/tpm/credential.ts';
import { AgentError } from '../errors.ts';
import { withEk } from './ek-authorization.ts';
import { locateEk } from './endorsement.ts';
import type { EkAlgorithm } from './endorsement-keys.ts';
import { handleText } from './handles.ts';
import type { CredentialChallenge } from './port.ts';
import { flushTransient, type Scratch } from './scratch.ts';
import { errorNumber, responseCode } from './tool-failure.ts';

/** TPM_RC_INTEGRITY 0x1f, VALUE 0x04, SIZE 0x15, and ECC_POINT 0x27 of format one: not a credential for these two keys. */
const NOT_FOR_US = new Set([0x09f, 0x084, 0x095, 0x0a7]);

/** TPM2_ActivateCredential (Part 3, 12.5) by the endorsement key, for the attestation key at its handle. */
export async function activateCredential(
  scratch: Scratch,
  akHandle: number,
  ekAlgorithm: EkAlgorithm,
  { credentialBlob, encryptedSecret }: CredentialChallenge,
): Promise<Uint8Array> {
  const ek = await locateEk(scratch, ekAlgorithm);
  await scratch.put('credential', toCredentialFile(parseCredential(credentialBlob, encryptedSecret)));
  try {
    await withEk(scratch, ek, (authorization) =>
      scratch.run('tpm2_activatecredential', [
        ...['-c', handleText(akHandle), '-C', ek.reference, '-i', 'credential', '-o', 'secret'],
        ...authorization,
      ]),
    );
  } catch (error) {
    throw explain(error);
  } finally {
    await flushTransient(scratch);
  }
  return scratch.get('secret');
}

function explain(error: unknown): unknown {
  if (!(error instanceof AgentError) || error.code !== 'tpm_failed') return error;
  const code = responseCode(error.actual ?? '');
  if (code === null || !NOT_FOR_US.has(errorNumber(code))) return error;
  return new AgentError(
    'credential_refused',
    'the credential was made for another TPM or another attestation key',
    'Begin the enrolment anew; if it happens again, ask who stands between this host and the verifier.',
    { cause: error },
  );
}
