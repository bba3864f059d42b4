import { randomBytes } from 'node:crypto';
import { equalBytes } from '../../bytes/equal.ts';
import { type CertifiedPath, parseOcspResponse, writeOcspRequest } from '../../pki/index.ts';
import { issuerAt } from '../../pki/revocation-context.ts';
import { CollateralError } from '../errors.ts';
import type { Fetcher } from '../fetcher.ts';
import { judging, malformed, unverified } from '../malformed.ts';
import { type CollateralKey, keyText } from '../port.ts';

/** RFC 9654, section 2.1: what a client should send. */
const NONCE_BYTES = 32;
/** Genuine ones have 2 KB. */
const MAX_RESPONSE_BYTES = 64 << 10;

type Question = {
  readonly key: CollateralKey;
  readonly path: CertifiedPath;
  readonly url: URL;
  readonly signal: AbortSignal;
  readonly lane: string;
};

/**
 * Asks a responder about the first certificate of a path, with a nonce, and answers with its OCSPResponse in DER: one made for
 * this question, but of nobody knows whom before it is judged.
 *
 * @throws CollateralError; `collateral_not_found` where the responder does not answer for that issuer
 */
export async function askOcsp(
  { key, path, url, signal, lane }: Question,
  fetch: Fetcher,
): Promise<Uint8Array> {
  const [certificate] = path.chain;
  if (certificate === undefined) throw malformed(key, 'is about no certificate');
  const nonce = new Uint8Array(randomBytes(NONCE_BYTES));
  const request = writeOcspRequest({ certificate, issuer: issuerAt(path, 0), hash: 'sha384', nonce });
  const { body } = await fetch({
    url,
    accept: 'application/ocsp-response',
    maxBytes: MAX_RESPONSE_BYTES,
    signal,
    lane,
    post: { body: request, contentType: 'application/ocsp-request' },
  });
  const response = judging(key, () => parseOcspResponse(body, { maxBytes: MAX_RESPONSE_BYTES }));
  if (response.responseStatus !== 'successful') throw refusal(key, url, response.responseStatus);
  if (response.basic.nonce === null) throw unverified(key, 'the answer carries no nonce');
  if (!equalBytes(response.basic.nonce, nonce)) {
    throw unverified(key, 'the answer carries another nonce: it was made for another question');
  }
  return body;
}

type Refusal = 'malformedRequest' | 'internalError' | 'tryLater' | 'sigRequired' | 'unauthorized';

/** Unsigned, all of them: they say why there is no answer, and nothing of the certificate. */
function refusal(key: CollateralKey, url: URL, status: Refusal): CollateralError {
  const message = `${keyText(key)}: ${url.host} answered ${status}`;
  const details = { path: keyText(key), actual: status };
  switch (status) {
    case 'tryLater':
    case 'internalError':
      return new CollateralError('collateral_unavailable', message, details);
    case 'unauthorized':
      return new CollateralError('collateral_not_found', `${message}: it knows no such issuer`, details);
    case 'malformedRequest':
    case 'sigRequired':
      return new CollateralError('collateral_refused', message, details);
  }
}
