import { Budget } from '../bytes/budget.ts';
import { FormatError } from '../bytes/errors.ts';
import { type AlgorithmPolicy, DEFAULT_ALGORITHMS } from './algorithm-policy.ts';
import type { Certificate } from './certificate.ts';
import { type Crl, parseCrl } from './crl.ts';
import { statusByCrl } from './crl-status.ts';
import { newestFirst } from './newest-crl.ts';
import { type BasicOcspResponse, type OcspResponse, parseOcspResponse } from './ocsp.ts';
import { statusByOcsp } from './ocsp-status.ts';
import { PathError } from './path-error.ts';
import type { Profile } from './profile.ts';
import type {
  CertifiedPath,
  RevocationContext,
  RevocationFinding,
  RevocationSource,
} from './revocation-context.ts';
import { failureOf, mostTelling, type RevocationCode, type RevocationFailure } from './revocation-failure.ts';
import type { RevocationReason } from './revocation-reason.ts';

/** What revocation is judged by. `at` and the bytes are all there is: nothing is fetched, no clock is read. */
export type RevocationInput = {
  /** A bag in any order, of any issuers, complete and delta CRLs; DER, or parsed already where they serve many chains. */
  readonly crls?: readonly (Uint8Array | Crl)[];
  /** OCSPResponses in any order; DER, or parsed already where they serve many chains. */
  readonly ocsp?: readonly (Uint8Array | OcspResponse)[];
  /** Certificates that may have signed CRLs or responses without standing on the path; trusted for nothing. */
  readonly certificates?: readonly Certificate[];
  readonly at: Date;
  /** How far thisUpdate and nextUpdate may be passed either way; 0 unless given. */
  readonly skewMs?: number;
  /**
   * How far an OCSP response's thisUpdate and producedAt may lie ahead, where that is to be more than `skewMs`: a responder that
   * answers at its own instant is often ahead of our clock. It lengthens no response's life.
   */
  readonly ocspAheadMs?: number;
  /** Greatest age of an OCSP response since its thisUpdate; without it, nextUpdate alone counts and must be there. */
  readonly ocspMaxAgeMs?: number;
  /**
   * `required` refuses a response without nextUpdate even where a greatest age is set: its maker says that newer information
   * is always at hand (RFC 6960, section 2.4), so that it must not be kept.
   */
  readonly ocspNextUpdate?: 'required' | 'optional';
  /** By SHA-256 of a certificate: the nonce sent when its status was asked, which the response must carry. */
  readonly nonces?: ReadonlyMap<string, Uint8Array>;
  /** Delta CRLs are used where they fit unless this says `ignore`. */
  readonly deltas?: 'use' | 'ignore';
  /**
   * `rfc5280` also refuses CRLs that depart from section 5 (see `CrlDeparture`), `webpki` also what the CA/Browser Forum
   * forbids; `path`, the default, asks what section 6.3 asks, for manufacturers' CRLs are not all made by section 5.
   */
  readonly crlProfile?: Profile;
  /** {@link DEFAULT_ALGORITHMS} unless given. */
  readonly algorithms?: AlgorithmPolicy;
  readonly budget?: Budget;
  /**
   * Which key signed which CRL or response, and what was wrong if none did: for who asks about several paths in turn, with
   * the same algorithms. Filled by each call; by digests, so that it holds whatever else differs.
   */
  readonly outcomes?: Map<string, unknown>;
};

/** What is known of one certificate. Nothing but `good` may be relied upon. */
export type RevocationVerdict =
  | {
      readonly status: 'good';
      readonly certificate: Certificate;
      readonly sources: readonly RevocationSource[];
      /** The earliest instant at which one of the sources grows old. */
      readonly freshUntil: Date;
    }
  | {
      readonly status: 'revoked';
      readonly certificate: Certificate;
      readonly reason: RevocationReason;
      /** When, by the authority's word. It says so for information: a listed certificate is revoked at every `at`. */
      readonly revokedAt: Date;
      readonly sources: readonly RevocationSource[];
    }
  | {
      readonly status: 'unknown';
      readonly certificate: Certificate;
      /** The most telling of the failures. */
      readonly why: RevocationCode;
      /** Every attempt, in the order in which they were made; alike ones once. */
      readonly failures: readonly RevocationFailure[];
    };

/**
 * The revocation status of each certificate of a validated path, leaf first, by the CRLs (RFC 5280, section 6.3) and OCSP
 * responses (RFC 6960) at hand. The anchor has none: whoever named it withdraws it.
 *
 * `good` takes one authentic, fresh source that covers the certificate for every reason; `revoked` by either kind of source
 * outweighs `good` by the other, a hold included. What is absent, malformed, badly signed, out of scope or out of date is
 * `unknown` with its reason, never `good`.
 *
 * Throws FormatError `bad_value` for an instant, skew or age that is none, and never for what the bytes hold. Unproven afterwards: that no newer CRL or response exists. Who keeps the
 * highest `thisUpdate` seen of each issuer notices being served an old one that is still in date.
 */
export function verifyRevocation(path: CertifiedPath, input: RevocationInput): readonly RevocationVerdict[] {
  checkInput(input);
  const context = contextOf(input);
  return path.chain.map((certificate, index) => {
    const byOcsp = statusByOcsp(path, index, context);
    const byCrl = statusByCrl(path, index, context);
    return verdictOf(certificate, [byOcsp, byCrl], context.unreadable);
  });
}

