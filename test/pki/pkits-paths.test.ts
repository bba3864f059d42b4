import { describe, expect, it } from 'vitest';
import { TAG } from '../../src/bytes/der-tag.ts';
import { writeNull, writeSequence, writeText } from '../../src/bytes/der-writer.ts';
import type { KeyUsage } from '../../src/pki/extension-keys.ts';
import { OID } from '../../src/pki/index.ts';
import { newKey } from './issue.ts';
import * as ext from './issue-extensions.ts';
import { anchor, authority, type Case, descend, dn, endEntity, outcomesOf, rdnSequence } from './pkits.ts';

const goodCa = { name: 'Good CA' };
const validity = (from: readonly [number, string], until: readonly [number, string]) => ({
  validity: writeSequence(writeText(...from), writeText(...until)),
});
const UTC_FROM = [TAG.utcTime, '100101083000Z'] as const;
const UTC_UNTIL = [TAG.utcTime, '301231083000Z'] as const;
const LATER = validity([TAG.utcTime, '470101120100Z'], [TAG.utcTime, '490101120100Z']);
const EARLIER = validity(UTC_FROM, [TAG.utcTime, '110101083000Z']);
const issuedUnder = (issuer: Uint8Array) => descend([goodCa], { issue: { issuer } });
const utf8 = (...texts: readonly string[]) => rdnSequence(['C=US', ...texts], TAG.utf8String);
const without = (oid: string) => ({ issue: { extensions: { [oid]: null } } });
const stating = (oid: string, extension: ext.OneExtension) => ({
  issue: { extensions: { [oid]: extension } },
});
const length = (name: string, pathLength?: number) =>
  pathLength === undefined ? { name } : { name, pathLength };
const SELF = {};
const asCa = { isCa: true, name: 'CA at the end' } as const;

function badlySigned(step: 'ca' | 'end') {
  const forger = newKey();
  const made = descend([{ ...goodCa, ...(step === 'ca' ? { issue: { signer: forger } } : {}) }]);
  const [ca = anchor] = made.others;
  return step === 'ca' ? made : { ...made, end: endEntity(ca, { issue: { signer: forger } }) };
}

function unordered() {
  const [one, two] = ['OU=Organizational Unit Name 1', 'OU=Organizational Unit Name 2'];
  const name = dn(one ?? '', two ?? '', 'CN=Name Ordering CA');
  const issuer = dn(two ?? '', one ?? '', 'CN=Name Ordering CA');
  return descend([{ name }], { issue: { issuer } });
}

function namedAs(name: Uint8Array, issuer = name) {
  return descend([{ name, crl: { issuerName: issuer } }], { issue: { issuer } });
}

const usage = (isCritical: boolean, ...usages: readonly KeyUsage[]) =>
  stating(OID.keyUsage, { critical: isCritical, value: ext.keyUsage(...usages) });
const PRIVATE = '2.16.840.1.101.2.1.12.2';

