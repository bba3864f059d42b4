import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { TAG } from '../../src/bytes/der-tag.ts';
import {
  writeBitString,
  writeBoolean,
  writeElement,
  writeExplicit,
  writeInteger,
  writeNull,
  writeObjectIdentifier,
  writeOctetString,
  writeSequence,
  writeSetOf,
  writeText,
  writeTime,
} from '../../src/bytes/der-writer.ts';
import { type Certificate, parseCertificate } from '../../src/pki/certificate.ts';
import { OID } from '../../src/pki/object-identifiers.ts';
import {
  basicConstraints,
  type Extension,
  keyIdentifiers,
  keyUsage,
  type OneExtension,
} from './issue-extensions.ts';

/** A certificate made for a test, with what is needed to issue below it. */
export type Issued = {
  readonly der: Uint8Array;
  readonly certificate: Certificate;
  readonly name: Uint8Array;
  readonly key: SigningKey;
  readonly ski: Uint8Array;
};

export type SigningKey = {
  readonly privateKey: KeyObject;
  readonly spki: Uint8Array;
  readonly kind: KeyKind;
};

export type KeyKind = 'p256' | 'p384' | 'p521' | 'rsa2048' | 'rsa1024' | 'ed25519' | 'ed448' | 'dsa' | 'p224';

export type IssueOptions = {
  /** Common name, or a whole DER name. */
  readonly subject?: string | Uint8Array;
  readonly issuer?: Uint8Array;
  readonly key?: SigningKey;
  /** Who signs, when it is not the issuer given. */
  readonly signer?: SigningKey;
  readonly algorithm?: AlgorithmName;
  /** The algorithm named outside the signature, when it is to differ. */
  readonly outerAlgorithm?: AlgorithmName;
  readonly serial?: Uint8Array;
  readonly notBefore?: Date;
  readonly notAfter?: Date;
  /** Encoded Validity contents, when dates alone do not say it. */
  readonly validity?: Uint8Array;
  readonly version?: 1 | 2 | 3;
  /** Replaces the default of the same identifier, adds others; null takes the default away. */
  readonly extensions?: Readonly<Record<string, OneExtension | null>>;
  /** Appended as they are, duplicates included. */
  readonly rawExtensions?: readonly Uint8Array[];
  readonly uniqueIds?: boolean;
};

export type AlgorithmName = keyof typeof ALGORITHMS;

const sha256Rsa = writeSequence(writeObjectIdentifier('1.2.840.113549.1.1.11'), writeNull());

function plain(oid: string): Uint8Array {
  return writeSequence(writeObjectIdentifier(oid));
}

/** RSASSA-PSS-params; `salt` and `mask` may be made to disagree with the hash. */
export function pssAlgorithm(hash: string, mask: string, salt: number, trailer?: number): Uint8Array {
  const id = (oid: string): Uint8Array => writeSequence(writeObjectIdentifier(oid), writeNull());
  return writeSequence(
    writeObjectIdentifier(OID.rsassaPss),
    writeSequence(
      writeExplicit(0, id(hash)),
      writeExplicit(1, writeSequence(writeObjectIdentifier(OID.mgf1), id(mask))),
      writeExplicit(2, writeInteger(salt)),
      ...(trailer === undefined ? [] : [writeExplicit(3, writeInteger(trailer))]),
    ),
  );
}

const SHA256 = '2.16.840.1.101.3.4.2.1';
const SHA384 = '2.16.840.1.101.3.4.2.2';

