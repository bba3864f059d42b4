import { describe, expect, it } from 'vitest';
import { contextPrimitive, TAG } from '../../src/bytes/der-tag.ts';
import { writeElement, writeObjectIdentifier, writeSequence, writeText } from '../../src/bytes/der-writer.ts';
import { OID } from '../../src/pki/index.ts';
import { EMPTY_NAME, name, newKey } from './issue.ts';
import * as ext from './issue-extensions.ts';
import {
  type Case,
  CLIENT,
  ca,
  chain,
  constraints,
  endEntity,
  intermediateCa,
  judge,
  names,
  purposes,
  RFC5280,
  rawAddress,
  rootCa,
  usage,
} from './limbo.ts';

const PRIVATE = '1.3.6.1.4.1.55738.666.1';
const privately = { [PRIVATE]: ext.critical(new Uint8Array(0)) };
const without = (oid: string) => ({ [oid]: null });
const access = (isCritical: boolean) => {
  const description = writeSequence(
    writeObjectIdentifier('1.3.6.1.5.5.7.48.2'),
    ext.generalName('dns:example.com'),
  );
  return { [OID.authorityInfoAccess]: { critical: isCritical, value: writeSequence(description) } };
};
const repeated = writeSequence(
  writeObjectIdentifier(OID.subjectAltName),
  writeElement(TAG.octetString, ext.subjectAltName('dns:example.com')),
);
const rawConstraint = (base: Uint8Array) => ({
  [OID.nameConstraints]: ext.critical(writeSequence(writeElement(0xa0, writeSequence(base)))),
});
const rawNames = (...encoded: readonly Uint8Array[]) => ({
  [OID.subjectAltName]: ext.plain(writeSequence(...encoded)),
});
const mail = (text: string) => writeText(contextPrimitive(1), text);
const dns = (text: string) => writeText(contextPrimitive(2), text);
const directory = (commonName: string) => ({ directory: name(commonName) });
const during = (from: string, until: string) => ({ notBefore: new Date(from), notAfter: new Date(until) });
const early = (...ends: readonly [string, string, string]) => {
  const [root = '', ica = '', leaf = ''] = ends;
  const begin = '2016-01-01T00:00:00Z';
  return chain(
    { root: during(begin, root), between: [during(begin, ica)], leaf: during(begin, leaf) },
    { at: new Date('2022-01-01T00:00:00Z') },
  );
};
const exact = (at: string, from = '2024-03-01T00:00:00Z') => {
  const validity = during(from, '2024-04-01T00:00:00Z');
  return chain({ root: validity, between: [validity], leaf: validity }, { at: new Date(at) });
};
const client = (addresses: readonly string[]) => ({
  extensions: { ...names(...addresses.map((text) => `mail:${text}`)), ...purposes(OID.clientAuth) },
});

/** Same issuer, subject and alternative name all through: key rollover under a name that the constraints do not permit. */
function selfIssued() {
  const other = { subject: 'not-example.com', extensions: names('dns:not-example.com') };
  return chain({
    root: { ...other, extensions: { ...other.extensions, ...constraints(['dns:example.com']) } },
    between: [other],
  });
}

function selfIssuedLeaf() {
  const other = { subject: 'not-example.com', extensions: names('dns:not-example.com') };
  const scene = { root: { extensions: constraints(['dns:example.com']) }, between: [other], leaf: other };
  return chain(scene, { peer: 'not-example.com' });
}

/** One intermediate, certified by two authorities, of which a single certificate is of use. */
function twoWays(what: 'untrusted' | 'both trusted') {
  const [first, second] = [rootCa({ subject: 'root a' }), rootCa({ subject: 'root b' })];
  const key = newKey();
  const shared = (more: ext.Extension) => ({ subject: 'an-intermediate', key, extensions: more });
  const peer = 'permitted.example.com';
  const leafOptions = { subject: peer, extensions: names(`dns:${peer}`) };
  const limits = constraints([], ['dns:forbidden.example.com']);
  if (what === 'untrusted') {
    const a = intermediateCa(second, { extensions: { ...limits, ...without(OID.subjectAltName) } });
    const one = intermediateCa(first, shared(names('dns:forbidden.example.com')));
    const other = intermediateCa(a, shared(without(OID.subjectAltName)));
    return { leaf: endEntity(one, leafOptions), bag: [a, one, other], anchors: [second], peer };
  }
  const a = intermediateCa(first, { extensions: { ...limits, ...without(OID.subjectAltName) } });
  const one = intermediateCa(a, shared(names('dns:forbidden.example.com')));
  const other = intermediateCa(second, shared(names('dns:unconstrained-ica.example.com')));
  return { leaf: endEntity(one, leafOptions), bag: [a, one, other], anchors: [first, second], peer };
}