const CASES: readonly Case[] = [
  { id: '4.1.1', trial: () => descend([goodCa]), outcome: 'valid 1' },
  { id: '4.1.2', trial: () => badlySigned('ca'), outcome: 'signature_invalid' },
  { id: '4.1.3', trial: () => badlySigned('end'), outcome: 'signature_invalid' },
  // 4.1.4 to 4.1.6 are DSA's, valid or not: below.
  { id: '4.2.1', trial: () => descend([{ ...goodCa, issue: LATER }]), outcome: 'not_yet_valid' },
  { id: '4.2.2', trial: () => descend([goodCa], { issue: LATER }), outcome: 'not_yet_valid' },
  {
    id: '4.2.3',
    trial: () => descend([goodCa], { issue: validity([TAG.utcTime, '500101120100Z'], UTC_UNTIL) }),
    outcome: 'valid 1',
  },
  {
    id: '4.2.4',
    trial: () => descend([goodCa], { issue: validity([TAG.generalizedTime, '20020101120100Z'], UTC_UNTIL) }),
    outcome: 'valid 1',
    departs: true,
  },
  { id: '4.2.5', trial: () => descend([{ ...goodCa, issue: EARLIER }]), outcome: 'expired' },
  { id: '4.2.6', trial: () => descend([goodCa], { issue: EARLIER }), outcome: 'expired' },
  {
    id: '4.2.7',
    trial: () =>
      descend([goodCa], { issue: validity([TAG.utcTime, '980101120100Z'], [TAG.utcTime, '990101120100Z']) }),
    outcome: 'expired',
  },
  {
    id: '4.2.8',
    trial: () => descend([goodCa], { issue: validity(UTC_FROM, [TAG.generalizedTime, '20500101120100Z']) }),
    outcome: 'valid 1',
  },
  { id: '4.3.1', trial: () => issuedUnder(dn('CN=Good CA Root')), outcome: 'issuer_unknown' },
  { id: '4.3.2', trial: unordered, outcome: 'issuer_unknown' },
  { id: '4.3.3', trial: () => issuedUnder(dn('CN=Good     CA')), outcome: 'valid 1' },
  { id: '4.3.4', trial: () => issuedUnder(dn('CN=   Good CA   ')), outcome: 'valid 1' },
  { id: '4.3.5', trial: () => issuedUnder(dn('CN=GOOD CA')), outcome: 'valid 1' },
  {
    id: '4.3.6',
    trial: () => descend([{ name: 'UID CA', issue: { uniqueIds: true } }], { issue: { uniqueIds: true } }),
    outcome: 'valid 1',
  },
  {
    id: '4.3.7',
    trial: () =>
      namedAs(dn('DC=gov', 'DC=testcertificates', 'ST=Maryland', 'serialNumber=345', 'dnQualifier=CA')),
    outcome: 'valid 1',
  },
  {
    id: '4.3.8',
    trial: () =>
      namedAs(
        dn(
          'L=Gaithersburg',
          'givenName=John',
          'initials=Q',
          'pseudonym=Fictitious',
          'SN=CA',
          'generationQualifier=III',
          'title=M.D.',
        ),
      ),
    outcome: 'valid 1',
  },
  { id: '4.3.9', trial: () => namedAs(utf8('O=Test Certificates', 'CN=UTF8String CA')), outcome: 'valid 1' },
  {
    id: '4.3.10',
    trial: () => namedAs(dn('CN=Rollover CA'), utf8('O=Test Certificates 2011', 'CN=Rollover CA')),
    outcome: 'valid 1',
  },
  {
    id: '4.3.11',
    trial: () =>
      descend([{ name: utf8('O=Test Certificates', 'CN=UTF8String Case Insensitive Match CA') }], {
        issue: {
          issuer: utf8('O=  test  certificates  ', 'CN=utf8string case  insensitive match CA'),
        },
      }),
    outcome: 'valid 1',
  },
  {
    id: '4.6.1',
    trial: () => descend([{ name: 'CA', ...without(OID.basicConstraints) }]),
    outcome: 'issuer_not_ca',
  },
  {
    id: '4.6.2',
    trial: () =>
      descend([{ name: 'CA', ...stating(OID.basicConstraints, ext.critical(ext.basicConstraints(false))) }]),
    outcome: 'issuer_not_ca',
  },
  {
    id: '4.6.3',
    trial: () =>
      descend([{ name: 'CA', ...stating(OID.basicConstraints, ext.plain(ext.basicConstraints(false))) }]),
    outcome: 'issuer_not_ca',
  },
  {
    id: '4.6.4',
    trial: () =>
      descend([{ name: 'CA', ...stating(OID.basicConstraints, ext.plain(ext.basicConstraints(true))) }]),
    outcome: 'valid 1',
    departs: true,
  },
  { id: '4.6.5', trial: () => descend([length('CA', 0), length('subCA')]), outcome: 'path_length_exceeded' },
  {
    id: '4.6.6',
    trial: () => descend([length('CA', 0), length('subCA')], asCa),
    outcome: 'path_length_exceeded',
  },
  { id: '4.6.7', trial: () => descend([length('CA', 0)]), outcome: 'valid 1' },
  { id: '4.6.8', trial: () => descend([length('CA', 0)], asCa), outcome: 'valid 1' },
  {
    id: '4.6.9',
    trial: () => descend([length('CA', 6), length('subCA0', 0), length('subsubCA00', 0)]),
    outcome: 'path_length_exceeded',
  },
  {
    id: '4.6.10',
    trial: () => descend([length('CA', 6), length('subCA0', 0), length('subsubCA00', 0)], asCa),
    outcome: 'path_length_exceeded',
  },
  {
    id: '4.6.11',
    trial: () => descend([length('CA', 6), length('subCA1', 1), length('subsubCA11', 1), length('11X')]),
    outcome: 'path_length_exceeded',
  },
  {
    id: '4.6.12',
    trial: () =>
      descend([length('CA', 6), length('subCA1', 1), length('subsubCA11', 1), length('11X')], asCa),
    outcome: 'path_length_exceeded',
  },
  {
    id: '4.6.13',
    trial: () => descend([length('CA', 6), length('subCA4', 4), length('subsubCA41', 1), length('41X')]),
    outcome: 'valid 1',
  },
  {
    id: '4.6.14',
    trial: () =>
      descend([length('CA', 6), length('subCA4', 4), length('subsubCA41', 1), length('41X')], asCa),
    outcome: 'valid 1',
  },
  { id: '4.6.15', trial: () => descend([length('CA', 0), SELF]), outcome: 'valid 1' },
  {
    id: '4.6.16',
    trial: () => descend([length('CA', 0), SELF, length('subCA2')]),
    outcome: 'path_length_exceeded',
  },
  { id: '4.6.17', trial: () => descend([length('CA', 1), SELF, length('subCA'), SELF]), outcome: 'valid 1' },
  {
    id: '4.7.1',
    trial: () => descend([{ name: 'CA', ...usage(true, 'cRLSign') }]),
    outcome: 'issuer_may_not_sign',
  },
  {
    id: '4.7.2',
    trial: () => descend([{ name: 'CA', ...usage(false, 'cRLSign') }]),
    outcome: 'issuer_may_not_sign',
  },
  {
    id: '4.7.3',
    trial: () => descend([{ name: 'CA', ...usage(false, 'keyCertSign', 'cRLSign') }]),
    outcome: 'valid 1',
  },
  {
    id: '4.7.4',
    trial: () => descend([{ name: 'CA', ...usage(true, 'keyCertSign') }]),
    outcome: 'crl_issuer_may_not_sign',
  },
  {
    id: '4.7.5',
    trial: () => descend([{ name: 'CA', ...usage(false, 'keyCertSign') }]),
    outcome: 'crl_issuer_may_not_sign',
  },
  { id: '4.16.1', trial: () => descend([], stating(PRIVATE, ext.plain(writeNull()))), outcome: 'valid 1' },
  {
    id: '4.16.2',
    trial: () => descend([], stating(PRIVATE, ext.critical(writeNull()))),
    outcome: 'critical_extension_unknown',
  },
];

describe('PKITS 4.1, 4.2, 4.3, 4.6, 4.7 and 4.16', () => {
  it.each(CASES)('$id: $outcome', (one) => {
    const { found, wanted } = outcomesOf(one);
    expect(found).toEqual(wanted);
  });

  it('4.1.4 to 4.1.6: DSA is refused by name, valid or not', () => {
    const ca = authority(anchor, { name: 'DSA CA', issue: { key: newKey('dsa') } });
    const one: Case = {
      id: '4.1.4',
      trial: () => ({ end: endEntity(ca), others: [ca], crls: [] }),
      outcome: 'key_unsupported',
    };
    const { found, wanted } = outcomesOf(one);
    expect(found).toEqual(wanted);
  });
});
