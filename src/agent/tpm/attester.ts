import { createHmac } from 'node:crypto';
import { z } from 'zod';
import { canonicalJsonBytes } from '../../bytes/canonical-json.ts';
import { domain } from '../../bytes/domain.ts';
import { fromBase64Url, toBase64Url } from '../../bytes/text.ts';
import { commitment } from '../../evidence/bundle/commitment.ts';
import { TPM_QUOTE_MEDIA_TYPE } from '../../evidence/bundle/labels.ts';
import { serialiseTpmItem } from '../../evidence/bundle/tpm-item.ts';
import { enrolmentChallenge } from '../../protocol/enrolment.ts';
import type { Attester } from '../attester.ts';
import { measure } from '../measure.ts';
import type { Note } from '../tee/attester.ts';
import { readAnswer } from '../verifier/answer.ts';
import type { HostLogs } from './event-log.ts';
import type { TpmDevice } from './port.ts';
import type { PcrChoice } from './selection.ts';

/** The TPM's label in a bundle. */
const TPM_LABEL = 'tpm';

/** A host by its TPM: enrolled by credential activation, attested by quotes of the key that was enrolled. */
export function tpmAttester(device: TpmDevice, choice: PcrChoice, note: Note = () => {}): Attester {
  return {
    kind: 'tpm',
    describe: async () => {
      const { ekCertificate, ekIntermediates, ekPublic, platform } = await device.readEndorsement();
      const { akPublic } = await device.createOrLoadAk();
      return {
        kind: 'tpm',
        tpm: {
          ekCertificate: toBase64Url(ekCertificate),
          ekIntermediates: ekIntermediates.map(toBase64Url),
          ekPublic: toBase64Url(ekPublic),
          akPublic: toBase64Url(akPublic),
          ...(platform === undefined
            ? {}
            : {
                platform: {
                  certificate: toBase64Url(platform.certificate),
                  intermediates: platform.intermediates.map(toBase64Url),
                },
              }),
        },
      };
    },
    answer: async (challenge, { address, hostKey }) => {
      const { enrolmentId, expiresAt, credentialBlob, encryptedSecret } = readAnswer(
        z.object(enrolmentChallenge.shape),
        challenge,
        address,
      );
      const secret = await device.activateCredential({
        credentialBlob: fromBase64Url(credentialBlob, 'credentialBlob'),
        encryptedSecret: fromBase64Url(encryptedSecret, 'encryptedSecret'),
      });
      const proof = toBase64Url(activationProof(secret, enrolmentId, hostKey.jkt));
      return { enrolmentId, expiresAt, step: 'activation', body: { proof } };
    },
    collect: async (binding, earlier) => {
      const extraData = commitment('tpm-extra-data', binding, earlier);
      // In this order: a host whose enrolled key is gone is told so, instead of being given a new one that nobody enrolled.
      const { quote, signature, pcrs } = await device.quote({ extraData, choice });
      const { akPublic } = await device.createOrLoadAk();
      const logs = await device.readLogs(choice);
      noteAbsence(logs, note);
      const value = serialiseTpmItem({ quote, signature, akPublic, pcrs, ...logItems(logs) });
      return { label: TPM_LABEL, mediaType: TPM_QUOTE_MEDIA_TYPE, value };
    },
    measure: async () => {
      const measured = await measure(device, choice);
      return measured === null ? null : { kind: 'tpm-pcrs', ...measured };
    },
  };
}

/** The item's members of both logs. A log that could not be read is said to be missing: the verifier's answer says it too. */
function logItems({ eventLog, imaLog }: HostLogs) {
  return {
    eventLog: eventLog.log,
    eventLogAbsent: eventLog.why,
    ...(imaLog === null ? {} : { imaLog: imaLog.log, imaLogAbsent: imaLog.why }),
  };
}

function noteAbsence({ eventLog, imaLog }: HostLogs, note: Note): void {
  if (eventLog.why !== null) note(`No event log, hence nothing that explains the PCRs: ${eventLog.why}.`);
  if (imaLog?.log === null) note(`No IMA log, hence nothing that explains PCR 10: ${imaLog.why}.`);
}

/** See protocol/enrolment.ts: binds the activated secret to this enrolment and to the host key, without sending it. */
function activationProof(secret: Uint8Array, enrolmentId: string, jkt: string): Uint8Array {
  const message = domain('activation', canonicalJsonBytes({ enrolmentId, jkt }));
  return new Uint8Array(createHmac('sha256', secret).update(message).digest());
}
