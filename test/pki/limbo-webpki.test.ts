import { describe, expect, it } from 'vitest';
import { contextPrimitive } from '../../src/bytes/der-tag.ts';
import { writeElement, writeInteger, writeSequence, writeText } from '../../src/bytes/der-writer.ts';
import { OID } from '../../src/pki/index.ts';
import { EMPTY_NAME, issueRoot, newKey } from './issue.ts';
import * as ext from './issue-extensions.ts';
import {
  type Case,
  ca,
  chain,
  endEntity,
  judge,
  names,
  purposes,
  RFC5280,
  rootCa,
  usage,
  WEBPKI,
} from './limbo.ts';

const CODE_SIGNING = '1.3.6.1.5.5.7.3.3';
const EMAIL_PROTECTION = '1.3.6.1.5.5.7.3.4';
const TIME_STAMPING = '1.3.6.1.5.5.7.3.8';
const PRECERTIFICATE = '1.3.6.1.4.1.11129.2.4.4';

/** A leaf that presents one name, as its common name too, asked for under another. */
const presents = (presented: string, peer: string) =>
  chain({ leaf: { subject: presented, extensions: names(`dns:${presented}`) } }, { peer });
const purposed = (...oids: readonly string[]) => chain({ leaf: { extensions: purposes(...oids) } });
/** Common name, the octets of the one address, and that address as text. */
const address = (commonName: string, octets: string, peer: string) =>
  chain({ leaf: { subject: commonName, extensions: names(`ip:${octets}`) } }, { peer });
const common = (commonName: string, ...presented: readonly string[]) =>
  chain(
    { leaf: { subject: commonName, extensions: names(...presented.map((text) => `dns:${text}`)) } },
    { peer: presented[0] ?? '' },
  );
const keyed = (kind: 'p224' | 'dsa') => chain({ leaf: { key: newKey(kind) } });
const v6 = (...groups: readonly number[]) => groups.flatMap((group) => [group >> 8, group & 0xff]).join('.');

const KEY_ID = writeElement(contextPrimitive(0), Uint8Array.of(1));
const ISSUER = writeElement(0xa1, ext.generalName('dns:a.example'));
const SERIAL = writeInteger(1234, contextPrimitive(2));

/** A root whose key identifiers agree, and whose authority key identifier says more. */
function rootNaming(...parts: readonly Uint8Array[]) {
  const root = rootCa({
    extensions: {
      [OID.subjectKeyIdentifier]: ext.plain(Uint8Array.of(4, 1, 1)),
      [OID.authorityKeyIdentifier]: ext.plain(writeSequence(...parts)),
    },
  });
  return { leaf: endEntity({ ...root, ski: Uint8Array.of(1) }), anchors: [root] };
}

function signedByDsa() {
  const root = issueRoot({ key: newKey('dsa'), extensions: names('dns:example.com') });
  return { leaf: endEntity(root), anchors: [root] };
}

const constraintsOf = (value: Uint8Array, critical = true) => ({
  [OID.nameConstraints]: { critical, value },
});

