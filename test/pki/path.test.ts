import { describe, expect, it } from 'vitest';
import { TAG } from '../../src/bytes/der-tag.ts';
import { writeObjectIdentifier, writeSequence, writeSetOf, writeText } from '../../src/bytes/der-writer.ts';
import {
  anchorFromCertificate,
  anchorFromKey,
  HARDWARE_POLICY,
  OID,
  PathError,
  type PathInput,
  type PathPolicy,
  parseName,
  parsePublicKeyInfo,
  RFC5280_POLICY,
  type VerifiedPath,
  verifyPath,
} from '../../src/pki/index.ts';
import {
  FROM,
  type Issued,
  type IssueOptions,
  issueCa,
  issueLeaf,
  issueRoot,
  name,
  newKey,
  T0,
  UNTIL,
} from './issue.ts';
import * as ext from './issue-extensions.ts';

/** root > ca > leaf, each forged by its options; everything else stays as it is when the path is valid. */
type Chain = { readonly root?: IssueOptions; readonly ca?: IssueOptions; readonly leaf?: IssueOptions };

function pathOf(
  { root: rootOptions, ca: caOptions, leaf: leafOptions }: Chain,
  policy: Partial<PathPolicy> = {},
  input: Partial<PathInput> = {},
): VerifiedPath {
  const root = issueRoot(rootOptions);
  const ca = issueCa(root, caOptions);
  const leaf = issueLeaf(ca, leafOptions);
  return verify(leaf, [ca], [root], policy, input);
}

function verify(
  leaf: Issued,
  intermediates: readonly Issued[],
  roots: readonly Issued[],
  policy: Partial<PathPolicy> = {},
  input: Partial<PathInput> = {},
): VerifiedPath {
  return verifyPath({
    leaf: leaf.certificate,
    intermediates: intermediates.map(({ certificate }) => certificate),
    anchors: roots.map(({ certificate }) => anchorFromCertificate(certificate)),
    at: T0,
    policy: { ...RFC5280_POLICY, ...policy },
    ...input,
  });
}

function codeOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof PathError) return error.code;
    throw error;
  }
  return 'valid';
}

const PATH = { profile: 'path' } as const;
const CLIENT = '1.3.6.1.5.5.7.3.2';
const UNKNOWN = '1.3.6.1.4.1.55738.666.1';
const NUL = Uint8Array.of(5, 0);
const before = new Date(T0.getTime() - 1000);
const after = new Date(T0.getTime() + 1000);
const weak = newKey('rsa1024');
const only = (value: Uint8Array) => ({ extensions: { [OID.subjectAltName]: ext.plain(value) } });
const constrain = (permitted: readonly ext.NameText[], excluded: readonly ext.NameText[] = []) => ({
  extensions: { [OID.nameConstraints]: ext.critical(ext.nameConstraints(permitted, excluded)) },
});

type Case = readonly [
  what: string,
  code: string,
  chain: Chain,
  policy?: Partial<PathPolicy>,
  input?: Partial<PathInput>,
];

