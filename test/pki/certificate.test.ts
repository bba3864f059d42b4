import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TAG } from '../../src/bytes/der-tag.ts';
import {
  writeBitString,
  writeElement,
  writeExplicit,
  writeInteger,
  writeNull,
  writeObjectIdentifier,
  writeOctetString,
  writeSequence,
  writeText,
} from '../../src/bytes/der-writer.ts';
import { FormatError } from '../../src/bytes/errors.ts';
import {
  anchorFromCertificate,
  type Certificate,
  HARDWARE_POLICY,
  OID,
  PathError,
  parseCertificate,
  parsePublicKeyInfo,
  type TrustAnchor,
  verifyPath,
} from '../../src/pki/index.ts';
import { fuzzRuns } from '../vectors.ts';
import { type IssueOptions, issueCa, issueLeaf, issueRoot, name, newKey, T0 } from './issue.ts';
import * as ext from './issue-extensions.ts';

function codeOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof FormatError) return error.code;
    throw error;
  }
  return 'accepted';
}

const replacing = (oid: string, value: Uint8Array): IssueOptions => ({
  extensions: { [oid]: ext.plain(value) },
});
const rawExtension = (oid: string, value: Uint8Array): Uint8Array =>
  writeSequence(writeObjectIdentifier(oid), writeOctetString(value));
const san = ext.subjectAltName('dns:a.example');
const validity = (from: Uint8Array, to: Uint8Array): IssueOptions => ({ validity: writeSequence(from, to) });
const utc = writeText(TAG.utcTime, '260101000000Z');
const constraints = (...names: readonly string[]): IssueOptions =>
  replacing(OID.nameConstraints, ext.nameConstraints(names, []));
const names = (...list: readonly string[]): IssueOptions =>
  replacing(OID.subjectAltName, ext.subjectAltName(...list));
const emptySubtrees = writeSequence(writeElement(0xa0), writeElement(0xa1));
const spki = (algorithm: Uint8Array, key: Uint8Array): Uint8Array =>
  writeSequence(algorithm, writeBitString(key));
const withKey = (encoded: Uint8Array): IssueOptions => ({
  key: { ...newKey(), spki: encoded },
  signer: newKey(),
});
const ecOn = (parameters: Uint8Array, point: Uint8Array): IssueOptions =>
  withKey(spki(writeSequence(writeObjectIdentifier(OID.ecPublicKey), parameters), point));
const P256 = writeObjectIdentifier('1.2.840.10045.3.1.7');
const rsa = writeSequence(writeObjectIdentifier(OID.rsaEncryption), writeNull());