const CASES: readonly Case[] = [
  ['san::exact-dns-san', () => presents('example.com', 'example.com'), 'valid'],
  ['san::exact-localhost-ip-san', () => address('127.0.0.1', '127.0.0.1', '127.0.0.1'), 'valid'],
  ['san::mismatch-domain-san', () => presents('example.com', 'example2.com'), 'server_name_mismatch'],
  [
    'san::mismatch-subdomain-san',
    () => presents('abc.example.com', 'def.example.com'),
    'server_name_mismatch',
  ],
  [
    'san::mismatch-subdomain-apex-san',
    () => presents('example.com', 'abc.example.com'),
    'server_name_mismatch',
  ],
  [
    'san::mismatch-apex-subdomain-san',
    () => presents('abc.example.com', 'example.com'),
    'server_name_mismatch',
  ],
  ['san::public-suffix-wildcard-san', () => presents('*.com', 'example.com'), 'server_name_mismatch'],
  ['san::leftmost-wildcard-san', () => presents('*.example.com', 'foo.example.com'), 'valid'],
  ['san::wildcard-embedded-leftmost-san', () => presents('ba*.example.com', 'baz.example.com'), 'bad_value'],
  [
    'san::wildcard-not-in-leftmost-san',
    () => presents('foo.*.example.com', 'foo.bar.example.com'),
    'bad_value',
  ],
  [
    'san::wildcard-match-across-labels-san',
    () => presents('*.example.com', 'foo.bar.example.com'),
    'server_name_mismatch',
  ],
  [
    'san::wildcard-embedded-ulabel-san',
    () => presents('xn--*-1b3c148a.example.com', 'xn--bliss-1b3c148a.example.com'),
    'bad_value',
  ],
  ['san::unicode-emoji-san', () => presents('\u00f0\u009f.example.com', 'xn--628h.example.com'), 'bad_value'],
  ['san::no-san', () => chain({ leaf: { extensions: { [OID.subjectAltName]: null } } }), 'profile_violated'],
  [
    'san::san-critical-with-nonempty-subject',
    () =>
      chain({
        leaf: { extensions: { [OID.subjectAltName]: ext.critical(ext.subjectAltName('dns:example.com')) } },
      }),
    'profile_violated',
  ],
  [
    'a critical alternative name without a subject',
    () =>
      chain({
        leaf: {
          subject: EMPTY_NAME,
          extensions: { [OID.subjectAltName]: ext.critical(ext.subjectAltName('dns:example.com')) },
        },
      }),
    'valid',
  ],
  [
    'malformed-aia',
    () => chain({ leaf: { extensions: { [OID.authorityInfoAccess]: ext.plain(Buffer.from('malformed')) } } }),
    'bad_value',
  ],
  ['eku::ee-anyeku', () => purposed(OID.serverAuth, OID.anyExtendedKeyUsage), 'profile_violated'],
  [
    'eku::ee-critical-eku',
    () =>
      chain({ leaf: { extensions: { [OID.extKeyUsage]: ext.critical(ext.extKeyUsage(OID.serverAuth)) } } }),
    'profile_violated',
  ],
  [
    'eku::ee-without-eku',
    () => chain({ leaf: { extensions: { [OID.extKeyUsage]: null } } }),
    'key_purpose_refused',
  ],
  ['eku::root-has-eku', () => chain({ root: { extensions: purposes(OID.serverAuth) } }), 'profile_violated'],
  ['eku::ee-clientauth-only', () => purposed(OID.clientAuth), 'key_purpose_refused'],
  ['eku::ee-precertificate-only', () => purposed(PRECERTIFICATE), 'profile_violated'],
  [
    'eku::ee-precertificate-with-serverauth',
    () => purposed(OID.serverAuth, PRECERTIFICATE),
    'profile_violated',
  ],
  ['eku::ee-serverauth-with-additional', () => purposed(OID.serverAuth, OID.clientAuth), 'valid'],
  ['eku::ee-codesigning-with-serverauth', () => purposed(OID.serverAuth, CODE_SIGNING), 'profile_violated'],
  [
    'eku::ee-emailprotection-with-serverauth',
    () => purposed(OID.serverAuth, EMAIL_PROTECTION),
    'profile_violated',
  ],
  ['eku::ee-timestamping-with-serverauth', () => purposed(OID.serverAuth, TIME_STAMPING), 'profile_violated'],
  [
    'eku::ee-ocspsigning-with-serverauth',
    () => purposed(OID.serverAuth, OID.ocspSigning),
    'profile_violated',
  ],
  ['cn::ipv4-hex-mismatch', () => address('0xC0A80101', '192.168.1.1', '192.168.1.1'), 'profile_violated'],
  [
    'cn::ipv4-leading-zeros-mismatch',
    () => address('192.168.001.001', '192.168.1.1', '192.168.1.1'),
    'profile_violated',
  ],
  [
    'cn::ipv6-uppercase-mismatch',
    () =>
      address(
        '2001:DB8::8A2E:370:7334',
        v6(0x2001, 0xdb8, 0, 0, 0, 0x8a2e, 0x370, 0x7334),
        '2001:db8::8a2e:370:7334',
      ),
    'profile_violated',
  ],
  [
    'cn::ipv6-uncompressed-mismatch',
    () =>
      address('2001:0db8:0000:0000:0000:0000:0000:0001', v6(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1), '2001:db8::1'),
    'profile_violated',
  ],
  [
    'cn::ipv6-non-rfc5952-mismatch',
    () => address('2001:db8:0:0:1:0:0:1', v6(0x2001, 0xdb8, 0, 0, 1, 0, 0, 1), '2001:db8::1:0:0:1'),
    'profile_violated',
  ],
  [
    'an IPv6 common name as RFC 5952 writes it',
    () => address('2001:db8::1:0:0:1', v6(0x2001, 0xdb8, 0, 0, 1, 0, 0, 1), '2001:db8::1:0:0:1'),
    'valid',
  ],
  ['cn::punycode-not-in-san', () => common('xn--nxasmq6b.com', 'xn--n3h.com'), 'profile_violated'],
  [
    'cn::utf8-vs-punycode-mismatch',
    () => common('test-\u6e2c\u8a66.com', 'xn--test--wg5h0h.com'),
    'profile_violated',
  ],
  [
    'cn::not-in-san',
    () => common('notinsan.example.com', 'valid.example.com', 'another.example.com'),
    'profile_violated',
  ],
  ['cn::case-mismatch', () => common('Example.COM', 'example.com'), 'profile_violated'],
  ['aki::root-with-aki-missing-keyidentifier', () => rootNaming(), 'profile_violated'],
  ['aki::root-with-aki-authoritycertissuer', () => rootNaming(KEY_ID, ISSUER), 'profile_violated'],
  ['aki::root-with-aki-authoritycertserialnumber', () => rootNaming(KEY_ID, SERIAL), 'profile_violated'],
  ['aki::root-with-aki-all-fields', () => rootNaming(KEY_ID, ISSUER, SERIAL), 'profile_violated'],
  ['a root with a key identifier alone', () => rootNaming(KEY_ID), 'valid'],
  [
    'aki::root-with-aki-ski-mismatch',
    () => rootNaming(writeElement(contextPrimitive(0), Uint8Array.of(2))),
    'profile_violated',
  ],
  [
    'ku::ee-rsa-without-any-usages',
    () =>
      chain({
        leaf: {
          key: newKey('rsa2048'),
          extensions: { [OID.keyUsage]: ext.critical(Uint8Array.of(3, 1, 0)) },
        },
      }),
    'profile_violated',
  ],
  [
    'nc::permitted-dns-match-noncritical',
    () => chain({ root: { extensions: constraintsOf(ext.nameConstraints(['dns:example.com'], []), false) } }),
    'valid',
  ],
  [
    'nc::intermediate-permitted-excluded-subtrees-both-null',
    () => chain({ between: [{ extensions: constraintsOf(writeSequence()) }] }),
    'bad_value',
  ],
  [
    'nc::intermediate-permitted-excluded-subtrees-both-empty-sequences',
    () =>
      chain({
        between: [{ extensions: constraintsOf(writeSequence(writeElement(0xa0), writeElement(0xa1))) }],
      }),
    'bad_value',
  ],
  ['forbidden-weak-curve-spki-leaf', () => keyed('p224'), 'key_unsupported'],
  ['forbidden-dsa-spki-leaf', () => keyed('dsa'), 'key_unsupported'],
  ['forbidden-signature-algorithm-in-root', signedByDsa, 'key_unsupported'],
  ['forbidden-weak-rsa-key-in-root', () => chain({ root: { key: newKey('rsa1024') } }), 'key_refused'],
  ['forbidden-weak-rsa-in-leaf', () => chain({ leaf: { key: newKey('rsa1024') } }), 'key_refused'],
  ['v1-cert', () => chain({ leaf: { version: 1 } }), 'version_refused'],
  [
    'ee-basicconstraints-ca',
    () => chain({ leaf: { extensions: { ...ca(), ...usage('digitalSignature') } } }),
    'profile_violated',
  ],
  [
    'ca-as-leaf',
    () => chain({ leafIsCa: true, leaf: { subject: 'example.com', extensions: purposes(OID.serverAuth) } }),
    'profile_violated',
  ],
];