function untrustedRoot() {
  const scene = chain({ between: [{ extensions: ca(0) }] });
  return {
    ...scene,
    bag: [...(scene.bag ?? []), ...scene.anchors],
    anchors: [rootCa({ subject: 'unrelated' })],
  };
}

function swapped() {
  const scene = chain({ between: [{}] });
  return { ...scene, bag: scene.anchors, anchors: scene.bag ?? [] };
}

function crossSigned() {
  const root = intermediateCa(rootCa(), { extensions: { ...ca(0), ...without(OID.authorityKeyIdentifier) } });
  return { leaf: endEntity(root), anchors: [root] };
}

const FORBIDDING = constraints(['dns:permitted.example.com'], ['dns:forbidden.example.com']);
const IPV6_ONE = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];
const IPV6_ONE_128 = `ip:${[...IPV6_ONE, ...new Array<number>(16).fill(255)].join('.')}`;
const RANGE = 'ip:192.0.2.0.255.255.255.0';
const OTHER = 'other:1.3.6.1.4.1.55738.666.3';
const REFUSED = 'name_not_permitted';
const nc = (list: ReturnType<typeof constraints>, ...presented: readonly ext.NameText[]) =>
  chain(
    { root: { extensions: list }, leaf: { extensions: names(...presented) } },
    { peer: peerOf(presented) },
  );
const peerOf = ([first]: readonly ext.NameText[]) =>
  typeof first === 'string' && first.startsWith('ip:')
    ? first === `ip:${IPV6_ONE.join('.')}`
      ? '::1'
      : first.slice(3)
    : typeof first === 'string'
      ? first.slice(4)
      : 'example.com';
const subjectAs = (subject: string, list: ReturnType<typeof constraints>, alternative: string) =>
  chain({
    root: { extensions: list },
    leaf: { subject, extensions: names(directory(alternative), 'dns:example.com') },
  });
const nested = (...lists: readonly ext.Extension[]) =>
  chain(
    {
      between: lists.map((extensions) => ({ extensions: { ...without(OID.subjectAltName), ...extensions } })),
      leaf: { extensions: names('dns:foo.example.com') },
    },
    { peer: 'foo.example.com' },
  );
const mailed = (permitted: string, presented: readonly string[], peer: string) =>
  chain(
    {
      between: [{ extensions: { ...constraints([`mail:${permitted}`]), ...without(OID.subjectAltName) } }],
      leaf: client(presented),
    },
    { peer },
  );
const sealed = (...presented: readonly Uint8Array[]) =>
  chain({
    between: [{ extensions: constraints(['dns:example.com']) }],
    leaf: { extensions: rawNames(...presented) },
  });
const toPermitted = { peer: 'permitted.example.com' };
const permittedLeaf = { subject: 'permitted.example.com', extensions: names('dns:permitted.example.com') };
const bare = { extensions: without(OID.subjectAltName) };