const REFUSED: readonly (readonly [what: string, options: IssueOptions, code: string])[] = [
  ['an algorithm that differs outside', { outerAlgorithm: 'ecdsa-sha384' }, 'bad_value'],
  [
    'the same extension twice',
    { rawExtensions: [rawExtension(OID.subjectAltName, san), rawExtension(OID.subjectAltName, san)] },
    'bad_value',
  ],
  [
    'the same unknown extension twice',
    { rawExtensions: [rawExtension('1.2.3', san), rawExtension('1.2.3', san)] },
    'bad_value',
  ],
  ['an empty serial', { serial: new Uint8Array(0) }, 'bad_value'],
  ['a padded serial', { serial: Uint8Array.of(0, 1) }, 'not_canonical'],
  ['a serial of 65 octets', { serial: new Uint8Array(65).fill(1) }, 'too_long'],
  ['a date without seconds', validity(writeText(TAG.utcTime, '2601010000Z'), utc), 'bad_value'],
  ['a date with a fraction', validity(utc, writeText(TAG.generalizedTime, '20500101000000.5Z')), 'too_long'],
  ['a date with an offset', validity(utc, writeText(TAG.generalizedTime, '20500101000000+0000')), 'too_long'],
  ['a date that is none', validity(utc, writeText(TAG.utcTime, '260230000000Z')), 'bad_value'],
  [
    'alternative names that are no DER',
    replacing(OID.subjectAltName, Buffer.from('example.com')),
    'bad_value',
  ],
  ['no alternative name', replacing(OID.subjectAltName, writeSequence()), 'bad_value'],
  ['a host with a leading dot', names('dns:.example.com'), 'bad_value'],
  ['a host with an empty label', names('dns:a..example.com'), 'bad_value'],
  ['a host with a trailing dot', names('dns:example.com.'), 'bad_value'],
  ['a host with a space', names('dns: '), 'bad_value'],
  ['a wildcard inside a label', names('dns:ba*.example.com'), 'bad_value'],
  ['a wildcard in a later label', names('dns:foo.*.example.com'), 'bad_value'],
  ['a wildcard alone', names('dns:*'), 'bad_value'],
  ['a host with a NUL', names('dns:good.example\0.evil.test'), 'bad_value'],
  ['a host beyond ASCII', names('dns:\u00e9.example'), 'bad_value'],
  ['an address of five bytes', names('ip:1.2.3.4.5'), 'bad_value'],
  ['an address with its mask', names('ip:192.0.2.0/255.255.255.0'), 'bad_value'],
  ['a mailbox with two at signs', names('mail:a@b@example.com'), 'bad_value'],
  ['a mailbox without a host', names('mail:a'), 'bad_value'],
  ['a constraint with a wildcard', constraints('dns:*.example.com'), 'bad_value'],
  ['a host constraint with a leading dot', constraints('dns:.example.com'), 'bad_value'],
  ['an address constraint without a mask', constraints('ip:192.0.2.1'), 'bad_value'],
  ['an address constraint with a mask of holes', constraints('ip:192.0.2.0/255.0.255.0'), 'bad_value'],
  ['a mail constraint with two at signs', constraints('mail:a@b@example.com'), 'bad_value'],
  ['name constraints of nothing', replacing(OID.nameConstraints, writeSequence()), 'bad_value'],
  ['name constraints of empty lists', replacing(OID.nameConstraints, emptySubtrees), 'bad_value'],
  ['a path length without cA', replacing(OID.basicConstraints, writeSequence(writeInteger(1))), 'bad_value'],
  [
    'a negative path length',
    replacing(OID.basicConstraints, writeSequence(Uint8Array.of(1, 1, 255), writeInteger(-1))),
    'bad_value',
  ],
  ['a key usage beyond decipherOnly', replacing(OID.keyUsage, Uint8Array.of(3, 3, 6, 0, 0x40)), 'bad_value'],
  ['no purpose', replacing(OID.extKeyUsage, writeSequence()), 'bad_value'],
  [
    'a policy twice',
    replacing(OID.certificatePolicies, ext.certificatePolicies('1.2.3', '1.2.3')),
    'bad_value',
  ],
  ['no policy', replacing(OID.certificatePolicies, writeSequence()), 'bad_value'],
  ['no mapping', replacing(OID.policyMappings, writeSequence()), 'bad_value'],
  ['policy constraints of nothing', replacing(OID.policyConstraints, writeSequence()), 'bad_value'],
  ['a negative skip count', replacing(OID.inhibitAnyPolicy, writeInteger(-1)), 'bad_value'],
  [
    'malformed authority information',
    replacing(OID.authorityInfoAccess, Buffer.from('malformed')),
    'bad_value',
  ],
  [
    'a distribution point of reasons alone',
    replacing(OID.cRLDistributionPoints, writeSequence(writeSequence(Uint8Array.of(0x81, 2, 6, 0x40)))),
    'bad_value',
  ],
  [
    'bytes after an extension value',
    replacing(OID.inhibitAnyPolicy, Uint8Array.of(2, 1, 0, 0)),
    'trailing_data',
  ],
  ['an RSA key of nothing', withKey(spki(rsa, new Uint8Array(0))), 'truncated'],
  [
    'an RSA key with a negative modulus',
    withKey(spki(rsa, writeSequence(writeInteger(-5), writeInteger(3)))),
    'bad_value',
  ],
  [
    'an RSA key without NULL',
    withKey(
      spki(
        writeSequence(writeObjectIdentifier(OID.rsaEncryption)),
        writeSequence(writeInteger(5), writeInteger(3)),
      ),
    ),
    'bad_value',
  ],
  [
    'a curve spelled out (CVE-2020-0601)',
    ecOn(writeSequence(writeInteger(1)), new Uint8Array(65).fill(4)),
    'unsupported',
  ],
  ['a compressed point', ecOn(P256, new Uint8Array(33).fill(2)), 'unsupported'],
  ['a point of the wrong length', ecOn(P256, new Uint8Array(64).fill(4)), 'unsupported'],
  [
    'a short Ed25519 key',
    withKey(spki(writeSequence(writeObjectIdentifier(OID.ed25519)), new Uint8Array(31))),
    'bad_value',
  ],
  [
    'an Ed25519 key with parameters',
    withKey(spki(writeSequence(writeObjectIdentifier(OID.ed25519), writeNull()), new Uint8Array(32))),
    'bad_value',
  ],
];