const CASES: readonly Case[] = [
  ['a plain chain', 'valid', {}],
  ['a plain chain under section 6 alone', 'valid', {}, PATH],
  // 6.1.3 (a): signatures and dates
  ['a leaf that another key signed', 'signature_invalid', { leaf: { signer: newKey() } }, PATH],
  ['a CA that another key signed', 'signature_invalid', { ca: { signer: newKey() } }, PATH],
  ['a leaf signed by a key of another kind', 'key_mismatch', { leaf: { signer: newKey('rsa2048') } }],
  ['a leaf issued under another name', 'issuer_unknown', { leaf: { issuer: name('somebody else') } }],
  ['a leaf that has ended', 'expired', { leaf: { notAfter: before } }],
  ['a leaf that ends this second', 'valid', { leaf: { notAfter: T0 } }],
  ['a leaf that begins this second', 'valid', { leaf: { notBefore: T0 } }],
  ['a leaf that has not begun', 'not_yet_valid', { leaf: { notBefore: after } }],
  ['a leaf that ends before it begins', 'validity_inverted', { leaf: { notBefore: UNTIL, notAfter: FROM } }],
  ['a CA that has ended', 'expired', { ca: { notAfter: before } }],
  ['a CA that has not begun', 'not_yet_valid', { ca: { notBefore: after } }],
  ['an anchor that has ended', 'expired', { root: { notAfter: before } }],
  [
    'an anchor that has ended, its limits ignored',
    'valid',
    { root: { notAfter: before } },
    { anchorConstraints: 'ignore' },
  ],
  // 6.1.4 (k), (l), (n)
  [
    'a CA without basic constraints',
    'issuer_not_ca',
    { ca: { extensions: { [OID.basicConstraints]: null } } },
    PATH,
  ],
  [
    'a CA that says it is none',
    'issuer_not_ca',
    { ca: { extensions: { [OID.basicConstraints]: ext.critical(ext.basicConstraints(false)) } } },
    PATH,
  ],
  [
    'an anchor that is no CA',
    'issuer_not_ca',
    { root: { extensions: { [OID.basicConstraints]: null } } },
    PATH,
  ],
  [
    'a CA that may not sign certificates',
    'issuer_may_not_sign',
    { ca: { extensions: { [OID.keyUsage]: ext.critical(ext.keyUsage('cRLSign')) } } },
    PATH,
  ],
  [
    'an anchor that may not sign certificates',
    'issuer_may_not_sign',
    { root: { extensions: { [OID.keyUsage]: ext.critical(ext.keyUsage('cRLSign')) } } },
    PATH,
  ],
  ['a CA without key usage', 'valid', { ca: { extensions: { [OID.keyUsage]: null } } }, PATH],
  [
    'a CA below an anchor of path length zero',
    'path_length_exceeded',
    { root: { extensions: { [OID.basicConstraints]: ext.critical(ext.basicConstraints(true, 0)) } } },
  ],
  [
    'a CA below an anchor of path length one',
    'valid',
    { root: { extensions: { [OID.basicConstraints]: ext.critical(ext.basicConstraints(true, 1)) } } },
  ],
  ['more intermediates than the policy admits', 'path_too_long', {}, { maxIntermediates: 0 }],
  ['a version 1 CA', 'version_refused', { ca: { version: 1 } }, PATH],
  ['a version 1 leaf', 'version_refused', { leaf: { version: 1 } }, PATH],
  [
    'a version 2 leaf with unique identifiers',
    'version_refused',
    { leaf: { version: 2, uniqueIds: true } },
    PATH,
  ],
  ['a version 3 leaf with unique identifiers', 'valid', { leaf: { uniqueIds: true } }],
  // algorithms and keys
  ['a leaf signed with SHA-1', 'signature_algorithm_refused', { leaf: { algorithm: 'ecdsa-sha1' } }],
  [
    'a leaf signed with MD5',
    'signature_algorithm_unsupported',
    { ca: { key: newKey('rsa2048') }, leaf: { algorithm: 'rsa-md5' } },
  ],
  ['ECDSA with NULL parameters', 'signature_parameters_invalid', { leaf: { algorithm: 'ecdsa-null' } }],
  ['a CA of RSA-1024', 'key_refused', { ca: { key: weak } }],
  ['a leaf of RSA-1024', 'key_refused', { leaf: { key: weak } }],
  ['an anchor of RSA-1024', 'key_refused', { root: { key: weak } }],
  ['a leaf with a DSA key', 'key_unsupported', { leaf: { key: newKey('dsa') } }],
  ['a leaf on curve P-224', 'key_unsupported', { leaf: { key: newKey('p224') } }],
  ['RSA PKCS #1 with SHA-256', 'valid', { ca: { key: newKey('rsa2048') } }],
  [
    'RSA PKCS #1 without parameters',
    'valid',
    { ca: { key: newKey('rsa2048') }, leaf: { algorithm: 'rsa-sha256-absent' } },
  ],
  ['RSA-PSS', 'valid', { ca: { key: newKey('rsa2048') }, leaf: { algorithm: 'pss-sha256' } }],
  [
    'RSA-PSS with SHA-384 and its trailer spelled out',
    'valid',
    { ca: { key: newKey('rsa2048') }, leaf: { algorithm: 'pss-sha384' } },
  ],
  [
    'RSA-PSS with another mask hash',
    'signature_parameters_invalid',
    { ca: { key: newKey('rsa2048') }, leaf: { algorithm: 'pss-mask' } },
  ],
  [
    'RSA-PSS with a short salt',
    'signature_parameters_invalid',
    { ca: { key: newKey('rsa2048') }, leaf: { algorithm: 'pss-salt' } },
  ],
  [
    'RSA-PSS with another trailer',
    'signature_parameters_invalid',
    { ca: { key: newKey('rsa2048') }, leaf: { algorithm: 'pss-trailer' } },
  ],
  [
    'RSA-PSS without parameters',
    'signature_parameters_invalid',
    { ca: { key: newKey('rsa2048') }, leaf: { algorithm: 'pss-bare' } },
  ],
  ['P-384', 'valid', { ca: { key: newKey('p384') } }],
  ['P-521', 'valid', { ca: { key: newKey('p521') } }],
  ['Ed25519', 'valid', { ca: { key: newKey('ed25519') } }],
  ['Ed448', 'valid', { ca: { key: newKey('ed448') } }],
  // 6.1.4 (o), 6.1.5 (f)
  [
    'an unknown critical extension in the leaf',
    'critical_extension_unknown',
    { leaf: { extensions: { [UNKNOWN]: ext.critical(NUL) } } },
  ],
  [
    'an unknown critical extension in a CA',
    'critical_extension_unknown',
    { ca: { extensions: { [UNKNOWN]: ext.critical(NUL) } } },
  ],
  [
    'an unknown critical extension in the anchor',
    'critical_extension_unknown',
    { root: { extensions: { [UNKNOWN]: ext.critical(NUL) } } },
  ],
  [
    'an unknown extension that is not critical',
    'valid',
    { leaf: { extensions: { [UNKNOWN]: ext.plain(NUL) } } },
  ],
  [
    'a critical extension that the caller processes',
    'valid',
    { leaf: { extensions: { [UNKNOWN]: ext.critical(NUL) } } },
    { understoodExtensions: [UNKNOWN] },
  ],
  [
    'critical authority information access',
    'critical_extension_unknown',
    {
      leaf: {
        extensions: {
          [OID.authorityInfoAccess]: ext.critical(
            writeSequence(writeSequence(Uint8Array.of(6, 1, 42), ext.generalName('uri:http://a.example'))),
          ),
        },
      },
    },
  ],
  // purposes and usages
  [
    'a leaf for another purpose',
    'key_purpose_refused',
    { leaf: { extensions: { [OID.extKeyUsage]: ext.plain(ext.extKeyUsage(CLIENT)) } } },
    { keyPurposes: [OID.serverAuth] },
  ],
  [
    'a leaf for one of two demanded purposes',
    'key_purpose_refused',
    { leaf: { extensions: { [OID.extKeyUsage]: ext.plain(ext.extKeyUsage(CLIENT)) } } },
    { keyPurposes: [CLIENT, OID.serverAuth] },
  ],
  [
    'a leaf for any purpose',
    'valid',
    { leaf: { extensions: { [OID.extKeyUsage]: ext.plain(ext.extKeyUsage(OID.anyExtendedKeyUsage)) } } },
    { keyPurposes: [OID.serverAuth] },
  ],
  ['a leaf that states no purpose', 'valid', {}, { keyPurposes: [OID.serverAuth] }],
  [
    'a leaf that states no purpose where one is required',
    'key_purpose_refused',
    {},
    { keyPurposes: [OID.serverAuth], keyPurposePresence: 'required' },
  ],
  [
    'a CA for another purpose',
    'key_purpose_refused',
    { ca: { extensions: { [OID.extKeyUsage]: ext.plain(ext.extKeyUsage(CLIENT)) } } },
    { keyPurposes: [OID.serverAuth] },
  ],
  [
    'a CA for another purpose, purposes not nesting',
    'valid',
    { ca: { extensions: { [OID.extKeyUsage]: ext.plain(ext.extKeyUsage(CLIENT)) } } },
    { keyPurposes: [OID.serverAuth], keyPurposeChaining: 'leaf' },
  ],
  [
    'an anchor for another purpose',
    'key_purpose_refused',
    { root: { extensions: { [OID.extKeyUsage]: ext.plain(ext.extKeyUsage(CLIENT)) } } },
    { keyPurposes: [OID.serverAuth] },
  ],
  ['a leaf without a demanded usage', 'key_usage_refused', {}, { keyUsages: ['keyEncipherment'] }],
  ['a leaf with the demanded usage', 'valid', {}, { keyUsages: ['digitalSignature'] }],
  [
    'a leaf without key usage where one is demanded',
    'valid',
    { leaf: { extensions: { [OID.keyUsage]: null } } },
    { keyUsages: ['digitalSignature'] },
  ],
  // name constraints: one of each in place; their forms have a table of their own
  [
    'a name outside what a CA permits',
    'name_not_permitted',
    { ca: constrain(['dns:a.example']), leaf: only(ext.subjectAltName('dns:b.example')) },
  ],
  [
    'a name that a CA excludes',
    'name_not_permitted',
    { ca: constrain([], ['dns:b.example']), leaf: only(ext.subjectAltName('dns:b.example')) },
  ],
  [
    'a name outside what the anchor permits',
    'name_not_permitted',
    { root: constrain(['dns:a.example']), leaf: only(ext.subjectAltName('dns:b.example')) },
  ],
  [
    'a name outside what the anchor permits, its limits ignored',
    'valid',
    { root: constrain(['dns:a.example']), leaf: only(ext.subjectAltName('dns:b.example')) },
    { anchorConstraints: 'ignore' },
  ],
  [
    'a CA whose own name the anchor excludes',
    'name_not_permitted',
    { root: constrain([], [{ directory: name('intermediate') }]) },
  ],
  [
    'a constrained form that is not understood',
    'name_constraint_unsupported',
    { ca: constrain([], ['other:1.2.3']), leaf: only(ext.subjectAltName('other:1.2.3')) },
  ],
  [
    'a constrained form that no name has',
    'valid',
    { ca: constrain([], ['other:1.2.3']), leaf: only(ext.subjectAltName('dns:a.example')) },
  ],
  // policies: one of each in place; their mathematics has a table of its own
  ['no policy where one is required', 'policy_missing', {}, { initialExplicitPolicy: true }],
  [
    'no policy where a CA requires one',
    'policy_missing',
    { ca: { extensions: { [OID.policyConstraints]: ext.critical(ext.policyConstraints(0)) } } },
  ],
  [
    'no policy where the anchor requires one',
    'policy_missing',
    { root: { extensions: { [OID.policyConstraints]: ext.critical(ext.policyConstraints(0)) } } },
  ],
  [
    'a mapping from anyPolicy',
    'policy_mapping_invalid',
    {
      ca: {
        extensions: { [OID.policyMappings]: ext.critical(ext.policyMappings([OID.anyPolicy, '1.2.3'])) },
      },
    },
  ],
  [
    'a mapping to anyPolicy',
    'policy_mapping_invalid',
    {
      ca: {
        extensions: { [OID.policyMappings]: ext.critical(ext.policyMappings(['1.2.3', OID.anyPolicy])) },
      },
    },
  ],
  // the question
  [
    'another server',
    'server_name_mismatch',
    { leaf: only(ext.subjectAltName('dns:a.example')) },
    {},
    { serverName: 'b.example' },
  ],
  [
    'this server',
    'valid',
    { leaf: only(ext.subjectAltName('dns:a.example')) },
    {},
    { serverName: 'a.example' },
  ],
  ['no anchor at all', 'issuer_unknown', {}, {}, { anchors: [] }],
  ['no instant', 'input_invalid', {}, {}, { at: new Date(Number.NaN) }],
  ['an empty list of purposes', 'input_invalid', {}, { keyPurposes: [] }],
  ['an empty list of policies', 'input_invalid', {}, { initialPolicies: [] }],
  [
    'a budget that is no number',
    'input_invalid',
    {},
    { limits: { signatures: Number.NaN, steps: 1, nameComparisons: 1 } },
  ],
  [
    'a budget of one signature',
    'budget_exceeded',
    {},
    { limits: { signatures: 1, steps: 100, nameComparisons: 100 } },
  ],
  [
    'a budget of one step',
    'budget_exceeded',
    {},
    { limits: { signatures: 10, steps: 1, nameComparisons: 100 } },
  ],
  [
    'a budget of no comparison',
    'budget_exceeded',
    { ca: constrain(['dns:a.example']), leaf: only(ext.subjectAltName('dns:a.example')) },
    { limits: { signatures: 10, steps: 100, nameComparisons: 0 } },
  ],
];

