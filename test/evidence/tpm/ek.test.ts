import { generateKeyPairSync } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join as joinPath } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TAG } from '../../../src/bytes/der-tag.ts';
import {
  writeInteger,
  writeObjectIdentifier,
  writeSequence,
  writeSetOf,
  writeText,
} from '../../../src/bytes/der-writer.ts';
import type { Check } from '../../../src/evidence/check.ts';
import { CheckList } from '../../../src/evidence/check.ts';
import {
  type EkCertificateOptions,
  type EndorsementKeyInput,
  examineEkCertificate,
  verifyEndorsementKey,
  withoutPadding,
} from '../../../src/evidence/tpm/index.ts';
import {
  anchorFromCertificate,
  isSelfIssued,
  OID,
  PathError,
  parseCertificate,
  parsePem,
  type TrustAnchor,
} from '../../../src/pki/index.ts';
import {
  EMPTY_NAME,
  type Issued,
  type IssueOptions,
  issueCa,
  issueLeaf,
  issueRoot,
  type SigningKey,
  T0,
} from '../../pki/issue.ts';
import {
  basicConstraints,
  critical,
  extKeyUsage,
  keyUsage,
  plain,
  subjectAltName,
} from '../../pki/issue-extensions.ts';
import { describeWithVectors, fuzzRuns, vector } from '../../vectors.ts';
import { eccPublicArea, rsaPublicArea, sized } from './build.ts';
import { codeOf } from './code-of.ts';

const failed = (checks: readonly Check[]): string[] =>
  checks.filter(({ status }) => status === 'fail').map(({ id }) => id);

function ders(bytes: Uint8Array): Uint8Array[] {
  return bytes[0] === 0x30 ? [bytes] : parsePem(Buffer.from(bytes).toString('latin1'));
}

