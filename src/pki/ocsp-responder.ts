import { equalBytes } from '../bytes/equal.ts';
import type { Certificate } from './certificate.ts';
import { equalNames } from './name.ts';
import { OID } from './object-identifiers.ts';
import type { BasicOcspResponse } from './ocsp.ts';
import { responderKeyHash } from './ocsp-cert-id.ts';
import {
  type CertifiedPath,
  holderOf,
  issuerAt,
  type KeyHolder,
  once,
  type RevocationContext,
} from './revocation-context.ts';
import { failureOf, mostTelling, type RevocationFailure, RevocationRefusal } from './revocation-failure.ts';
import { verifySignature } from './signature.ts';

const ID_PKIX_OCSP_NOCHECK = '1.3.6.1.5.5.7.48.1.5';

/** Extensions of a responder's certificate that may be critical though `others` holds them: none but this. */
const UNDERSTOOD: ReadonlySet<string> = new Set([ID_PKIX_OCSP_NOCHECK]);

/**
 * RFC 6960, 4.2.2.2: the response is signed by the issuer of the certificate at `index`, or by a responder whom that
 * issuer, with that very key, certified for OCSP signing. Responders trusted by local configuration do not exist here.
 *
 * @throws RevocationRefusal, the most telling of all candidates' failures; SignatureError
 */
export function demandAuthenticResponse(
  response: BasicOcspResponse,
  path: CertifiedPath,
  index: number,
  context: RevocationContext,
): void {
  const issuer = issuerAt(path, index);
  if (isResponder(response, issuer)) {
    verifyResponseSignature(response, issuer, context);
    return;
  }
  const failures: RevocationFailure[] = [];
  for (const certificate of [...response.certificates, ...context.certificates]) {
    if (!isResponder(response, holderOf(certificate))) continue;
    try {
      demandDelegation(certificate, path, index, context);
      verifyResponseSignature(response, holderOf(certificate), context);
      demandUnrevoked(certificate, path, index, context);
      return;
    } catch (error) {
      failures.push(failureOf(error, 'ocsp', response.sha256));
    }
  }
  if (failures.length === 0) {
    throw new RevocationRefusal('ocsp_responder_unknown', 'nobody at hand is the responder that it names');
  }
  const code = mostTelling(failures);
  throw new RevocationRefusal(code, failures.find((failure) => failure.code === code)?.message ?? code);
}

function isResponder({ responderId }: BasicOcspResponse, holder: KeyHolder): boolean {
  return responderId.by === 'name'
    ? equalNames(responderId.name, holder.name)
    : equalBytes(responderId.keyHash, responderKeyHash(holder));
}

function verifyResponseSignature(
  response: BasicOcspResponse,
  { publicKey }: KeyHolder,
  context: RevocationContext,
): void {
  once(context, `ocsp ${response.sha256} ${publicKey.sha256}`, () => {
    context.budget.spend('signatures');
    verifySignature(response, publicKey, context.algorithms);
  });
}

/** Issued by the issuer itself, for OCSP signing in so many words, in date, and without demands that nobody here meets. */
function demandDelegation(
  responder: Certificate,
  path: CertifiedPath,
  index: number,
  context: RevocationContext,
): void {
  const issuer = issuerAt(path, index);
  const { extKeyUsage, keyUsage, others } = responder.extensions;
  if (!equalNames(responder.issuer, issuer.name)) throw unauthorized('was issued by another CA');
  // In so many words: anyExtendedKeyUsage would make a responder of every certificate without a purpose.
  if (!extKeyUsage?.value.includes(OID.ocspSigning)) throw unauthorized('is not for OCSP signing');
  if (keyUsage !== undefined && !keyUsage.value.has('digitalSignature')) {
    throw unauthorized('has a key usage without digitalSignature');
  }
  for (const [oid, { critical }] of others) {
    if (critical && !UNDERSTOOD.has(oid)) throw unauthorized(`has the unknown critical extension ${oid}`);
  }
  const at = context.at.getTime();
  if (!(responder.notBefore.getTime() <= at && at <= responder.notAfter.getTime())) {
    throw new RevocationRefusal('ocsp_responder_expired', 'the responder’s certificate is not in date', {
      expected: `${responder.notBefore.toISOString()} to ${responder.notAfter.toISOString()}`,
      actual: context.at.toISOString(),
    });
  }
  try {
    once(context, `certificate ${responder.sha256} ${issuer.publicKey.sha256}`, () => {
      context.budget.spend('signatures');
      verifySignature(responder, issuer.publicKey, context.algorithms);
    });
  } catch (error) {
    const { code, message } = failureOf(error, 'ocsp', null);
    if (code !== 'ocsp_signature_invalid') throw error;
    throw unauthorized(`was not signed by the issuer: ${message}`);
  }
}

/** 4.2.2.2.1: marked as needing no check for its short life, or unrevoked by the issuer's CRL. Never merely assumed. */
function demandUnrevoked(
  responder: Certificate,
  path: CertifiedPath,
  index: number,
  context: RevocationContext,
): void {
  if (responder.extensions.others.has(ID_PKIX_OCSP_NOCHECK)) return;
  const chain = [responder, ...path.chain.slice(index + 1)];
  const finding = context.statusByCrl({ chain, anchor: path.anchor }, 0, context);
  if (finding.status === 'revoked') {
    throw new RevocationRefusal('ocsp_responder_revoked', 'the responder’s certificate is revoked');
  }
  if (finding.status === 'unknown') {
    throw new RevocationRefusal(
      'ocsp_responder_status_unknown',
      `whether the responder is revoked is not known: ${mostTelling(finding.failures)}`,
    );
  }
}

function unauthorized(why: string): RevocationRefusal {
  return new RevocationRefusal('ocsp_responder_unauthorized', `the responder’s certificate ${why}`);
}