/**
 * {@link verifyRevocation} as the check of a path that `verifyPath` takes as its `acceptPath`: a path with a certificate that
 * is not `good` is passed over for another.
 *
 * @throws PathError `path_refused`, naming the certificate
 */
export function demandUnrevoked(path: CertifiedPath, input: RevocationInput): void {
  for (const verdict of verifyRevocation(path, input)) {
    if (verdict.status === 'good') continue;
    const actual = verdict.status === 'revoked' ? `revoked: ${verdict.reason}` : verdict.why;
    throw new PathError('path_refused', `is not known to be unrevoked (${actual})`, verdict.certificate, {
      expected: 'good',
      actual,
    });
  }
}

/** One code for each answer; a hold is not a revocation, though neither may be relied upon (RFC 5280, section 5.3.1). */
export function revocationCode(
  verdict: RevocationVerdict,
): 'good' | 'certificate_revoked' | 'certificate_on_hold' | RevocationCode {
  switch (verdict.status) {
    case 'good':
      return 'good';
    case 'revoked':
      return verdict.reason === 'certificateHold' ? 'certificate_on_hold' : 'certificate_revoked';
    case 'unknown':
      return verdict.why;
  }
}

/** A number that is none would compare false with everything, and so let some comparison pass. */
function checkInput({ at, skewMs = 0, ocspAheadMs = 0, ocspMaxAgeMs = 0 }: RevocationInput): void {
  const isSpan = (span: number): boolean => span >= 0 && span <= MAX_SPAN_MS;
  if (!Number.isNaN(at.getTime()) && [skewMs, ocspAheadMs, ocspMaxAgeMs].every(isSpan)) return;
  throw new FormatError('bad_value', 'the instant, the skew or the greatest age is none', { path: 'at' });
}

/** A century: keeps every sum of an instant and a span an instant. */
const MAX_SPAN_MS = 36_525 * 86_400_000;

function verdictOf(
  certificate: Certificate,
  findings: readonly RevocationFinding[],
  unreadable: readonly RevocationFailure[],
): RevocationVerdict {
  const revoked = findings.find((finding) => finding.status === 'revoked');
  if (revoked !== undefined) return { certificate, ...revoked };
  const good = findings.filter((finding) => finding.status === 'good');
  if (good.length > 0) {
    // Either kind would do alone, so the verdict stands until the later of them grows old.
    const freshUntil = new Date(Math.max(...good.map((finding) => finding.freshUntil.getTime())));
    return { status: 'good', certificate, sources: good.flatMap(({ sources }) => sources), freshUntil };
  }
  const unknown = findings.flatMap((finding) => (finding.status === 'unknown' ? finding.failures : []));
  const failures = [...unreadable, ...unknown].filter(isFirstOfItsKind);
  return { status: 'unknown', certificate, why: mostTelling(failures), failures };
}

/** A CRL is tried under each distribution point and fails under most of them alike. */
function isFirstOfItsKind(
  { code, source }: RevocationFailure,
  index: number,
  all: readonly RevocationFailure[],
): boolean {
  return all.findIndex((other) => other.code === code && other.source === source) === index;
}

/** What each part of a judgement is handed. */
export function contextOf(input: RevocationInput): RevocationContext {
  const unreadable: RevocationFailure[] = [];
  const crls = (input.crls ?? []).flatMap((crl) => {
    try {
      return [crl instanceof Uint8Array ? parseCrl(crl) : crl];
    } catch (error) {
      unreadable.push(failureOf(error, 'crl', null));
      return [];
    }
  });
  const isDelta = (crl: Crl): boolean => crl.extensions.deltaBase !== null;
  const responses = (input.ocsp ?? []).flatMap((one) => readResponse(one, unreadable));
  return {
    at: input.at,
    skewMs: input.skewMs ?? 0,
    algorithms: input.algorithms ?? DEFAULT_ALGORITHMS,
    crlProfile: input.crlProfile ?? 'path',
    budget: input.budget ?? new Budget(),
    crls: crls.filter((crl) => !isDelta(crl)).toSorted(newestFirst),
    deltas: input.deltas === 'ignore' ? [] : crls.filter(isDelta).toSorted(newestFirst),
    responses,
    unreadable,
    certificates: input.certificates ?? [],
    nonces: input.nonces ?? new Map(),
    ocspAheadMs: Math.max(input.skewMs ?? 0, input.ocspAheadMs ?? 0),
    ocspMaxAgeMs: input.ocspMaxAgeMs ?? null,
    ocspNextUpdateRequired: input.ocspNextUpdate === 'required' || input.ocspMaxAgeMs === undefined,
    pending: new Set(),
    outcomes: input.outcomes ?? new Map(),
    statusByCrl,
  };
}

function readResponse(
  given: Uint8Array | OcspResponse,
  unreadable: RevocationFailure[],
): BasicOcspResponse[] {
  try {
    const response = given instanceof Uint8Array ? parseOcspResponse(given) : given;
    if (response.responseStatus === 'successful') return [response.basic];
    const message = `the responder answered ${response.responseStatus}`;
    unreadable.push({ code: 'ocsp_refused', message, source: null });
  } catch (error) {
    unreadable.push(failureOf(error, 'ocsp', null));
  }
  return [];
}