describeWithVectors("manufacturers' EK certificates", (folder) => {
  const authorities = readdirSync(joinPath(folder, 'tpm/ek-ca')).flatMap((name) =>
    ders(vector(`tpm/ek-ca/${name}`)),
  );
  const certificates = authorities.map((der) => parseCertificate(der));
  const roots: TrustAnchor[] = certificates.filter(isSelfIssued).map(anchorFromCertificate);
  // Cross-certified by a GlobalSign root that is not among the vectors: pinned itself.
  const stmEcc = ders(vector('tpm/ek-ca/keylime__tpm_cert_store__STM_ECC_01RT.pem')).map((der) =>
    anchorFromCertificate(parseCertificate(der)),
  );
  const at = new Date('2024-01-01T00:00:00Z');
  const examine = (path: string, anchors = [...roots, ...stmEcc]) => {
    const checks = new CheckList();
    const [certificate = new Uint8Array()] = ders(vector(path));
    const result = examineEkCertificate(checks, { certificate, intermediates: authorities }, { anchors, at });
    return { checks, result };
  };

  it('reads every authority of the collection', () => {
    expect(certificates).toHaveLength(56);
  });

  it.each([
    ['tpm/ek/keylime-st_sha256_with_rsa.der', 'STM', 3],
    ['tpm/ek/keylime-st_ecdsa_sha256.der', 'STM', 2],
    ['tpm/ek/go-tpm-tools__internal__test__certificates__uca_tpm_rsa_enc_cert.pem', 'GOOG', 2],
    ['tpm/ek/go-tpm-tools__internal__test__certificates__uca_tpm_ecc_enc_cert.pem', 'GOOG', 2],
  ])('verifies %s up to its maker', (path, manufacturer, length) => {
    const { checks, result } = examine(path);
    expect(failed(checks.checks)).toEqual([]);
    expect(checks.notPerformed.map(({ id }) => id)).toEqual(['tpm.ek.revocation']);
    expect(result.identity?.manufacturer).toBe(manufacturer);
    expect(result.path?.chain).toHaveLength(length);
  });

  it.each(['rsa', 'ecc'])("refuses a vendor's %s signing key as an endorsement key", (kind) => {
    const path = `tpm/ek/go-tpm-tools__internal__test__certificates__uca_tpm_${kind}_sign_cert.pem`;
    const { checks } = examine(path);
    expect(failed(checks.checks)).toEqual(['tpm.ek.key-usage']);
    expect(checks.checks.find(({ id }) => id === 'tpm.ek.chain')?.status).toBe('pass');
  });

  it('trusts nobody where no anchor is given', () => {
    const { checks } = examine('tpm/ek/keylime-st_sha256_with_rsa.der', []);
    expect(failed(checks.checks)).toEqual(['tpm.ek.chain']);
  });

  it('takes the 431 bytes of 0xFF behind a certificate for what they are, and nothing else', () => {
    const nv = vector('tpm/ek/keylime-st_sha256_with_rsa.der');
    expect(nv.length - withoutPadding(nv).length).toBe(431);
    expect(parseCertificate(withoutPadding(nv)).departures.size).toBe(0);
    expect(codeOf(() => withoutPadding(nv.with(nv.length - 1, 0)))).toBe('trailing_data');
    expect(codeOf(() => withoutPadding(nv.with(1300, 0)))).toBe('trailing_data');
    const end = withoutPadding(nv).length;
    for (let length = 0; length < end; length++) {
      expect(codeOf(() => withoutPadding(nv.subarray(0, length)))).toBe('truncated');
    }
    expect(codeOf(() => withoutPadding(new Uint8Array(8193)))).toBe('too_long');
    expect(codeOf(() => withoutPadding(Uint8Array.of(0x1f, 0x8b)))).toBe('unsupported');
  });

  it.each([
    ['RSA', 'ek_rsa.der', 'ek.pub'],
    ['ECC', 'ek_ecc.der', 'ekecc.pub'],
  ])("verifies swtpm's %s endorsement key, whose certificate never ends", (_, certificate, ekPublic) => {
    const root = parsePem(Buffer.from(vector('tpm/enrolment/swtpm-localca-rootca-cert.pem')).toString());
    const { findings, verified } = verifyEndorsementKey(
      {
        certificate: vector(`tpm/enrolment/${certificate}`),
        intermediates: parsePem(Buffer.from(vector('tpm/enrolment/issuercert.pem')).toString()),
        ekPublic: vector(`tpm/enrolment/${ekPublic}`),
      },
      {
        anchors: root.map((der) => anchorFromCertificate(parseCertificate(der))),
        at: new Date('2026-11-22T00:00:00Z'),
      },
    );
    expect(failed(findings.checks)).toEqual([]);
    expect(verified?.identity).toEqual({ manufacturer: '00001014', model: 'swtpm', version: 'id:20191023' });
    expect(verified?.certificate.notAfter.getUTCFullYear()).toBe(9999);
  });
});