export const ALGORITHMS = {
  'ecdsa-sha256': { der: plain('1.2.840.10045.4.3.2'), hash: 'sha256', salt: null },
  'ecdsa-sha384': { der: plain('1.2.840.10045.4.3.3'), hash: 'sha384', salt: null },
  'ecdsa-sha512': { der: plain('1.2.840.10045.4.3.4'), hash: 'sha512', salt: null },
  'ecdsa-sha1': { der: plain('1.2.840.10045.4.1'), hash: 'sha1', salt: null },
  'ecdsa-null': {
    der: writeSequence(writeObjectIdentifier('1.2.840.10045.4.3.2'), writeNull()),
    hash: 'sha256',
    salt: null,
  },
  'rsa-sha256': { der: sha256Rsa, hash: 'sha256', salt: null },
  'rsa-sha256-absent': { der: plain('1.2.840.113549.1.1.11'), hash: 'sha256', salt: null },
  'rsa-sha1': {
    der: writeSequence(writeObjectIdentifier('1.2.840.113549.1.1.5'), writeNull()),
    hash: 'sha1',
    salt: null,
  },
  'rsa-md5': {
    der: writeSequence(writeObjectIdentifier('1.2.840.113549.1.1.4'), writeNull()),
    hash: 'md5',
    salt: null,
  },
  'pss-sha256': { der: pssAlgorithm(SHA256, SHA256, 32), hash: 'sha256', salt: 32 },
  'pss-sha384': { der: pssAlgorithm(SHA384, SHA384, 48, 1), hash: 'sha384', salt: 48 },
  'pss-mask': { der: pssAlgorithm(SHA256, SHA384, 32), hash: 'sha256', salt: 32 },
  'pss-salt': { der: pssAlgorithm(SHA256, SHA256, 20), hash: 'sha256', salt: 20 },
  'pss-trailer': { der: pssAlgorithm(SHA256, SHA256, 32, 2), hash: 'sha256', salt: 32 },
  'pss-bare': { der: plain(OID.rsassaPss), hash: 'sha1', salt: 20 },
  ed25519: { der: plain(OID.ed25519), hash: null, salt: null },
  ed448: { der: plain(OID.ed448), hash: null, salt: null },
} as const;

const DEFAULT_ALGORITHM: Readonly<Record<KeyKind, AlgorithmName>> = {
  p256: 'ecdsa-sha256',
  p224: 'ecdsa-sha256',
  p384: 'ecdsa-sha384',
  p521: 'ecdsa-sha512',
  rsa2048: 'rsa-sha256',
  rsa1024: 'rsa-sha256',
  ed25519: 'ed25519',
  ed448: 'ed448',
  dsa: 'ecdsa-sha256',
};

export function newKey(kind: KeyKind = 'p256'): SigningKey {
  const { privateKey, publicKey } = generate(kind);
  return { privateKey, spki: new Uint8Array(publicKey.export({ type: 'spki', format: 'der' })), kind };
}

function generate(kind: KeyKind): { privateKey: KeyObject; publicKey: KeyObject } {
  switch (kind) {
    case 'p256':
      return generateKeyPairSync('ec', { namedCurve: 'P-256' });
    case 'p384':
      return generateKeyPairSync('ec', { namedCurve: 'P-384' });
    case 'p521':
      return generateKeyPairSync('ec', { namedCurve: 'P-521' });
    case 'p224':
      return generateKeyPairSync('ec', { namedCurve: 'secp224r1' });
    case 'rsa2048':
      return generateKeyPairSync('rsa', { modulusLength: 2048 });
    case 'rsa1024':
      return generateKeyPairSync('rsa', { modulusLength: 1024 });
    case 'ed25519':
      return generateKeyPairSync('ed25519');
    case 'ed448':
      return generateKeyPairSync('ed448');
    case 'dsa':
      return generateKeyPairSync('dsa', { modulusLength: 2048, divisorLength: 256 });
  }
}

/** A Name of one common name in UTF8String; `parts` go in front of it, as `[type, value, tag]`. */
export function name(
  commonName: string,
  ...parts: readonly (readonly [string, string, number?])[]
): Uint8Array {
  const attributes: (readonly [string, string, number?])[] = [...parts, [OID.commonName, commonName]];
  return writeSequence(
    ...attributes.map(([type, value, tag = TAG.utf8String]) =>
      writeSetOf(writeSequence(writeObjectIdentifier(type), writeText(tag, value))),
    ),
  );
}

