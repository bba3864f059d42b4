import { describe, expect, it } from 'vitest';
import {
  writeBitString,
  writeInteger,
  writeObjectIdentifier,
  writeSequence,
} from '../../src/bytes/der-writer.ts';
import {
  type AlgorithmPolicy,
  DANGEROUSLY_LEGACY_ALGORITHMS,
  DEFAULT_ALGORITHMS,
  importPublicKey,
  OID,
  parsePublicKeyInfo,
  SignatureError,
  verifySignature,
} from '../../src/pki/index.ts';
import {
  ALGORITHMS,
  type AlgorithmName,
  issueLeaf,
  issueRoot,
  type KeyKind,
  newKey,
  pssAlgorithm,
} from './issue.ts';

function codeOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof SignatureError) return error.code;
    throw error;
  }
  return 'verified';
}

function judge(
  kind: KeyKind,
  algorithm: AlgorithmName,
  policy: AlgorithmPolicy = DEFAULT_ALGORITHMS,
): string {
  const root = issueRoot({ key: newKey(kind) });
  const leaf = issueLeaf(root, { algorithm });
  return codeOf(() => verifySignature(leaf.certificate, root.certificate.publicKey, policy));
}

const rsaKey = (modulus: Uint8Array, exponent: number | bigint, oid: string = OID.rsaEncryption) =>
  parsePublicKeyInfo(
    writeSequence(
      writeSequence(writeObjectIdentifier(oid), Uint8Array.of(5, 0)),
      writeBitString(writeSequence(writeInteger(modulus), writeInteger(exponent))),
    ),
  );

const modulus = (octets: number, first = 0xc1, last = 1): Uint8Array => {
  const bytes = new Uint8Array(octets).fill(0x55);
  bytes[0] = first;
  bytes[octets - 1] = last;
  return bytes;
};

const signed = issueLeaf(issueRoot({ key: newKey('rsa2048') })).certificate;

describe('signatures', () => {
  it.each<readonly [KeyKind, AlgorithmName]>([
    ['rsa2048', 'rsa-sha256'],
    ['rsa2048', 'pss-sha256'],
    ['rsa2048', 'pss-sha384'],
    ['p256', 'ecdsa-sha256'],
    ['p256', 'ecdsa-sha384'],
    ['p384', 'ecdsa-sha384'],
    ['p521', 'ecdsa-sha512'],
    ['ed25519', 'ed25519'],
    ['ed448', 'ed448'],
  ])('of %s with %s verify', (kind, algorithm) => {
    expect(judge(kind, algorithm)).toBe('verified');
  });

  it('with SHA-1 are known, refused by default and admitted by the policy that says so', () => {
    expect(judge('rsa2048', 'rsa-sha1')).toBe('signature_algorithm_refused');
    expect(judge('p256', 'ecdsa-sha1')).toBe('signature_algorithm_refused');
    expect(judge('rsa2048', 'rsa-sha1', DANGEROUSLY_LEGACY_ALGORITHMS)).toBe('verified');
    expect(judge('rsa2048', 'rsa-md5', DANGEROUSLY_LEGACY_ALGORITHMS)).toBe(
      'signature_algorithm_unsupported',
    );
  });

  it('follow the policy in curves and Edwards keys', () => {
    const narrow = { ...DEFAULT_ALGORITHMS, curves: ['P-384'] as const, edwards: false };
    expect(judge('p256', 'ecdsa-sha256', narrow)).toBe('key_refused');
    expect(judge('p384', 'ecdsa-sha384', narrow)).toBe('verified');
    expect(judge('ed25519', 'ed25519', narrow)).toBe('signature_algorithm_refused');
  });

  it('do not verify with other keys, kinds or bytes', () => {
    const root = issueRoot();
    const { certificate } = issueLeaf(root);
    const key = root.certificate.publicKey;
    const other = (changes: object): string =>
      codeOf(() => verifySignature({ ...certificate, ...changes }, key, DEFAULT_ALGORITHMS));
    expect(other({})).toBe('verified');
    expect(other({ tbs: Uint8Array.of(...certificate.tbs, 0) })).toBe('signature_invalid');
    expect(other({ signature: new Uint8Array(0) })).toBe('signature_invalid');
    expect(other({ signature: Uint8Array.of(...certificate.signature, 0) })).toBe('signature_invalid');
    for (const kind of ['rsa2048', 'ed25519'] as const) {
      const stranger = parsePublicKeyInfo(newKey(kind).spki);
      expect(codeOf(() => verifySignature(certificate, stranger, DEFAULT_ALGORITHMS))).toBe('key_mismatch');
    }
  });

  it.each<readonly [string, ReturnType<typeof rsaKey>, string]>([
    ['1024 bits', rsaKey(modulus(128), 65537), 'key_refused'],
    ['2047 bits', rsaKey(modulus(256, 0x71), 65537), 'key_refused'],
    ['2052 bits', rsaKey(modulus(257, 0x0f), 65537), 'key_refused'],
    ['16384 bits', rsaKey(modulus(2048), 65537), 'key_refused'],
    ['an even modulus', rsaKey(modulus(256, 0xc1, 2), 65537), 'key_refused'],
    ['exponent 3', rsaKey(modulus(256), 3), 'key_refused'],
    ['an even exponent', rsaKey(modulus(256), 65538), 'key_refused'],
    ['an exponent of 257 bits', rsaKey(modulus(256), (1n << 256n) + 1n), 'key_refused'],
    ['a use of encryption alone', rsaKey(modulus(256), 65537, OID.rsaesOaep), 'key_mismatch'],
    ['a use of PSS alone', rsaKey(modulus(256), 65537, OID.rsassaPss), 'key_mismatch'],
    ['no fault but the wrong numbers', rsaKey(modulus(256), 65537), 'signature_invalid'],
  ])('with an RSA key of %s: %s', (_what, key, code) => {
    expect(codeOf(() => verifySignature(signed, key, DEFAULT_ALGORITHMS))).toBe(code);
  });

  it('refuse a point that is not on its curve', () => {
    const { spki } = newKey();
    const moved = Uint8Array.from(spki);
    moved[moved.length - 1] = (moved.at(-1) ?? 0) ^ 1;
    expect(codeOf(() => importPublicKey(parsePublicKeyInfo(moved)))).toBe('key_invalid');
  });

  it('import each key once', () => {
    const { spki } = newKey();
    expect(importPublicKey(parsePublicKeyInfo(spki))).toBe(
      importPublicKey(parsePublicKeyInfo(Uint8Array.from(spki))),
    );
  });

  it('refuse PSS parameters that are no structure', () => {
    const broken = { ...signed.signatureAlgorithm, oid: OID.rsassaPss, parameters: Uint8Array.of(0x30, 5) };
    expect(
      codeOf(() =>
        verifySignature({ ...signed, signatureAlgorithm: broken }, signed.publicKey, DEFAULT_ALGORITHMS),
      ),
    ).toBe('signature_parameters_invalid');
    expect(pssAlgorithm('1.2.3', '1.2.3', 1).length).toBeGreaterThan(ALGORITHMS.ed25519.der.length);
  });
});
