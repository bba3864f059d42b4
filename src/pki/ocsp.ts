import { createHash } from 'node:crypto';
import { DerReader } from '../bytes/der.ts';
import { contextConstructed, contextPrimitive, TAG } from '../bytes/der-tag.ts';
import { type AlgorithmIdentifier, readAlgorithmIdentifier } from './algorithm-identifier.ts';
import { type Certificate, MAX_CERTIFICATE_OCTETS, parseCertificate } from './certificate.ts';
import { readEach, readReason } from './crl-extensions.ts';
import { type Name, readName } from './name.ts';
import type { RevocationReason } from './revocation-reason.ts';

/** OCSPResponse (RFC 6960, section 4.2.1): an answer, or a refusal that nobody signs and that proves nothing. */
export type OcspResponse =
  | { readonly responseStatus: 'successful'; readonly basic: BasicOcspResponse }
  | { readonly responseStatus: OcspRefusal };

type OcspRefusal = 'malformedRequest' | 'internalError' | 'tryLater' | 'sigRequired' | 'unauthorized';

/** Parsed and nothing more: nobody has checked who signed it. That is `verifyRevocation`'s. */
export type BasicOcspResponse = {
  /** SHA-256 of the whole OCSPResponse, lower-case hexadecimal: what a record of a decision names it by. */
  readonly sha256: string;
  /** ResponseData, exactly the bytes that were signed. */
  readonly tbs: Uint8Array;
  readonly signatureAlgorithm: AlgorithmIdentifier;
  readonly signature: Uint8Array;
  readonly responderId: ResponderId;
  readonly producedAt: Date;
  readonly responses: readonly SingleResponse[];
  /** The nonce of the request that it answers (RFC 9654); null where it carries none. */
  readonly nonce: Uint8Array | null;
  /** Critical extensions that are not understood: with any, the response must not be used. */
  readonly unknownCritical: readonly string[];
  /** Certificates that the responder sent along; trusted for nothing. */
  readonly certificates: readonly Certificate[];
};

type ResponderId =
  | { readonly by: 'name'; readonly name: Name }
  /** SHA-1 of the responder's key, without tag, length and unused bits. */
  | { readonly by: 'key'; readonly keyHash: Uint8Array };

/** Which certificate is meant (section 4.1.1): its issuer by digests, and its serial number. */
export type CertId = {
  readonly hashAlgorithm: string;
  readonly issuerNameHash: Uint8Array;
  readonly issuerKeyHash: Uint8Array;
  /** The INTEGER's contents, as a certificate has them. */
  readonly serialNumber: Uint8Array;
};

type CertStatus =
  | { readonly status: 'good' }
  | { readonly status: 'revoked'; readonly at: Date; readonly reason: RevocationReason }
  | { readonly status: 'unknown' };

export type SingleResponse = {
  readonly certId: CertId;
  readonly certStatus: CertStatus;
  readonly thisUpdate: Date;
  readonly nextUpdate: Date | null;
  readonly unknownCritical: readonly string[];
};

export type OcspLimits = {
  /** Ceiling of the encoding; 64 KiB unless given. */
  readonly maxBytes?: number;
};

const RESPONSE_STATUS: ReadonlyMap<number, OcspRefusal> = new Map([
  [1, 'malformedRequest'],
  [2, 'internalError'],
  [3, 'tryLater'],
  [5, 'sigRequired'],
  [6, 'unauthorized'],
]);

const ID_PKIX_OCSP_BASIC = '1.3.6.1.5.5.7.48.1.1';
export const ID_PKIX_OCSP_NONCE = '1.3.6.1.5.5.7.48.1.2';

const MAX_RESPONSES = 64;
const MAX_CERTIFICATES = 8;
const MAX_SERIAL_OCTETS = 64;
const MAX_SIGNATURE_OCTETS = 2600;
/** RFC 9654, section 2.1: SIZE(1..128). */
export const MAX_NONCE_OCTETS = 128;

/**
 * Reads one DER OCSPResponse, strictly, and nothing after it. The input is copied.
 *
 * Supports version 1 and `id-pkix-ocsp-basic`, the only type that there is. Throws FormatError. Unproven afterwards:
 * everything that the response says.
 */
export function parseOcspResponse(input: Uint8Array, limits: OcspLimits = {}): OcspResponse {
  const { maxBytes = 64 << 10 } = limits;
  const der = new Uint8Array(input);
  return DerReader.parse(der, 'OCSPResponse', (reader) =>
    reader.sequence('ocspResponse', maxBytes, (outer) => {
      const number = outer.smallInteger('responseStatus', 6, TAG.enumerated);
      if (number === 0) {
        const basic = readResponseBytes(outer, maxBytes);
        const sha256 = createHash('sha256').update(der).digest('hex');
        return { responseStatus: 'successful', basic: { sha256, ...basic } };
      }
      const responseStatus = RESPONSE_STATUS.get(number);
      if (responseStatus === undefined) throw outer.error('bad_value', 'responseStatus', `is ${number}`);
      return { responseStatus };
    }),
  );
}

