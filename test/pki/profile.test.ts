import { describe, expect, it } from 'vitest';
import { TAG } from '../../src/bytes/der-tag.ts';
import { writeElement, writeSequence, writeText } from '../../src/bytes/der-writer.ts';
import {
  anchorFromCertificate,
  OID,
  PathError,
  type PathPolicy,
  RFC5280_POLICY,
  verifyPath,
  WEBPKI_POLICY,
} from '../../src/pki/index.ts';
import { EMPTY_NAME, type IssueOptions, issueCa, issueLeaf, issueRoot, name, newKey, T0 } from './issue.ts';
import * as ext from './issue-extensions.ts';

type Chain = { readonly root?: IssueOptions; readonly ca?: IssueOptions; readonly leaf?: IssueOptions };

const HOST = 'host.example.com';
const server = {
  [OID.subjectAltName]: ext.plain(ext.subjectAltName(`dns:${HOST}`)),
  [OID.extKeyUsage]: ext.plain(ext.extKeyUsage(OID.serverAuth)),
};

function judge(policy: PathPolicy, { root: rootOptions, ca: caOptions, leaf: leafOptions }: Chain): string {
  try {
    const root = issueRoot(rootOptions);
    const ca = issueCa(root, caOptions);
    const leaf = issueLeaf(ca, {
      subject: HOST,
      ...leafOptions,
      extensions: { ...server, ...leafOptions?.extensions },
    });
    verifyPath({
      leaf: leaf.certificate,
      intermediates: [ca.certificate],
      anchors: [anchorFromCertificate(root.certificate)],
      at: T0,
      policy,
    });
    return 'valid';
  } catch (error) {
    if (error instanceof PathError) return error.code;
    throw error;
  }
}

const replacing = (oid: string, extension: ext.OneExtension | null): IssueOptions => ({
  extensions: { [oid]: extension },
});
const early = writeSequence(
  writeText(TAG.generalizedTime, '20250101000000Z'),
  writeText(TAG.generalizedTime, '20490101000000Z'),
);
const trailing = Uint8Array.of(TAG.bitString, 2, 1, 0x84);
const falseSpelled = writeSequence(Uint8Array.of(TAG.boolean, 1, 0));
const aki = (...parts: readonly Uint8Array[]) => ext.plain(writeSequence(...parts));
const akiIssuer = writeElement(0xa1, ext.generalName('dns:a.example'));
const disordered = writeSequence(writeElement(TAG.set, name('zz').subarray(4), name('aa').subarray(4)));

/** What RFC 5280 section 4 forbids and section 6 does not ask: `path` passes each, the others refuse it. */
const SECTION_4: readonly (readonly [string, Chain])[] = [
  ['a serial of zero', { leaf: { serial: Uint8Array.of(0) } }],
  ['a negative serial', { leaf: { serial: Uint8Array.of(0xff) } }],
  ['a serial of 21 octets', { leaf: { serial: new Uint8Array(21).fill(1) } }],
  ['GeneralizedTime before 2050', { leaf: { validity: early } }],
  ['a multi-valued RDN out of order', { ca: { subject: disordered } }],
  ['key usage with trailing zeros', { ca: replacing(OID.keyUsage, ext.critical(trailing)) }],
  ['cA FALSE spelled out', { leaf: replacing(OID.basicConstraints, ext.critical(falseSpelled)) }],
  ['a CA without a name', { ca: { subject: EMPTY_NAME } }],
  ['a leaf without subject, its alternative names not critical', { leaf: { subject: EMPTY_NAME } }],
  ['a CA without subject key identifier', { ca: replacing(OID.subjectKeyIdentifier, null) }],
  ['an anchor without subject key identifier', { root: replacing(OID.subjectKeyIdentifier, null) }],
  ['a leaf without authority key identifier', { leaf: replacing(OID.authorityKeyIdentifier, null) }],
  ['a CA without authority key identifier', { ca: replacing(OID.authorityKeyIdentifier, null) }],
  [
    'an authority key identifier without key identifier',
    { leaf: replacing(OID.authorityKeyIdentifier, aki()) },
  ],
  [
    'an issuer without serial',
    { leaf: replacing(OID.authorityKeyIdentifier, aki(Uint8Array.of(0x80, 1, 1), akiIssuer)) },
  ],
  [
    'an anchor whose key identifiers disagree',
    { root: replacing(OID.authorityKeyIdentifier, ext.plain(ext.authorityKeyIdentifier(Uint8Array.of(1)))) },
  ],
  [
    'basic constraints not critical',
    { ca: replacing(OID.basicConstraints, ext.plain(ext.basicConstraints(true))) },
  ],
  ['a CA without key usage', { ca: replacing(OID.keyUsage, null) }],
  [
    'name constraints in a leaf',
    { leaf: replacing(OID.nameConstraints, ext.critical(ext.nameConstraints(['dns:example.com'], []))) },
  ],
  [
    'policy mappings in a leaf',
    { leaf: replacing(OID.policyMappings, ext.plain(ext.policyMappings(['1.2.3', '1.2.4']))) },
  ],
  [
    'key usage without a bit',
    { leaf: replacing(OID.keyUsage, ext.critical(Uint8Array.of(TAG.bitString, 1, 0))) },
  ],
  ['keyCertSign in a leaf', { leaf: replacing(OID.keyUsage, ext.critical(ext.keyUsage('keyCertSign'))) }],
  [
    'a critical subject key identifier',
    { root: replacing(OID.subjectKeyIdentifier, ext.critical(Uint8Array.of(4, 1, 1))) },
  ],
  [
    'a critical authority key identifier',
    {
      leaf: replacing(OID.authorityKeyIdentifier, ext.critical(ext.authorityKeyIdentifier(Uint8Array.of(1)))),
    },
  ],
  [
    'policy constraints not critical',
    { ca: replacing(OID.policyConstraints, ext.plain(ext.policyConstraints(9))) },
  ],
  [
    'inhibitAnyPolicy not critical',
    { ca: replacing(OID.inhibitAnyPolicy, ext.plain(ext.inhibitAnyPolicy(9))) },
  ],
];