const root = issueRoot();

describe('parseCertificate', () => {
  it.each(REFUSED)('refuses %s', (_what, options, code) => {
    expect(codeOf(() => issueLeaf(root, options))).toBe(code);
  });

  it('refuses a version that is its default or unknown', () => {
    const { der } = issueLeaf(root);
    const at = Buffer.from(der).indexOf(writeExplicit(0, writeInteger(2)));
    for (const [version, code] of [
      [0, 'not_canonical'],
      [3, 'bad_value'],
    ] as const) {
      const other = Uint8Array.from(der);
      other[at + 4] = version;
      expect(codeOf(() => parseCertificate(other))).toBe(code);
    }
  });

  it('keeps the exact signed bytes and copies its input', () => {
    const { der } = issueLeaf(root);
    const input = Uint8Array.from(der);
    const certificate = parseCertificate(input);
    input.fill(0);
    expect(certificate.der).toEqual(der);
    expect(Buffer.from(der).indexOf(certificate.tbs)).toBe(4);
  });

  it('reads every extension that it understands', () => {
    const { extensions } = issueCa(root, {
      extensions: {
        [OID.basicConstraints]: ext.critical(ext.basicConstraints(true, 3)),
        [OID.extKeyUsage]: ext.plain(ext.extKeyUsage(OID.serverAuth)),
        [OID.subjectAltName]: ext.plain(
          ext.subjectAltName('dns:a.example', 'ip:192.0.2.1', 'uri:https://a.example'),
        ),
        [OID.nameConstraints]: ext.critical(ext.nameConstraints(['dns:example'], [{ directory: name('x') }])),
        [OID.certificatePolicies]: ext.plain(ext.certificatePolicies('1.2.3')),
        [OID.policyMappings]: ext.critical(ext.policyMappings(['1.2.3', '1.2.4'])),
        [OID.policyConstraints]: ext.critical(ext.policyConstraints(1, 2)),
        [OID.inhibitAnyPolicy]: ext.critical(ext.inhibitAnyPolicy(4)),
      },
    }).certificate;
    expect(extensions).toMatchObject({
      basicConstraints: { critical: true, value: { cA: true, pathLenConstraint: 3 } },
      extKeyUsage: { critical: false, value: [OID.serverAuth] },
      certificatePolicies: { value: [{ policy: '1.2.3', qualifiers: null }] },
      policyMappings: { value: [{ issuerDomainPolicy: '1.2.3', subjectDomainPolicy: '1.2.4' }] },
      policyConstraints: { value: { requireExplicitPolicy: 1, inhibitPolicyMapping: 2 } },
      inhibitAnyPolicy: { value: 4 },
    });
    expect(extensions.keyUsage?.value).toEqual(new Set(['keyCertSign', 'cRLSign']));
    expect(extensions.subjectAltName?.value.map(({ form }) => form)).toEqual([
      'dNSName',
      'iPAddress',
      'uniformResourceIdentifier',
    ]);
    expect(extensions.nameConstraints?.value.excluded.map(({ form }) => form)).toEqual(['directoryName']);
  });

  it('represents keys that it will not verify with', () => {
    expect(parsePublicKeyInfo(newKey('dsa').spki).key).toEqual({
      kind: 'unsupported',
      what: '1.2.840.10040.4.1',
    });
    expect(parsePublicKeyInfo(newKey('p224').spki).key).toEqual({
      kind: 'unsupported',
      what: 'curve 1.3.132.0.33',
    });
    expect(parsePublicKeyInfo(newKey('rsa1024').spki).key).toMatchObject({
      kind: 'rsa',
      use: 'any',
      modulusBits: 1024,
    });
    const oaep = writeSequence(writeObjectIdentifier(OID.rsaesOaep));
    const key = writeSequence(writeInteger(new Uint8Array(256).fill(0xc1)), writeInteger(65537));
    expect(parsePublicKeyInfo(spki(oaep, key)).key).toMatchObject({
      kind: 'rsa',
      use: 'oaep',
      modulusBits: 2048,
    });
  });

  it('refuses every truncation and every appended byte', () => {
    const { der } = issueLeaf(root, names('dns:a.example'));
    for (let length = 0; length < der.length; length++) {
      expect(codeOf(() => parseCertificate(der.subarray(0, length)))).not.toBe('accepted');
    }
    expect(codeOf(() => parseCertificate(Uint8Array.of(...der, 0)))).toBe('trailing_data');
  });
});