function readResponseBytes(outer: DerReader, maxBytes: number): Omit<BasicOcspResponse, 'sha256'> {
  return outer.nested(contextConstructed(0), 'responseBytes', maxBytes, (explicit) =>
    explicit.sequence('responseBytes', maxBytes, (reader) => {
      const type = reader.oid('responseType');
      if (type !== ID_PKIX_OCSP_BASIC) throw reader.error('unsupported', 'responseType', `is ${type}`);
      const response = reader.octetString('response', maxBytes);
      return DerReader.parse(response, 'BasicOCSPResponse', (inner) => readBasic(inner, maxBytes));
    }),
  );
}

function readBasic(outer: DerReader, maxBytes: number): Omit<BasicOcspResponse, 'sha256'> {
  return outer.sequence('basicOcspResponse', maxBytes, (reader) => {
    const { value: data, raw: tbs } = reader.withBytes((inner) => readResponseData(inner, maxBytes));
    const signatureAlgorithm = readAlgorithmIdentifier(reader, 'signatureAlgorithm');
    const signature = reader.bitStringOctets('signature', MAX_SIGNATURE_OCTETS);
    const certificates = reader.has(contextConstructed(0))
      ? reader.nested(contextConstructed(0), 'certs', maxBytes, (explicit) =>
          explicit.sequenceOf(
            'certs',
            maxBytes,
            MAX_CERTIFICATES,
            (list) => parseCertificate(list.element(TAG.sequence, 'certificate', MAX_CERTIFICATE_OCTETS).raw),
            TAG.sequence,
            0,
          ),
        )
      : [];
    return { tbs, signatureAlgorithm, signature, certificates, ...data };
  });
}

function readResponseData(outer: DerReader, maxBytes: number) {
  return outer.sequence('tbsResponseData', maxBytes, (reader) => {
    // Version 1 is the default, and DER leaves a default out.
    if (reader.has(contextConstructed(0))) throw reader.error('unsupported', 'version', 'is given');
    const responderId = readResponderId(reader);
    const producedAt = reader.generalizedTime('producedAt').instant;
    const responses = reader.sequenceOf('responses', maxBytes, MAX_RESPONSES, readSingleResponse);
    let nonce: Uint8Array | null = null;
    const unknownCritical = reader.has(contextConstructed(1))
      ? reader.nested(contextConstructed(1), 'responseExtensions', maxBytes, (explicit) =>
          readEach(explicit, 'responseExtensions', (oid, value) => {
            if (oid !== ID_PKIX_OCSP_NONCE) return false;
            nonce = DerReader.parse(value, 'Nonce', readNonce);
            return true;
          }),
        )
      : [];
    return { responderId, producedAt, responses, nonce, unknownCritical };
  });
}

function readNonce(reader: DerReader): Uint8Array {
  const nonce = reader.octetString('nonce', MAX_NONCE_OCTETS);
  if (nonce.length === 0) throw reader.error('bad_value', 'nonce', 'is empty');
  return nonce;
}

function readResponderId(reader: DerReader): ResponderId {
  if (reader.has(contextConstructed(2))) {
    return reader.nested(contextConstructed(2), 'responderID', 32, (explicit) => ({
      by: 'key',
      keyHash: explicit.octetString('byKey', 20),
    }));
  }
  return reader.nested(contextConstructed(1), 'responderID', 16_384, (explicit) => ({
    by: 'name',
    name: readName(explicit, 'byName'),
  }));
}

function readSingleResponse(outer: DerReader): SingleResponse {
  return outer.sequence('singleResponse', 8192, (reader) => {
    const certId = readCertId(reader);
    const certStatus = readCertStatus(reader);
    const thisUpdate = reader.generalizedTime('thisUpdate').instant;
    const nextUpdate = reader.has(contextConstructed(0))
      ? reader.nested(contextConstructed(0), 'nextUpdate', 32, (inner) => inner.generalizedTime('nextUpdate'))
          .instant
      : null;
    const unknownCritical = reader.has(contextConstructed(1))
      ? reader.nested(contextConstructed(1), 'singleExtensions', 8192, (inner) =>
          readEach(inner, 'singleExtensions', () => false),
        )
      : [];
    return { certId, certStatus, thisUpdate, nextUpdate, unknownCritical };
  });
}

function readCertId(outer: DerReader): CertId {
  return outer.sequence('certID', 512, (reader) => ({
    hashAlgorithm: readAlgorithmIdentifier(reader, 'hashAlgorithm').oid,
    issuerNameHash: reader.octetString('issuerNameHash', 64),
    issuerKeyHash: reader.octetString('issuerKeyHash', 64),
    serialNumber: reader.integer('serialNumber', MAX_SERIAL_OCTETS),
  }));
}

function readCertStatus(reader: DerReader): CertStatus {
  if (reader.has(contextPrimitive(0))) {
    reader.octetString('good', 0, contextPrimitive(0));
    return { status: 'good' };
  }
  if (reader.has(contextConstructed(1))) {
    return reader.nested(contextConstructed(1), 'revoked', 64, (inner) => {
      const at = inner.generalizedTime('revocationTime').instant;
      const reason = inner.has(contextConstructed(0))
        ? inner.nested(contextConstructed(0), 'revocationReason', 8, (explicit) =>
            readReason(explicit, 'revocationReason'),
          )
        : 'unspecified';
      return { status: 'revoked', at, reason };
    });
  }
  reader.octetString('unknown', 0, contextPrimitive(2));
  return { status: 'unknown' };
}