const CASES: readonly Case[] = [
  ['ee-empty-issuer', () => chain({ leaf: { issuer: EMPTY_NAME } }), 'profile_violated'],
  ['ca-empty-subject', () => chain({ root: { subject: EMPTY_NAME } }), 'profile_violated'],
  [
    'unknown-critical-extension-ee',
    () => chain({ leaf: { extensions: privately } }),
    'critical_extension_unknown',
  ],
  [
    'unknown-critical-extension-root',
    () => chain({ root: { extensions: privately } }),
    'critical_extension_unknown',
  ],
  [
    'unknown-critical-extension-intermediate',
    () => chain({ between: [{ extensions: { ...ca(0), ...privately } }] }),
    'critical_extension_unknown',
  ],
  ['chain-untrusted-root', untrustedRoot, 'profile_violated'],
  [
    'intermediate-ca-without-ca-bit',
    () =>
      chain({
        between: [{ extensions: { [OID.basicConstraints]: ext.critical(ext.basicConstraints(false)) } }],
      }),
    'issuer_not_ca',
  ],
  [
    'intermediate-ca-missing-basic-constraints',
    () => chain({ between: [{ extensions: without(OID.basicConstraints) }] }),
    'issuer_not_ca',
  ],
  [
    'root-missing-basic-constraints',
    () => chain({ root: { extensions: without(OID.basicConstraints) } }),
    'issuer_not_ca',
  ],
  [
    'root-non-critical-basic-constraints',
    () => chain({ root: { extensions: { [OID.basicConstraints]: ext.plain(ext.basicConstraints(true)) } } }),
    'profile_violated',
  ],
  [
    'root-inconsistent-ca-extensions',
    () => chain({ root: { extensions: { [OID.keyUsage]: ext.plain(Uint8Array.of(TAG.bitString, 1, 0)) } } }),
    'issuer_may_not_sign',
  ],
  [
    'ica-ku-keycertsign',
    () =>
      chain({
        between: [
          { extensions: { ...ca(0), [OID.keyUsage]: ext.plain(Uint8Array.of(TAG.bitString, 1, 0)) } },
        ],
      }),
    'issuer_may_not_sign',
  ],
  [
    'leaf-ku-keycertsign',
    () =>
      chain({
        leaf: {
          extensions: {
            ...usage('digitalSignature', 'keyCertSign'),
            [OID.basicConstraints]: ext.critical(ext.basicConstraints(false)),
          },
        },
      }),
    'profile_violated',
  ],
  ['ee-aia', () => chain({ leaf: { extensions: access(false) } }), 'valid'],
  [
    'ee-critical-aia-invalid',
    () => chain({ leaf: { extensions: access(true) } }),
    'critical_extension_unknown',
  ],
  ['duplicate-extensions', () => chain({ leaf: { rawExtensions: [repeated] } }), 'bad_value'],
  ['no-keyusage', () => chain({ leaf: { extensions: without(OID.keyUsage) } }), 'valid'],
  ['no-basicconstraints', () => chain({ leaf: { extensions: without(OID.basicConstraints) } }), 'valid'],
  ['mismatching-signature-algorithm', () => chain({ root: { outerAlgorithm: 'ecdsa-sha384' } }), 'bad_value'],
  [
    'ca-as-leaf',
    () =>
      chain(
        { leafIsCa: true, leaf: { extensions: names('dns:ca.example.com') } },
        { peer: 'ca.example.com' },
      ),
    'valid',
  ],
  [
    'ca-as-leaf-wrong-san',
    () =>
      chain(
        { leafIsCa: true, leaf: { extensions: names('dns:ca.example.com') } },
        { peer: 'some-other-ca.example.com' },
      ),
    'server_name_mismatch',
  ],
  ['root-and-intermediate-swapped', swapped, 'valid'],

  [
    'aki::critical-aki',
    () =>
      chain({
        root: {
          extensions: {
            [OID.authorityKeyIdentifier]: ext.critical(ext.authorityKeyIdentifier(Uint8Array.of(1))),
          },
        },
      }),
    'profile_violated',
  ],
  [
    'aki::leaf-missing-aki',
    () => chain({ leaf: { extensions: without(OID.authorityKeyIdentifier) } }),
    'profile_violated',
  ],
  [
    'aki::intermediate-missing-aki',
    () => chain({ between: [{ extensions: { ...ca(0), ...without(OID.authorityKeyIdentifier) } }] }),
    'profile_violated',
  ],
  [
    'aki::self-signed-root-missing-aki',
    () => chain({ root: { extensions: without(OID.authorityKeyIdentifier) } }),
    'valid',
  ],
  ['aki::cross-signed-root-missing-aki', crossSigned, 'profile_violated'],
  [
    'ski::critical-ski',
    () =>
      chain({ root: { extensions: { [OID.subjectKeyIdentifier]: ext.critical(Uint8Array.of(4, 1, 1)) } } }),
    'profile_violated',
  ],
  [
    'ski::root-missing-ski',
    () => chain({ root: { extensions: without(OID.subjectKeyIdentifier) } }),
    'profile_violated',
  ],
  [
    'ski::intermediate-missing-ski',
    () => chain({ between: [{ extensions: without(OID.subjectKeyIdentifier) }] }),
    'profile_violated',
  ],
  [
    'eku::ee-wrong-eku',
    () => chain({ leaf: { extensions: purposes(OID.clientAuth) } }),
    'key_purpose_refused',
  ],
  ['eku::ee-without-eku', () => chain({ leaf: { extensions: without(OID.extKeyUsage) } }), 'valid'],
  [
    'pc::ica-noncritical-pc',
    () =>
      chain({ between: [{ extensions: { [OID.policyConstraints]: ext.plain(ext.policyConstraints(3)) } }] }),
    'profile_violated',
  ],
  [
    'san::malformed',
    () => chain({ leaf: { extensions: { [OID.subjectAltName]: ext.plain(Buffer.from('example.com')) } } }),
    'bad_value',
  ],
  ['san::noncritical-with-empty-subject', () => chain({ leaf: { subject: EMPTY_NAME } }), 'profile_violated'],
  ['serial::too-long', () => chain({ leaf: { serial: new Uint8Array(22).fill(0x11) } }), 'profile_violated'],
  ['serial::zero', () => chain({ leaf: { serial: Uint8Array.of(0) } }), 'profile_violated'],
  ['serial::negative', () => chain({ leaf: { serial: Uint8Array.of(0xff) } }), 'profile_violated'],

  ['validity::expired-root', () => early('2020-01-01', '2026-01-01', '2023-01-01'), 'expired'],
  ['validity::expired-intermediate', () => early('2026-01-01', '2020-01-01', '2023-01-01'), 'expired'],
  ['validity::expired-leaf', () => early('2026-01-01', '2026-01-01', '2021-01-01'), 'expired'],
  ['validity::notbefore-exact', () => exact('2024-03-01T00:00:00Z'), 'valid'],
  [
    'validity::notbefore-fractional',
    () => exact('2024-03-01T00:00:00.999Z', '2024-03-01T00:00:01Z'),
    'not_yet_valid',
  ],
  ['validity::notafter-exact', () => exact('2024-04-01T00:00:00Z'), 'valid'],
  ['validity::notafter-fractional', () => exact('2024-04-01T00:00:00.005Z'), 'valid'],

  ['nc::permitted-dns-mismatch', () => nc(constraints(['dns:example.com']), 'dns:not-example.com'), REFUSED],
  [
    'nc::excluded-dns-match',
    () => chain({ between: [{ extensions: constraints([], ['dns:example.com']) }] }),
    REFUSED,
  ],
  ['nc::permitted-dns-match', () => nc(constraints(['dns:example.com']), 'dns:example.com'), 'valid'],
  [
    'nc::permitted-dns-match-noncritical',
    () =>
      chain({
        root: {
          extensions: { [OID.nameConstraints]: ext.plain(ext.nameConstraints(['dns:example.com'], [])) },
        },
      }),
    'profile_violated',
  ],
  [
    'nc::permitted-dns-match-more',
    () => nc(constraints(['dns:example.com']), 'dns:foo.bar.example.com'),
    'valid',
  ],
  [
    'nc::excluded-dns-match-second',
    () =>
      nc(constraints([], ['dns:not-allowed.example.com']), 'dns:example.com', 'dns:not-allowed.example.com'),
    REFUSED,
  ],
  ['nc::permitted-ip-mismatch', () => nc(constraints([RANGE]), 'ip:192.0.3.1'), REFUSED],
  ['nc::excluded-ipv4-match', () => nc(constraints([], [RANGE]), 'ip:192.0.2.1'), REFUSED],
  ['nc::excluded-ipv6-match', () => nc(constraints([], [IPV6_ONE_128]), `ip:${IPV6_ONE.join('.')}`), REFUSED],
  ['nc::permitted-ipv4-match', () => nc(constraints([RANGE]), 'ip:192.0.2.1'), 'valid'],
  ['nc::permitted-ipv6-match', () => nc(constraints([IPV6_ONE_128]), `ip:${IPV6_ONE.join('.')}`), 'valid'],
  [
    'nc::permitted-dn-mismatch',
    () => subjectAs('not-foo', constraints([directory('foo')]), 'not-foo'),
    REFUSED,
  ],
  ['nc::excluded-dn-match', () => subjectAs('foo', constraints([], [directory('foo')]), 'foo'), REFUSED],
  ['nc::permitted-dn-match', () => subjectAs('foo', constraints([directory('foo')]), 'foo'), 'valid'],
  [
    'nc::permitted-dn-match-subject-san-mismatch',
    () => subjectAs('not-foo', constraints([directory('foo')]), 'foo'),
    REFUSED,
  ],
  [
    'nc::excluded-dn-match-sub-mismatch',
    () => subjectAs('foo', constraints([], [directory('foo')]), 'not-foo'),
    REFUSED,
  ],
  ['nc::permitted-self-issued', selfIssued, 'valid'],
  ['nc::excluded-self-issued-leaf', selfIssuedLeaf, REFUSED],
  [
    'nc::excluded-match-permitted-and-excluded',
    () => nc(constraints(['dns:example.com'], ['dns:example.com']), 'dns:example.com'),
    REFUSED,
  ],
  ['nc::permitted-different-constraint-type', () => nc(constraints([RANGE]), 'dns:example.com'), 'valid'],
  ['nc::excluded-different-constraint-type', () => nc(constraints([], [RANGE]), 'dns:example.com'), 'valid'],
  [
    'nc::invalid-dnsname-wildcard',
    () => nc(constraints(['dns:*.example.com']), 'dns:foo.example.com'),
    'bad_value',
  ],
  [
    'nc::invalid-dnsname-leading-period',
    () => nc(constraints(['dns:.example.com']), 'dns:foo.example.com'),
    'bad_value',
  ],
  [
    'nc::invalid-ipv4-address',
    () => nc(rawConstraint(rawAddress(127, 0, 0, 1)), 'ip:127.0.0.1'),
    'bad_value',
  ],
  [
    'nc::invalid-ipv6-address',
    () => nc(rawConstraint(rawAddress(...IPV6_ONE)), `ip:${IPV6_ONE.join('.')}`),
    'bad_value',
  ],
  [
    'nc::not-allowed-in-ee-noncritical',
    () =>
      chain({
        leaf: {
          extensions: { [OID.nameConstraints]: ext.plain(ext.nameConstraints(['dns:example.com'], [])) },
        },
      }),
    'profile_violated',
  ],
  [
    'nc::not-allowed-in-ee-critical',
    () => chain({ leaf: { extensions: constraints(['dns:example.com']) } }),
    'profile_violated',
  ],
  [
    'nc::intermediate-with-san-rejected-by-intermediate-nc',
    () =>
      chain(
        {
          between: [{ extensions: FORBIDDING }, { extensions: names('dns:forbidden.example.com') }],
          leaf: permittedLeaf,
        },
        toPermitted,
      ),
    REFUSED,
  ],
  [
    'nc::intermediate-with-san-rejected-by-root-nc',
    () =>
      chain(
        {
          root: { extensions: FORBIDDING },
          between: [bare, { extensions: names('dns:forbidden.example.com') }],
          leaf: permittedLeaf,
        },
        toPermitted,
      ),
    REFUSED,
  ],
  [
    'nc::restrictive-permits-in-intermediates-narrows',
    () =>
      nested(
        constraints(['dns:foo.example.com', 'dns:bar.example.com']),
        constraints(['dns:bar.example.com']),
      ),
    REFUSED,
  ],
  [
    'nc::restrictive-permits-in-intermediates-widens',
    () =>
      nested(
        constraints(['dns:bar.example.com']),
        constraints(['dns:foo.example.com', 'dns:bar.example.com']),
      ),
    REFUSED,
  ],
  ['nc::nc-permits-invalid-dns-san', () => sealed(dns('.example.com'), dns('example.com')), 'bad_value'],
  [
    'nc::nc-permits-invalid-ip-san',
    () => sealed(rawAddress(192, 0, 2, 0, 255, 255, 255, 0), rawAddress(192, 0, 2, 1)),
    'bad_value',
  ],
  [
    'nc::nc-permits-invalid-email-san',
    () => sealed(mail('good@example.com'), mail('a@b@example.com')),
    'bad_value',
  ],
  ['nc::nc-forbids-alternate-chain-ica', () => twoWays('untrusted'), 'valid'],
  ['nc::nc-forbids-same-chain-ica', () => twoWays('both trusted'), 'valid'],
  [
    'nc::nc-forbids-othername',
    () =>
      chain({
        between: [
          { extensions: { ...constraints(['dns:example.com'], [OTHER]), ...without(OID.subjectAltName) } },
        ],
        leaf: { extensions: names('dns:example.com', OTHER) },
      }),
    'name_constraint_unsupported',
  ],
  [
    'nc::nc-forbids-othername-noop',
    () =>
      chain({
        between: [
          { extensions: { ...constraints(['dns:example.com'], [OTHER]), ...without(OID.subjectAltName) } },
        ],
      }),
    'valid',
  ],
];

const CLIENT_CASES: readonly Case[] = [
  [
    'nc::invalid-email-address',
    () =>
      chain(
        {
          root: { extensions: constraints(['mail:invalid@invalid@example.com']) },
          leaf: client(['example@example.com']),
        },
        { peer: 'example@example.com' },
      ),
    'bad_value',
  ],
  [
    'nc::nc-permits-email-exact',
    () => mailed('foo@example.com', ['foo@example.com'], 'foo@example.com'),
    'valid',
  ],
  [
    'nc::nc-permits-email-domain',
    () => mailed('example.com', ['foo@example.com'], 'foo@example.com'),
    'valid',
  ],
  [
    'a second mailbox outside',
    () => mailed('example.com', ['foo@example.com', 'foo@example.org'], 'foo@example.com'),
    REFUSED,
  ],
];

describe('x509-limbo', () => {
  it.each(CASES)('rfc5280::%s', (_id, scene, outcome) => {
    expect(judge(RFC5280, scene)).toBe(outcome);
  });

  it.each(CLIENT_CASES)('rfc5280::%s, for clients', (_id, scene, outcome) => {
    expect(judge(CLIENT, scene)).toBe(outcome);
  });
});