/** What only the CA/Browser Forum forbids. */
const FORUM: readonly (readonly [string, Chain])[] = [
  ['a leaf without alternative names', { leaf: replacing(OID.subjectAltName, null) }],
  [
    'critical alternative names beside a subject',
    { leaf: replacing(OID.subjectAltName, ext.critical(ext.subjectAltName(`dns:${HOST}`))) },
  ],
  ['a common name that is no alternative name', { leaf: { subject: 'other.example.com' } }],
  ['a common name in other letters', { leaf: { subject: HOST.toUpperCase() } }],
  ['two common names', { leaf: { subject: name(HOST, [OID.commonName, HOST]) } }],
  [
    'a critical extended key usage',
    { leaf: replacing(OID.extKeyUsage, ext.critical(ext.extKeyUsage(OID.serverAuth))) },
  ],
  [
    'code signing beside serverAuth',
    { leaf: replacing(OID.extKeyUsage, ext.plain(ext.extKeyUsage(OID.serverAuth, '1.3.6.1.5.5.7.3.3'))) },
  ],
  [
    'any purpose beside serverAuth',
    { leaf: replacing(OID.extKeyUsage, ext.plain(ext.extKeyUsage(OID.serverAuth, OID.anyExtendedKeyUsage))) },
  ],
  [
    'a CA as server',
    {
      leaf: {
        extensions: {
          [OID.basicConstraints]: ext.critical(ext.basicConstraints(true)),
          [OID.keyUsage]: ext.critical(ext.keyUsage('keyCertSign')),
        },
      },
    },
  ],
  ['purposes in a root', { root: replacing(OID.extKeyUsage, ext.plain(ext.extKeyUsage(OID.serverAuth))) }],
];

describe('profiles', () => {
  const path: PathPolicy = { ...RFC5280_POLICY, profile: 'path' };

  it('all pass a sound chain', () => {
    for (const policy of [path, RFC5280_POLICY, WEBPKI_POLICY]) expect(judge(policy, {})).toBe('valid');
  });

  it.each(SECTION_4)('path passes, rfc5280 and webpki refuse %s', (_what, chain) => {
    expect(judge(path, chain)).toBe('valid');
    expect(judge(RFC5280_POLICY, chain)).toBe('profile_violated');
    expect(judge(WEBPKI_POLICY, chain)).toBe('profile_violated');
  });

  it.each(FORUM)('rfc5280 passes, webpki refuses %s', (_what, chain) => {
    expect(judge(RFC5280_POLICY, chain)).toBe('valid');
    expect(judge(WEBPKI_POLICY, chain)).toBe('profile_violated');
  });

  it('differ about name constraints that are not critical', () => {
    const chain: Chain = {
      ca: replacing(OID.nameConstraints, ext.plain(ext.nameConstraints(['dns:example.com'], []))),
    };
    expect(judge(RFC5280_POLICY, chain)).toBe('profile_violated');
    expect(judge(WEBPKI_POLICY, chain)).toBe('valid');
    expect(judge(path, chain)).toBe('valid');
  });

  it('compare key identifiers, except for section 6 alone', () => {
    const chain: Chain = {
      leaf: replacing(OID.authorityKeyIdentifier, ext.plain(ext.authorityKeyIdentifier(Uint8Array.of(1)))),
    };
    expect(judge(path, chain)).toBe('valid');
    expect(judge(RFC5280_POLICY, chain)).toBe('key_identifier_mismatch');
  });

  it('let a root lack an authority key identifier, and an anchor above which another stands not', () => {
    const top = issueRoot({ subject: 'top' });
    const anchor = issueCa(top, { subject: 'anchor', extensions: { [OID.authorityKeyIdentifier]: null } });
    const leaf = issueLeaf(anchor, { subject: HOST, extensions: server, key: newKey() });
    const input = {
      leaf: leaf.certificate,
      intermediates: [],
      anchors: [anchorFromCertificate(anchor.certificate)],
      at: T0,
    };
    expect(() => verifyPath({ ...input, policy: RFC5280_POLICY })).toThrow(
      expect.objectContaining({ code: 'profile_violated' }),
    );
    expect(verifyPath({ ...input, policy: path }).chain).toHaveLength(1);
  });
});
