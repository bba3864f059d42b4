import { DerReader } from '../bytes/der.ts';
import { contextConstructed } from '../bytes/der-tag.ts';
import { FormatError } from '../bytes/errors.ts';
import {
  type AlgorithmIdentifier,
  hasNullParameters,
  readAlgorithmIdentifier,
} from './algorithm-identifier.ts';
import { OID } from './object-identifiers.ts';
import { SignatureError } from './pki-error.ts';

export type HashName = 'sha1' | 'sha256' | 'sha384' | 'sha512';

/** What a signature algorithm identifier says, once its parameters have been checked. */
export type SignatureScheme =
  | { readonly family: 'rsa-pkcs1' | 'rsa-pss' | 'ecdsa'; readonly hash: HashName }
  | { readonly family: 'ed25519' | 'ed448'; readonly hash: null };

type Row = SignatureScheme & { readonly parameters: 'null-or-absent' | 'absent' | 'pss' };

/** The closed table: what stands here can be verified, and policy decides what of it is admitted. */
const SCHEMES: ReadonlyMap<string, Row> = new Map<string, Row>([
  // RFC 4055 section 5: parameters MUST be NULL, and readers MUST accept their absence too.
  ['1.2.840.113549.1.1.5', { family: 'rsa-pkcs1', hash: 'sha1', parameters: 'null-or-absent' }],
  ['1.2.840.113549.1.1.11', { family: 'rsa-pkcs1', hash: 'sha256', parameters: 'null-or-absent' }],
  ['1.2.840.113549.1.1.12', { family: 'rsa-pkcs1', hash: 'sha384', parameters: 'null-or-absent' }],
  ['1.2.840.113549.1.1.13', { family: 'rsa-pkcs1', hash: 'sha512', parameters: 'null-or-absent' }],
  [OID.rsassaPss, { family: 'rsa-pss', hash: 'sha256', parameters: 'pss' }],
  // RFC 5758 section 3.2, RFC 8410 section 3: absent.
  ['1.2.840.10045.4.1', { family: 'ecdsa', hash: 'sha1', parameters: 'absent' }],
  ['1.2.840.10045.4.3.2', { family: 'ecdsa', hash: 'sha256', parameters: 'absent' }],
  ['1.2.840.10045.4.3.3', { family: 'ecdsa', hash: 'sha384', parameters: 'absent' }],
  ['1.2.840.10045.4.3.4', { family: 'ecdsa', hash: 'sha512', parameters: 'absent' }],
  [OID.ed25519, { family: 'ed25519', hash: null, parameters: 'absent' }],
  [OID.ed448, { family: 'ed448', hash: null, parameters: 'absent' }],
]);

const HASHES: ReadonlyMap<string, HashName> = new Map([
  ['1.3.14.3.2.26', 'sha1'],
  ['2.16.840.1.101.3.4.2.1', 'sha256'],
  ['2.16.840.1.101.3.4.2.2', 'sha384'],
  ['2.16.840.1.101.3.4.2.3', 'sha512'],
]);

export const HASH_OCTETS: Readonly<Record<HashName, number>> = {
  sha1: 20,
  sha256: 32,
  sha384: 48,
  sha512: 64,
};

/** Throws SignatureError: `signature_algorithm_unsupported`, `signature_parameters_invalid`. */
export function identifyScheme(algorithm: AlgorithmIdentifier): SignatureScheme {
  const row = SCHEMES.get(algorithm.oid);
  if (row === undefined) {
    throw new SignatureError(
      'signature_algorithm_unsupported',
      `signature algorithm ${algorithm.oid} is unknown`,
      {
        actual: algorithm.oid,
      },
    );
  }
  if (row.parameters === 'pss') return { family: 'rsa-pss', hash: readPssHash(algorithm) };
  const absent = algorithm.parameters === null;
  if (!absent && !(row.parameters === 'null-or-absent' && hasNullParameters(algorithm))) {
    throw badParameters(algorithm.oid, 'are not those of the algorithm');
  }
  const { parameters: _, ...scheme } = row;
  return scheme;
}

/**
 * RSASSA-PSS-params (RFC 4055 section 3.1): the mask's hash is the message's, the salt as long as the hash, the trailer the
 * one that exists. Absent parameters mean SHA-1 throughout, which is then for policy to judge.
 */
function readPssHash({ parameters }: AlgorithmIdentifier): HashName {
  if (parameters === null) throw badParameters(OID.rsassaPss, 'are absent');
  try {
    return DerReader.parse(parameters, 'RSASSA-PSS-params', (outer) =>
      outer.sequence('params', 256, (reader) => {
        const hash = readOptional(reader, 0, readHash) ?? 'sha1';
        const mask = readOptional(reader, 1, readMask) ?? 'sha1';
        const salt = readOptional(reader, 2, (inner) => inner.smallInteger('saltLength', 512)) ?? 20;
        const trailer = readOptional(reader, 3, (inner) => inner.smallInteger('trailerField', 255)) ?? 1;
        if (mask !== hash || salt !== HASH_OCTETS[hash] || trailer !== 1) {
          throw badParameters(
            OID.rsassaPss,
            `combine ${hash}, mask ${mask}, salt ${salt}, trailer ${trailer}`,
          );
        }
        return hash;
      }),
    );
  } catch (cause) {
    if (cause instanceof FormatError) throw badParameters(OID.rsassaPss, 'are malformed', cause);
    throw cause;
  }
}

function readOptional<T>(outer: DerReader, number: number, read: (inner: DerReader) => T): T | null {
  const tag = contextConstructed(number);
  return outer.has(tag) ? outer.nested(tag, `[${number}]`, 128, read) : null;
}

function readHash(reader: DerReader): HashName {
  const algorithm = readAlgorithmIdentifier(reader, 'hashAlgorithm');
  const hash = HASHES.get(algorithm.oid);
  if (hash === undefined || !(algorithm.parameters === null || hasNullParameters(algorithm))) {
    throw badParameters(OID.rsassaPss, `name hash ${algorithm.oid}`);
  }
  return hash;
}

function readMask(reader: DerReader): HashName {
  const { oid, parameters } = readAlgorithmIdentifier(reader, 'maskGenAlgorithm');
  if (oid !== OID.mgf1 || parameters === null) throw badParameters(OID.rsassaPss, `name mask ${oid}`);
  return DerReader.parse(parameters, 'MaskGenAlgorithm', readHash);
}

function badParameters(oid: string, problem: string, cause?: unknown): SignatureError {
  return new SignatureError('signature_parameters_invalid', `parameters of ${oid} ${problem}`, {
    actual: oid,
    cause,
  });
}