/** The class of the error, so that a crash is told from a refusal. */
function outcome(read: () => Certificate, anchors: readonly TrustAnchor[]): string {
  try {
    verifyPath({ leaf: read(), intermediates: [], anchors, at: T0, policy: HARDWARE_POLICY });
  } catch (error) {
    return error instanceof Error ? error.name : 'nothing that is an error';
  }
  return 'valid';
}

describe('a mutated certificate', () => {
  it('never verifies, crashes or hangs', () => {
    const ca = issueCa(root);
    const leaf = issueLeaf(
      ca,
      names('dns:a.example', 'mail:a@example.com', 'uri:https://a.example', 'ip:192.0.2.1'),
    );
    const anchors = [anchorFromCertificate(root.certificate)];
    const edit = fc.tuple(fc.nat(leaf.der.length - 1), fc.integer({ min: 1, max: 255 }));
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 3 }), (edits) => {
        const der = Uint8Array.from(leaf.der);
        for (const [at, difference] of edits) der[at] = (der[at] ?? 0) ^ difference;
        if (Buffer.compare(der, leaf.der) === 0) return;
        try {
          verifyPath({
            leaf: parseCertificate(der),
            intermediates: [ca.certificate],
            anchors,
            at: T0,
            policy: HARDWARE_POLICY,
          });
        } catch (error) {
          expect(error instanceof FormatError || error instanceof PathError).toBe(true);
          return;
        }
        expect.unreachable('a mutated certificate verified');
      }),
      { numRuns: fuzzRuns },
    );
  });

  it('is refused for each single bit of its signed part and of its signature', () => {
    const leaf = issueLeaf(root);
    const anchors = [anchorFromCertificate(root.certificate)];
    for (let bit = 0; bit < leaf.der.length * 8; bit++) {
      const der = Uint8Array.from(leaf.der);
      der[bit >> 3] = (der[bit >> 3] ?? 0) ^ (0x80 >> (bit & 7));
      expect(outcome(() => parseCertificate(der), anchors)).toMatch(/^(?:FormatError|PathError)$/);
    }
  });
});