export const EMPTY_NAME = writeSequence();

export const T0 = new Date('2026-01-01T00:00:00Z');
export const FROM = new Date('2025-01-01T00:00:00Z');
export const UNTIL = new Date('2049-01-01T00:00:00Z');

let serials = 0n;

function toElement(oid: string, { critical, value }: OneExtension): Uint8Array {
  const flag = critical ? [writeBoolean(true)] : [];
  return writeSequence(writeObjectIdentifier(oid), ...flag, writeOctetString(value));
}

function issue(parent: Issued | null, defaults: Extension, options: IssueOptions): Issued {
  const key = options.key ?? newKey();
  const { subject = 'subject' } = options;
  const subjectName = typeof subject === 'string' ? name(subject) : subject;
  const issuerName = options.issuer ?? parent?.name ?? subjectName;
  const signer = options.signer ?? parent?.key ?? key;
  const algorithm = options.algorithm ?? DEFAULT_ALGORITHM[signer.kind];
  serials += 1n;
  const ski = keyIdentifier(key);
  const extensions: Record<string, OneExtension | null> = {
    ...defaults,
    ...keyIdentifiers(ski, parent?.ski ?? null),
    ...options.extensions,
  };
  const encoded = Object.entries(extensions).flatMap(([oid, extension]) =>
    extension === null ? [] : [toElement(oid, extension)],
  );
  const all = [...encoded, ...(options.rawExtensions ?? [])];
  const version = options.version ?? 3;
  const tbs = writeSequence(
    ...(version === 1 ? [] : [writeExplicit(0, writeInteger(version - 1))]),
    options.serial === undefined ? writeInteger(serials) : writeElement(TAG.integer, options.serial),
    ALGORITHMS[algorithm].der,
    issuerName,
    options.validity ??
      writeSequence(writeTime(options.notBefore ?? FROM), writeTime(options.notAfter ?? UNTIL)),
    subjectName,
    key.spki,
    ...(options.uniqueIds === true
      ? [writeBitString(Uint8Array.of(1), 0, 0x81), writeBitString(Uint8Array.of(2), 0, 0x82)]
      : []),
    ...(version === 3 && all.length > 0 ? [writeExplicit(3, writeSequence(...all))] : []),
  );
  const der = writeSequence(
    tbs,
    ALGORITHMS[options.outerAlgorithm ?? algorithm].der,
    writeBitString(signTbs(tbs, signer, algorithm)),
  );
  return { der, certificate: parseCertificate(der), name: subjectName, key, ski };
}

export function signTbs(tbs: Uint8Array, { privateKey }: SigningKey, algorithm: AlgorithmName): Uint8Array {
  const { hash, salt } = ALGORITHMS[algorithm];
  const options = salt === null ? privateKey : { key: privateKey, padding: 6, saltLength: salt };
  return new Uint8Array(sign(hash, tbs, options));
}

function keyIdentifier(key: SigningKey): Uint8Array {
  return new Uint8Array(createHash('sha256').update(key.spki).digest().subarray(0, 20));
}

const CA_DEFAULTS: Extension = {
  [OID.basicConstraints]: { critical: true, value: basicConstraints(true) },
  [OID.keyUsage]: { critical: true, value: keyUsage('keyCertSign', 'cRLSign') },
};

const LEAF_DEFAULTS: Extension = {
  [OID.keyUsage]: { critical: true, value: keyUsage('digitalSignature') },
};

/** A self-signed CA. */
export function issueRoot(options: IssueOptions = {}): Issued {
  return issue(null, CA_DEFAULTS, { subject: 'root', ...options });
}

/** A CA below another. */
export function issueCa(parent: Issued, options: IssueOptions = {}): Issued {
  return issue(parent, CA_DEFAULTS, { subject: 'intermediate', ...options });
}

/** An end entity. */
export function issueLeaf(parent: Issued, options: IssueOptions = {}): Issued {
  return issue(parent, LEAF_DEFAULTS, { subject: 'leaf', ...options });
}