describe('verifyPath', () => {
  const rows = CASES.map(([what, code, chain, policy, input]) => ({ what, code, chain, policy, input }));
  it.each(rows)('judges $what: $code', ({ code, chain, policy, input }) => {
    expect(codeOf(() => pathOf(chain, policy, input))).toBe(code);
  });

  it('returns chain, anchor, key and end', () => {
    const root = issueRoot();
    const ca = issueCa(root, { notAfter: new Date('2030-01-01T00:00:00Z') });
    const leaf = issueLeaf(ca);
    const path = verify(leaf, [ca], [root]);
    expect(path.chain).toEqual([leaf.certificate, ca.certificate]);
    expect(path.anchor.certificate).toBe(root.certificate);
    expect(path.publicKey).toBe(leaf.certificate.publicKey);
    expect(path.validUntil).toEqual(new Date('2030-01-01T00:00:00Z'));
    expect(path.digest).toMatch(/^[0-9a-f]{64}$/);
  });

  it('cuts off the fraction of a second instead of rounding it', () => {
    const end = new Date('2026-06-01T00:00:00Z');
    const leaf = { notBefore: new Date('2026-05-01T00:00:01Z'), notAfter: end };
    const at = (text: string) => codeOf(() => pathOf({ leaf }, {}, { at: new Date(text) }));
    expect(at('2026-06-01T00:00:00.999Z')).toBe('valid');
    expect(at('2026-06-01T00:00:01.000Z')).toBe('expired');
    expect(at('2026-05-01T00:00:00.999Z')).toBe('not_yet_valid');
  });

  it('accepts an anchor given as name and key', () => {
    const root = issueRoot();
    const leaf = issueLeaf(root);
    const anchor = anchorFromKey(parseName(root.name), parsePublicKeyInfo(root.key.spki));
    expect(verify(leaf, [], [], {}, { anchors: [anchor] }).chain).toHaveLength(1);
    const stranger = anchorFromKey(parseName(root.name), parsePublicKeyInfo(newKey().spki));
    expect(codeOf(() => verify(leaf, [], [], {}, { anchors: [stranger] }))).toBe('signature_invalid');
  });

  it('takes an intermediate as anchor and passes over the root in the bag', () => {
    const root = issueRoot();
    const ca = issueCa(root);
    expect(verify(issueLeaf(ca), [root], [ca]).chain).toHaveLength(1);
  });

  it('matches names across string types, case and space', () => {
    const printable = (text: string): Uint8Array =>
      writeSequence(
        writeSetOf(
          writeSequence(writeObjectIdentifier(OID.commonName), writeText(TAG.printableString, text)),
        ),
      );
    const root = issueRoot({ subject: name('Some  Root') });
    const leaf = issueLeaf(root, { issuer: printable(' some ROOT ') });
    expect(codeOf(() => verify(leaf, [], [root]))).toBe('valid');
  });

  it('does not count self-issued certificates as path length', () => {
    const one = { [OID.basicConstraints]: ext.critical(ext.basicConstraints(true, 1)) };
    const zero = { [OID.basicConstraints]: ext.critical(ext.basicConstraints(true, 0)) };
    const root = issueRoot();
    const first = issueCa(root, { subject: 'first', extensions: one });
    const rolled = issueCa(first, { subject: 'first', extensions: one });
    const second = issueCa(rolled, { subject: 'second', extensions: zero });
    expect(codeOf(() => verify(issueLeaf(second), [first, rolled, second], [root]))).toBe('valid');
    const third = issueCa(second, { subject: 'third' });
    expect(codeOf(() => verify(issueLeaf(third), [first, rolled, second, third], [root]))).toBe(
      'path_length_exceeded',
    );
  });

  it('lets a CA stand in the leaf position below path length zero', () => {
    const zero = { [OID.basicConstraints]: ext.critical(ext.basicConstraints(true, 0)) };
    const root = issueRoot();
    const ca = issueCa(root, { extensions: zero });
    const last = issueCa(ca, { subject: 'last', extensions: zero });
    expect(codeOf(() => verify(last, [ca], [root]))).toBe('valid');
  });

  it('asks the caller about each path and goes on after a refusal', () => {
    const [rootA, rootB] = [issueRoot({ subject: 'A' }), issueRoot({ subject: 'B' })];
    const key = newKey();
    const [byA, byB] = [issueCa(rootA, { key }), issueCa(rootB, { key })];
    const leaf = issueLeaf(byA);
    const refuse = (path: VerifiedPath): void => {
      if (path.anchor.certificate === rootA.certificate) throw new PathError('path_refused', 'revoked');
    };
    const path = verify(leaf, [byA, byB], [rootA, rootB], {}, { acceptPath: refuse });
    expect(path.anchor.certificate).toBe(rootB.certificate);
    expect(codeOf(() => verify(leaf, [byA], [rootA, rootB], {}, { acceptPath: refuse }))).toBe(
      'path_refused',
    );
  });

  it('says where it failed', () => {
    const root = issueRoot();
    const ca = issueCa(root, { notAfter: before });
    try {
      verify(issueLeaf(ca), [ca], [root], HARDWARE_POLICY);
      expect.unreachable();
    } catch (error) {
      expect(error).toMatchObject({ code: 'expired', subject: 'CN=intermediate', issuer: 'CN=root' });
    }
  });
});
