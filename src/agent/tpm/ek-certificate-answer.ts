import { z } from 'zod';
import { SextantError } from '../../bytes/errors.ts';
import { parseJson } from '../../bytes/json.ts';
import { fromBase64Url } from '../../bytes/text.ts';
import { AgentError } from '../errors.ts';

/** Beside it stands pubhash, what was asked. */
const intelAnswer = z.object({ certificate: z.string().min(1) });

/**
 * The certificate (DER) in an answer of Intel's: JSON, in it base64url whose padding is percent-encoded.
 * @throws AgentError `ek_service_malformed`
 */
export function readIntelAnswer(url: URL, answer: Uint8Array): Uint8Array {
  try {
    const { certificate } = intelAnswer.parse(parseJson(answer, { maxBytes: answer.length }));
    return fromBase64Url(certificate.replace(/(?:%3D|=){1,2}$/i, ''), 'certificate');
  } catch (cause) {
    if (!(cause instanceof SextantError || cause instanceof z.ZodError)) throw cause;
    throw unreadable(url, cause.message, cause);
  }
}

export function unreadable(url: URL, actual: string, cause?: Error): AgentError {
  return new AgentError(
    'ek_service_malformed',
    `${url.host} did not answer with an EK certificate`,
    'See whether something stands in for the service, such as a proxy; or name the certificate with --ek-certificate.',
    { actual: actual.slice(0, 600), ...(cause === undefined ? {} : { cause }) },
  );
}

export function unknownToMaker(url: URL): AgentError {
  return new AgentError(
    'ek_unknown_to_maker',
    `${url.host} knows no certificate for this TPM's endorsement key`,
    'See that the firmware is current and the endorsement seed was never changed; try --ek with the other kind of key, or enrol by other evidence.',
    { expected: '200', actual: `404 for ${url.pathname}` },
  );
}