/** The CA/Browser Forum's rules for where CRLs are (BR 7.1.2.11.2), beside what RFC 5280 leaves open. */
const point = (text: string) => writeSequence(writeElement(0xa0, writeElement(0xa0, writeText(0x86, text))));
const located = (...encoded: readonly Uint8Array[]) =>
  chain({ leaf: { extensions: { [OID.cRLDistributionPoints]: ext.plain(writeSequence(...encoded)) } } });
const issuer = writeElement(0xa2, ext.generalName({ directory: rootCa().name }));
const LOCATIONS: readonly Case[] = [
  ['a place of http', () => located(point('http://crl.example.com/1.crl')), 'valid'],
  ['a place of ldap', () => located(point('ldap://crl.example.com/')), 'profile_violated'],
  [
    'a place by host name',
    () =>
      located(
        writeSequence(
          writeElement(0xa0, writeElement(0xa0, writeText(0x86, 'http://a/'), writeText(0x82, 'a'))),
        ),
      ),
    'profile_violated',
  ],
  ['an issuer alone', () => located(writeSequence(issuer)), 'profile_violated'],
  [
    'a place and reasons',
    () =>
      located(
        writeSequence(
          writeElement(0xa0, writeElement(0xa0, writeText(0x86, 'http://a/'))),
          writeElement(0x81, Uint8Array.of(6, 0x40)),
        ),
      ),
    'profile_violated',
  ],
];

describe('x509-limbo', () => {
  it.each(CASES)('webpki::%s', (_id, scene, outcome) => {
    expect(judge(WEBPKI, scene)).toBe(outcome);
  });

  it.each(LOCATIONS)('webpki, a server that names %s', (_id, scene, outcome) => {
    expect([judge(WEBPKI, scene), judge(RFC5280, scene)]).toEqual([outcome, 'valid']);
  });
});
