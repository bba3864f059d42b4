import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { TAG } from '../../src/bytes/der-tag.ts';
import {
  writeElement,
  writeInteger,
  writeObjectIdentifier,
  writeSequence,
  writeText,
  writeTime,
} from '../../src/bytes/der-writer.ts';
import { OID, type PathPolicy } from '../../src/pki/index.ts';
import {
  type CrlOptions,
  distributionPoints,
  extension,
  issueCrl,
  type PointName,
  REVOKED_AT,
  scope,
} from './crl-issue.ts';
import { type Issued, type IssueOptions, newKey, T0 } from './issue.ts';
import * as ext from './issue-extensions.ts';
import { endEntity, intermediateCa, judge, RFC5280, rootCa, type Scene, usage, WEBPKI } from './limbo.ts';

const DAY_MS = 86_400_000;
const days = (count: number) => new Date(T0.getTime() + count * DAY_MS);
const ENTRY = writeSequence(writeInteger(0x1234_5678), writeTime(REVOKED_AT));
/** Somebody else's certificate is revoked: what fails then fails for the CRL's sake. */
const ELSE: CrlOptions = { list: writeSequence(ENTRY) };
const unknown = (isCritical: boolean) => extension('1.3.6.1.4.1.55738.666.1', new Uint8Array(0), isCritical);

type Profiled = readonly [policy: PathPolicy, crlProfile: 'rfc5280' | 'webpki'];
const BY_RFC: Profiled = [RFC5280, 'rfc5280'];
const BY_FORUM: Profiled = [WEBPKI, 'webpki'];

type Made = { readonly scene: Scene; readonly crls: readonly Uint8Array[] };

/** root > leaf, and one CRL of the root. */
function single(crl: CrlOptions, root: IssueOptions = {}, leaf: IssueOptions = {}): Made {
  const top = rootCa(root);
  return { scene: { leaf: endEntity(top, leaf), anchors: [top] }, crls: [issueCrl(top, crl)] };
}

function listing(more: Partial<Parameters<typeof entry>[1]> = {}): Made {
  const top = rootCa();
  const leaf = endEntity(top);
  return { scene: { leaf, anchors: [top] }, crls: [issueCrl(top, entry(leaf, more))] };
}

function entry(revoked: Issued, more: { readonly date?: Date; readonly extensions?: readonly Uint8Array[] }) {
  return { entries: [{ revoked, ...more }] };
}

function twoRoots(what: 'other issuer' | 'wrong key'): Made {
  const [one, two] = [rootCa({ subject: 'Root CA 1' }), rootCa({ subject: 'Root CA 2' })];
  const leaf = endEntity(one);
  const crls =
    what === 'wrong key'
      ? [issueCrl(two, { ...ELSE, issuerName: one.name })]
      : [issueCrl(one), issueCrl(two, { entries: [{ revoked: leaf }] })];
  return { scene: { leaf, anchors: [one, two] }, crls };
}

function usersOnly(): Made {
  const root = rootCa();
  const ca = intermediateCa(root);
  return {
    scene: { leaf: endEntity(ca), bag: [ca], anchors: [root] },
    crls: [issueCrl(root, { scope: scope({ only: 'user' }) }), issueCrl(ca)],
  };
}

const URI = 'http://example.com/partition.crl';
const at = (...uris: readonly ext.NameText[]): PointName => ({ fullName: uris });
const pointing = (name: PointName): IssueOptions => ({
  extensions: { [OID.cRLDistributionPoints]: ext.plain(distributionPoints({ name })) },
});
const scoped = (within: Parameters<typeof scope>[0], leaf: PointName | null = at(`uri:${URI}`)): Made =>
  single({ scope: scope(within) }, {}, leaf === null ? {} : pointing(leaf));
const relative: PointName = {
  relative: writeSequence(writeObjectIdentifier(OID.commonName), writeText(TAG.utf8String, 'partition')),
};
const longList = writeSequence(
  ...Array.from({ length: 10_000 }, () =>
    writeSequence(
      writeElement(TAG.integer, Uint8Array.of(0x40, ...randomBytes(15))),
      writeTime(new Date('1970-01-01T00:00:00Z')),
    ),
  ),
);