describe('an endorsement key', () => {
  const root = issueRoot({ subject: 'tpm maker root' });
  const ca = issueCa(root, { subject: 'tpm maker ca' });
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const key: SigningKey = {
    privateKey,
    spki: new Uint8Array(publicKey.export({ type: 'spki', format: 'der' })),
    kind: 'rsa2048',
  };
  const tcgName = (...parts: readonly (readonly [number, string])[]): Uint8Array =>
    writeSequence(
      ...parts.map(([arc, text]) =>
        writeSetOf(
          writeSequence(writeObjectIdentifier(`2.23.133.2.${arc}`), writeText(TAG.utf8String, text)),
        ),
      ),
    );
  const identity = [
    [1, 'id:53544D20'],
    [2, 'ST33'],
    [3, 'id:00490004'],
  ] as const;
  const specification = (family: string): Uint8Array =>
    writeSequence(
      writeSequence(
        writeObjectIdentifier('2.23.133.2.16'),
        writeSetOf(writeSequence(writeText(TAG.utf8String, family), writeInteger(0), writeInteger(138))),
      ),
    );
  const extensions: NonNullable<IssueOptions['extensions']> = {
    [OID.basicConstraints]: critical(basicConstraints(false)),
    [OID.keyUsage]: critical(keyUsage('keyEncipherment')),
    [OID.extKeyUsage]: plain(extKeyUsage(OID.tcgEkCertificate)),
    [OID.subjectAltName]: critical(subjectAltName({ directory: tcgName(...identity) })),
    [OID.subjectDirectoryAttributes]: plain(specification('2.0')),
  };
  const issue = (changes: IssueOptions = {}, issuer: Issued = ca): Uint8Array =>
    issueLeaf(issuer, {
      subject: EMPTY_NAME,
      key,
      ...changes,
      extensions: { ...extensions, ...changes.extensions },
    }).der;
  const good: EndorsementKeyInput = {
    certificate: issue(),
    intermediates: [ca.der],
    ekPublic: sized(rsaPublicArea(publicKey, { kind: 'ek' })),
  };
  const trusted: EkCertificateOptions = {
    anchors: [anchorFromCertificate(root.certificate)],
    at: T0,
    acceptPath: () => {},
  };
  const verify = (input: Partial<EndorsementKeyInput> = {}, options: Partial<EkCertificateOptions> = {}) =>
    verifyEndorsementKey({ ...good, ...input }, { ...trusted, ...options });

  it('passes every check when all is in order', () => {
    const { findings, verified } = verify();
    expect(findings.notPerformed).toEqual([]);
    expect(findings.checks.map(({ id }) => id)).toEqual([
      'tpm.ek.family',
      'tpm.ek.purpose',
      'tpm.ek.key-usage',
      'tpm.ek.basic-constraints',
      'tpm.ek.identity',
      'tpm.ek.expired',
      'tpm.ek.chain',
      'tpm.ek.revocation',
      'tpm.ek.public',
      'tpm.ek.template',
    ]);
    expect(verified?.identity.model).toBe('ST33');
  });

  const otherRoot = issueRoot({ subject: 'tpm maker root' });
  const otherKey = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey;
  const ecKey = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey;
  const area = (attributes: number): Uint8Array =>
    sized(rsaPublicArea(publicKey, { kind: 'ek', attributes }));
  const extension = (oid: string, value: Uint8Array): { certificate: Uint8Array } => ({
    certificate: issue({ extensions: { [oid]: plain(value) } }),
  });
  const san = (...parts: readonly (readonly [number, string])[]) =>
    extension(OID.subjectAltName, subjectAltName({ directory: tcgName(...parts) }));

  it.each<[string, string, Partial<EndorsementKeyInput>, Partial<EkCertificateOptions>?]>([
    ['tpm.ek.family', 'TPM 1.2', extension(OID.subjectDirectoryAttributes, specification('1.2'))],
    ['tpm.ek.purpose', 'another purpose', extension(OID.extKeyUsage, extKeyUsage(OID.tcgAikCertificate))],
    ['tpm.ek.key-usage', 'a signing key', extension(OID.keyUsage, keyUsage('digitalSignature'))],
    ['tpm.ek.key-usage', 'no key usage', { certificate: issue({ extensions: { [OID.keyUsage]: null } }) }],
    ['tpm.ek.basic-constraints', 'a CA', extension(OID.basicConstraints, basicConstraints(true))],
    ['tpm.ek.identity', 'no names', { certificate: issue({ extensions: { [OID.subjectAltName]: null } }) }],
    ['tpm.ek.identity', 'no model', san([1, 'id:53544D20'], [3, 'id:1'])],
    ['tpm.ek.identity', 'two manufacturers', san([1, 'id:494E5443'], ...identity)],
    ['tpm.ek.identity', 'a manufacturer that is no vendor ID', san([1, 'STM'], [2, 'ST33'], [3, 'id:1'])],
    ['tpm.ek.expired', 'expired', {}, { at: new Date('2050-01-01T00:00:00Z') }],
    ['tpm.ek.expired', 'not yet valid', {}, { at: new Date('2020-01-01T00:00:00Z') }],
    ['tpm.ek.chain', 'no intermediate', { intermediates: [] }],
    ['tpm.ek.chain', 'no anchors', {}, { anchors: [] }],
    [
      'tpm.ek.chain',
      'a root of the same name',
      {},
      { anchors: [anchorFromCertificate(otherRoot.certificate)] },
    ],
    ['tpm.ek.chain', 'a SHA-1 signature', { certificate: issue({ algorithm: 'ecdsa-sha1' }) }],
    ['tpm.ek.public', 'another RSA key', { ekPublic: sized(rsaPublicArea(otherKey, { kind: 'ek' })) }],
    ['tpm.ek.public', 'a key of another kind', { ekPublic: sized(eccPublicArea(ecKey, { kind: 'ek' })) }],
    ['tpm.ek.template', 'not restricted', { ekPublic: area(0x000200b2) }],
    ['tpm.ek.template', 'not fixed to its TPM', { ekPublic: area(0x000300b0) }],
    ['tpm.ek.template', 'not made in its TPM', { ekPublic: area(0x00030092) }],
    ['tpm.ek.template', 'also signing', { ekPublic: area(0x000700b2) }],
    [
      'tpm.ek.template',
      'named by SHA-1',
      { ekPublic: sized(rsaPublicArea(publicKey, { kind: 'ek', nameAlg: 'sha1' })) },
    ],
    ['tpm.ek.template', 'an AK', { ekPublic: sized(rsaPublicArea(publicKey, { kind: 'ak' })) }],
  ])('fails %s alone: %s', (id, _, input, options) => {
    const { findings, verified } = verify(input, options);
    expect(failed(findings.checks)).toEqual([id]);
    expect(verified).toBeNull();
  });

  it('fails tpm.ek.revocation alone when the caller finds the path revoked', () => {
    const acceptPath = (): void => {
      throw new PathError('path_refused', 'is revoked');
    };
    expect(failed(verify({}, { acceptPath }).findings.checks)).toEqual(['tpm.ek.revocation']);
  });

  it('lets a fault in its own revocation check through', () => {
    const acceptPath = (): void => {
      throw new TypeError('a bug');
    };
    expect(() => verify({}, { acceptPath })).toThrow(TypeError);
  });

  it('is accepted without extended key usage, which old certificates lack', () => {
    const certificate = issue({ extensions: { [OID.extKeyUsage]: null } });
    expect(verify({ certificate }).verified).not.toBeNull();
  });

  it('keeps a certificate whole whose signature ends in 0xFF', () => {
    let certificate: Uint8Array;
    do certificate = issue();
    while (certificate.at(-1) !== 0xff);
    const padded = new Uint8Array(certificate.length + 40).fill(0xff);
    padded.set(certificate);
    expect(withoutPadding(padded)).toEqual(certificate);
    expect(verify({ certificate: padded }).verified).not.toBeNull();
  });

  const passes = (certificate: Uint8Array): boolean => {
    let passed = false;
    const code = codeOf(() => {
      passed = verify({ certificate }).verified !== null;
    });
    return code === 'none' && passed;
  };

  it('never passes with any byte of its certificate altered', () => {
    for (let index = 0; index < good.certificate.length; index++) {
      const flipped = (good.certificate[index] ?? 0) ^ (1 << (index % 8));
      expect(passes(good.certificate.with(index, flipped)), `byte ${index}`).toBe(false);
    }
  });

  it('never passes with its certificate cut short or mutated', () => {
    const mutation = fc.tuple(fc.nat(good.certificate.length - 1), fc.integer({ min: 1, max: 255 }));
    fc.assert(
      fc.property(mutation, ([index, mask]) => {
        const altered = good.certificate.with(index, (good.certificate[index] ?? 0) ^ mask);
        expect(passes(altered)).toBe(false);
        expect(passes(good.certificate.subarray(0, index))).toBe(false);
      }),
      // A chain costs fifty times what a structure does: a tenth of the inputs.
      { numRuns: fuzzRuns / 10 },
    );
  });
});
