import { equalBytes } from '../bytes/equal.ts';
import type { Certificate } from './certificate.ts';
import type { BasicOcspResponse, SingleResponse } from './ocsp.ts';
import { certIdMatches } from './ocsp-cert-id.ts';
import { demandAuthenticResponse } from './ocsp-responder.ts';
import {
  type CertifiedPath,
  issuerAt,
  type RevocationContext,
  type RevocationFinding,
  type RevocationSource,
} from './revocation-context.ts';
import { failureOf, type RevocationFailure, RevocationRefusal } from './revocation-failure.ts';

type Good = Extract<RevocationFinding, { readonly status: 'good' }>;

/**
 * The status of the certificate at `index` of a path by the OCSP responses at hand (RFC 6960, section 3.2).
 *
 * Of several responses an authentic `revoked` outweighs every `good`: a response is not withdrawn by a later one, and who
 * presents both would choose.
 */
export function statusByOcsp(
  path: CertifiedPath,
  index: number,
  context: RevocationContext,
): RevocationFinding {
  const certificate = path.chain[index];
  const failures: RevocationFailure[] = [];
  let good: Good | null = null;
  if (certificate === undefined) return { status: 'unknown', failures };
  const issuer = issuerAt(path, index);
  for (const response of context.responses) {
    const mine = response.responses.filter(({ certId }) => certIdMatches(certId, certificate, issuer));
    // In a bag of responses about many certificates, the rule rather than an exception.
    if (mine.length === 0) {
      failures.push(failureOf(OTHER_CERTIFICATE, 'ocsp', response.sha256));
      continue;
    }
    try {
      const finding = judge(response, { certificate, mine }, path, index, context);
      if (finding.status === 'revoked') return finding;
      if (good === null || finding.freshUntil > good.freshUntil) good = finding;
    } catch (error) {
      failures.push(failureOf(error, 'ocsp', response.sha256));
    }
  }
  return good ?? { status: 'unknown', failures };
}

/** Made once: a trace of its making says nothing. */
const OTHER_CERTIFICATE = new RevocationRefusal(
  'ocsp_other_certificate',
  'the response speaks of other certificates',
);

/** What one response says of one certificate. */
type Answers = { readonly certificate: Certificate; readonly mine: readonly SingleResponse[] };

/** @throws RevocationRefusal, SignatureError */
function judge(
  response: BasicOcspResponse,
  { certificate, mine }: Answers,
  path: CertifiedPath,
  index: number,
  context: RevocationContext,
): Exclude<RevocationFinding, { readonly status: 'unknown' }> {
  demandUnderstood([...response.unknownCritical, ...mine.flatMap((single) => single.unknownCritical)]);
  demandNonce(response, context.nonces.get(certificate.sha256));
  const freshUntil = new Date(Math.min(...mine.map((single) => freshness(response, single, context))));
  demandAuthenticResponse(response, path, index, context);
  for (const { certStatus, thisUpdate, nextUpdate } of mine) {
    const sources: RevocationSource[] = [{ kind: 'ocsp', sha256: response.sha256, thisUpdate, nextUpdate }];
    if (certStatus.status === 'revoked') {
      return { status: 'revoked', reason: certStatus.reason, revokedAt: certStatus.at, sources };
    }
  }
  if (mine.some(({ certStatus }) => certStatus.status !== 'good')) {
    throw new RevocationRefusal('ocsp_status_unknown', 'the responder does not know the certificate');
  }
  const sources = mine.map(
    ({ thisUpdate, nextUpdate }) =>
      ({ kind: 'ocsp', sha256: response.sha256, thisUpdate, nextUpdate }) as const,
  );
  return { status: 'good', sources, freshUntil };
}

function demandUnderstood([unknown]: readonly string[]): void {
  if (unknown === undefined) return;
  throw new RevocationRefusal('ocsp_extension_unknown', `critical extension ${unknown} is not understood`, {
    actual: unknown,
  });
}

/** RFC 9654: where the verifier sent a nonce, an older answer to somebody else must not do. */
function demandNonce({ nonce }: BasicOcspResponse, expected: Uint8Array | undefined): void {
  if (expected === undefined) return;
  if (nonce === null) throw new RevocationRefusal('ocsp_nonce_missing', 'the response carries no nonce');
  if (!equalBytes(nonce, expected)) {
    throw new RevocationRefusal('ocsp_nonce_mismatch', 'the response carries another nonce');
  }
}

/** Steps 5 and 6 of section 3.2. Returns until when, in milliseconds, the response may be relied upon. */
function freshness(
  { producedAt }: BasicOcspResponse,
  { thisUpdate, nextUpdate }: SingleResponse,
  { at, skewMs, ocspAheadMs, ocspMaxAgeMs, ocspNextUpdateRequired }: RevocationContext,
): number {
  const now = at.getTime();
  const actual = at.toISOString();
  if (![thisUpdate, producedAt].every((instant) => instant.getTime() <= now + ocspAheadMs)) {
    throw new RevocationRefusal('ocsp_not_yet_valid', 'the response is of a later time', { actual });
  }
  if (nextUpdate === null && ocspNextUpdateRequired) {
    throw new RevocationRefusal('ocsp_next_update_missing', 'nothing says when the response grows old');
  }
  const ends = [
    ...(nextUpdate === null ? [] : [nextUpdate.getTime()]),
    ...(ocspMaxAgeMs === null ? [] : [thisUpdate.getTime() + ocspMaxAgeMs]),
  ];
  const end = Math.min(...ends);
  if (!(end >= now - skewMs)) {
    const expected = `not after ${new Date(end).toISOString()}`;
    throw new RevocationRefusal('ocsp_expired', 'the response has grown old', { expected, actual });
  }
  return end;
}