/** What RFC 5280 says; the forum says the same. */
const CASES: readonly (readonly [id: string, make: () => Made, outcome: string])[] = [
  ['revoked-certificate-with-crl', () => listing(), 'revoked: unspecified'],
  ['crlnumber-missing', () => single({ ...ELSE, number: null }), 'crl_profile_violated'],
  ['crlnumber-critical', () => single({ ...ELSE, numberCritical: true }), 'crl_profile_violated'],
  ['certificate-not-on-crl', () => single(ELSE), 'valid'],
  ['certificate-serial-on-crl-different-issuer', () => twoRoots('other issuer'), 'valid'],
  [
    'issuer-missing-crlsign',
    () => single(ELSE, { extensions: usage('keyCertSign') }),
    'crl_issuer_may_not_sign',
  ],
  ['issuer-no-keyusage-extension', () => single(ELSE, { extensions: { [OID.keyUsage]: null } }), 'valid'],
  [
    'issuer-valid-crlsign-and-keycertsign',
    () => single(ELSE, { extensions: usage('keyCertSign', 'cRLSign') }),
    'valid',
  ],
  ['crl-invalid-signature', () => single({ ...ELSE, signer: newKey() }), 'crl_signature_invalid'],
  ['crl-wrong-signing-key', () => twoRoots('wrong key'), 'crl_issuer_unknown'],
  ['crl-empty', () => single({}), 'valid'],
  ['crl-very-large', () => single({ list: longList }), 'valid'],
  [
    'crl-unknown-critical-extension',
    () => single({ ...ELSE, extensions: [unknown(true)] }),
    'crl_extension_unknown',
  ],
  ['crl-unknown-noncritical-extension', () => single({ ...ELSE, extensions: [unknown(false)] }), 'valid'],
  [
    'entry-unknown-critical-extension',
    () => listing({ extensions: [unknown(true)] }),
    'crl_extension_unknown',
  ],
  [
    'entry-unknown-noncritical-extension',
    () => listing({ extensions: [unknown(false)] }),
    'revoked: unspecified',
  ],
  ['this-update-in-future', () => single({ thisUpdate: days(1), nextUpdate: days(30) }), 'crl_not_yet_valid'],
  ['next-update-in-past', () => single({ thisUpdate: days(-60), nextUpdate: days(-30) }), 'crl_expired'],
  ['revocation-date-in-future', () => listing({ date: days(1) }), 'revoked: unspecified'],
  ['revocation-date-before-not-before', () => listing({ date: days(-3650) }), 'revoked: unspecified'],
  [
    'crl-validity-no-overlap',
    () =>
      single(
        { thisUpdate: days(-365), nextUpdate: days(-180) },
        {},
        { notBefore: days(-30), notAfter: days(30) },
      ),
    'crl_expired',
  ],
  [
    'idp-cdp-scope-mismatch',
    () => scoped({ name: at('uri:http://example.com/other.crl') }),
    'crl_out_of_scope',
  ],
  ['idp-cdp-scope-match', () => scoped({ name: at(`uri:${URI}`) }), 'valid'],
  ['idp-only-contains-user-certs-ca-target', usersOnly, 'crl_out_of_scope'],
  ['idp-only-contains-ca-certs-ee-target', () => scoped({ only: 'ca' }, null), 'crl_out_of_scope'],
  ['idp-present-certificate-missing-cdp', () => scoped({ name: at(`uri:${URI}`) }, null), 'crl_out_of_scope'],
  ['idp-only-contains-attribute-certs', () => scoped({ only: 'attribute' }, null), 'crl_out_of_scope'],
  ['idp-name-relative-to-crl-issuer', () => scoped({ name: relative }, null), 'crl_out_of_scope'],
  [
    'idp-only-some-reasons-no-complete-crl',
    () => scoped({ name: at(`uri:${URI}`), reasons: [1] }),
    'crl_reasons_incomplete',
  ],
  [
    'idp-uri-not-byte-identical',
    () =>
      scoped(
        { name: at('uri:http://example.com/crls/shard.crl') },
        at('uri:http://example.com/crls/%73hard.crl'),
      ),
    'crl_out_of_scope',
  ],
];

/** What the forum alone forbids CRLs. */
const OF_CRLS: typeof CASES = [
  [
    'crl-duplicate-revoked-serial',
    () => single({ list: writeSequence(ENTRY, ENTRY) }),
    'crl_profile_violated',
  ],
  [
    'idp-fullname-non-uri-generalname',
    () => scoped({ name: at(`uri:${URI}`, 'dns:example.com') }),
    'crl_profile_violated',
  ],
  ['idp-indirect-crl', () => scoped({ name: at(`uri:${URI}`), indirect: true }), 'crl_profile_violated'],
  ['a partition by a relative name', () => scoped({ name: relative }, relative), 'crl_profile_violated'],
];

function outcome({ scene, crls }: Made, [policy, crlProfile]: Profiled): string {
  return judge(policy, () => ({ ...scene, revocation: { crls, crlProfile } }));
}

describe('x509-limbo', () => {
  it.each(CASES)('crl::%s', (_id, make, wanted) => {
    const made = make();
    expect([outcome(made, BY_RFC), outcome(made, BY_FORUM)]).toEqual([wanted, wanted]);
  });

  it.each(OF_CRLS)('crl::%s, by the forum alone', (_id, make, wanted) => {
    const made = make();
    expect([outcome(made, BY_RFC), outcome(made, [RFC5280, 'webpki'])]).toEqual(['valid', wanted]);
  });

  it('crl::idp-present-certificate-cdp-non-uri-generalname, of the certificate by the forum alone', () => {
    const made = scoped({ name: at(`uri:${URI}`) }, at(`uri:${URI}`, 'dns:example.com'));
    expect([outcome(made, BY_RFC), outcome(made, BY_FORUM)]).toEqual(['valid', 'profile_violated']);
  });
});
