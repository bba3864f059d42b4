import { describe, expect, it } from 'vitest';
import { OID } from '../../src/pki/index.ts';
import {
  type CrlOptions,
  distributionPoints,
  issueCrl,
  type Listed,
  type Point,
  scope,
} from './crl-issue.ts';
import type { Issued } from './issue.ts';
import * as ext from './issue-extensions.ts';
import { anchor, attribute, authority, type Case, dn, endEntity, outcomesOf, type Trial } from './pkits.ts';

const KEY_COMPROMISE = 1;
const AFFILIATION_CHANGED = 3;
const ON_HOLD = 6;
/** ReasonFlags: compromises, and what is left, `unused` among it. */
const COMPROMISES = [1, 2];
const OTHERS = [0, 3, 4, 5, 6, 7, 8];

type Scope = Parameters<typeof scope>[0];

const full = (...names: readonly Uint8Array[]) => ({ fullName: names.map((directory) => ({ directory })) });
const relative = (text: string) => ({ relative: attribute(text) });
const naming = (...points: readonly Point[]) => ({
  [OID.cRLDistributionPoints]: ext.plain(distributionPoints(...points)),
});
const crlOnly = { [OID.keyUsage]: ext.critical(ext.keyUsage('cRLSign')) };
const certsOnly = { [OID.keyUsage]: ext.critical(ext.keyUsage('keyCertSign')) };

type Subject = {
  readonly points?: readonly Point[];
  readonly isCa?: true;
  readonly crls: readonly (CrlOptions & { readonly within?: Scope; readonly reason?: number })[];
};

/** `OU=CA` with CRLs, and a certificate of it that a CRL with a `reason` lists. */
function ofOne({ points, isCa, crls }: Subject): Trial {
  const ca = authority(anchor, { name: dn('OU=CA') });
  const issue = points === undefined ? {} : { extensions: naming(...points) };
  const end = isCa === true ? authority(ca, { name: 'end', issue }) : endEntity(ca, { issue });
  const made = crls.map(({ within, reason, ...options }) =>
    issueCrl(ca, {
      ...options,
      ...(within === undefined ? {} : { scope: scope(within) }),
      entries: reason === undefined ? [] : [{ revoked: end, reason }],
    }),
  );
  return { end, others: [ca], crls: made };
}

const CRL1 = dn('OU=CA', 'CN=CRL1 of CA');
const CRL2 = dn('OU=CA', 'CN=CRL2 of CA');
const CRL3 = dn('OU=CA', 'CN=CRL3 of CA');
const byName = { within: { name: full(CRL1) } };
const byRelative = { within: { name: relative('CN=CRL1 of CA') } };
const both = (first: Scope, second: Scope) => [
  { within: { ...first, reasons: COMPROMISES } },
  { within: { ...second, reasons: OTHERS } },
];
const byReason = [
  { name: full(CRL1), reasons: COMPROMISES },
  { name: full(CRL2), reasons: OTHERS },
];
const [compromises, rest] = both({ name: full(CRL1) }, { name: full(CRL2) });
if (compromises === undefined || rest === undefined) throw new Error('two CRLs were described');

/** 4.14.22 to 4.14.26: CA1 keeps an indirect CRL that lists number 2 of its own; CA2 has none and points to it. */
function indirect1(issuer: 'CA1' | 'CA2', serial: number, cRLIssuer?: string): Trial {
  const ca1 = authority(anchor, { name: 'indirectCRL CA1' });
  const ca2 = authority(anchor, { name: 'indirectCRL CA2', issue: { extensions: certsOnly } });
  const second = endEntity(ca1, { issue: { serial: Uint8Array.of(2) } });
  const crl = issueCrl(ca1, { scope: scope({ indirect: true }), entries: [{ revoked: second }] });
  const extensions =
    cRLIssuer === undefined ? {} : naming({ cRLIssuer: [{ directory: dn(`CN=${cRLIssuer}`) }] });
  const end = endEntity(issuer === 'CA1' ? ca1 : ca2, {
    issue: { serial: Uint8Array.of(serial), extensions },
  });
  return { end, others: [ca1, ca2], crls: [crl] };
}

/** 4.14.27: the CRL of the entity in cRLIssuer is not marked as indirect. */
function notIndirect(): Trial {
  const good = authority(anchor, { name: 'Good CA' });
  const ca = authority(anchor, { name: 'indirectCRL CA2', issue: { extensions: certsOnly } });
  const extensions = naming({ cRLIssuer: [{ directory: good.name }] });
  return { end: endEntity(ca, { issue: { extensions } }), others: [good, ca], crls: [issueCrl(good)] };
}

/** 4.14.28, 4.14.29: the CA certified a CRL issuer, whose certificate the CA's own CRL covers. */
function certifiedIssuer(form: 'full' | 'relative'): Trial {
  const ca = authority(anchor, { name: dn('OU=indirectCRL CA3') });
  const own = dn('OU=indirectCRL CA3', 'CN=CRL1');
  const extensions = { ...crlOnly, ...naming({ name: full(own) }) };
  const signer = endEntity(ca, { name: dn('OU=indirectCRL CA3 cRLIssuer'), issue: { extensions } });
  const point = dn('OU=indirectCRL CA3 cRLIssuer', 'CN=indirect CRL for indirectCRL CA3');
  const name = form === 'full' ? full(point) : relative('CN=indirect CRL for indirectCRL CA3');
  const end = endEntity(ca, {
    issue: { extensions: naming({ name, cRLIssuer: [{ directory: signer.name }] }) },
  });
  const crls = [
    issueCrl(ca, { scope: scope({ name: full(own) }) }),
    issueCrl(signer, { scope: scope({ name: full(point), indirect: true }) }),
  ];
  return { end, others: [ca, signer], crls };
}

/** 4.14.30: the indirect CRL covers the certificate of its own issuer too. */
function selfCovering(): Trial {
  const ca = authority(anchor, { name: dn('OU=indirectCRL CA4'), issue: { extensions: certsOnly } });
  const name = dn('OU=indirectCRL CA4 cRLIssuer');
  const point = dn('OU=indirectCRL CA4 cRLIssuer', 'CN=indirect CRL for indirectCRL CA4');
  const pointing = naming({ name: full(point), cRLIssuer: [{ directory: name }] });
  const signer = endEntity(ca, { name, issue: { extensions: { ...crlOnly, ...pointing } } });
  const end = endEntity(ca, { issue: { extensions: pointing } });
  const crl = issueCrl(signer, { scope: scope({ name: full(point), indirect: true }) });
  return { end, others: [ca, signer], crls: [crl] };
}

/** 4.14.31 to 4.14.35: one indirect CRL for three CAs, whose entries switch issuers at 2, 5, 8 and 10. */
function shared(
  issuer: 'CA5' | 'CA6',
  serial: number,
  point: string,
  cRLIssuer: 'CA5' | 'CA6' | null,
): Trial {
  const [ca5Name, ca6Name] = [dn('OU=indirectCRL CA5'), dn('CN=indirectCRL CA6')];
  const ca5 = authority(anchor, { name: ca5Name });
  const ca6 = authority(anchor, { name: ca6Name });
  const ca7Name = dn('CN=indirectCRL CA7');
  const switches: Readonly<Record<number, Uint8Array>> = { 2: ca6Name, 5: ca7Name, 8: ca6Name, 10: ca5Name };
  const numbered = (number: number): Issued => endEntity(ca5, { issue: { serial: Uint8Array.of(number) } });
  const entries = Array.from({ length: 11 }, (_, index): Listed => {
    const certificateIssuer = switches[index + 1];
    const revoked = numbered(index + 1);
    return certificateIssuer === undefined ? { revoked } : { revoked, certificateIssuer };
  });
  const pointNamed = (text: string) => dn('OU=indirectCRL CA5', `CN=${text}`);
  const names = [
    'indirect CRL for indirectCRL CA6',
    'indirect CRL for indirectCRL CA7',
    'CRL1 for indirectCRL CA5',
  ];
  const crl = issueCrl(ca5, {
    scope: scope({ name: full(...names.map(pointNamed)), indirect: true }),
    entries,
  });
  const name = full(pointNamed(point));
  const pointing =
    cRLIssuer === null
      ? naming({ name })
      : naming({ name, cRLIssuer: [{ directory: cRLIssuer === 'CA5' ? ca5Name : ca6Name }] });
  const end = endEntity(issuer === 'CA5' ? ca5 : ca6, {
    issue: { serial: Uint8Array.of(serial), extensions: pointing },
  });
  return { end, others: [ca5, ca6], crls: [crl] };
}

const FOR_CA6 = 'indirect CRL for indirectCRL CA6';
const FOR_CA5 = 'CRL1 for indirectCRL CA5';

const CASES: readonly Case[] = [
  {
    id: '4.14.1',
    trial: () => ofOne({ points: [{ name: full(CRL1) }], crls: [byName] }),
    outcome: 'valid 1',
  },
  {
    id: '4.14.2',
    trial: () => ofOne({ points: [{ name: full(CRL1) }], crls: [{ ...byName, reason: KEY_COMPROMISE }] }),
    outcome: 'revoked: keyCompromise',
  },
  {
    id: '4.14.3',
    trial: () => ofOne({ points: [{ name: full(CRL2) }], crls: [byName] }),
    outcome: 'crl_out_of_scope',
  },
  {
    id: '4.14.4',
    trial: () => ofOne({ points: [{ name: relative('CN=CRL1 of CA') }], crls: [byName] }),
    outcome: 'valid 1',
  },
  {
    id: '4.14.5',
    trial: () => ofOne({ points: [{ name: relative('CN=CRL1 of CA') }], crls: [byRelative] }),
    outcome: 'valid 1',
  },
  {
    id: '4.14.6',
    trial: () =>
      ofOne({
        points: [{ name: relative('CN=CRL1 of CA') }],
        crls: [{ ...byRelative, reason: KEY_COMPROMISE }],
      }),
    outcome: 'revoked: keyCompromise',
  },
  {
    id: '4.14.7',
    trial: () => ofOne({ points: [{ name: full(CRL1) }], crls: [byRelative] }),
    outcome: 'valid 1',
  },
  {
    id: '4.14.8',
    trial: () => ofOne({ points: [{ name: full(dn('OU=CA')) }], crls: [byRelative] }),
    outcome: 'crl_out_of_scope',
  },
  { id: '4.14.9', trial: () => ofOne({ crls: [byRelative] }), outcome: 'crl_out_of_scope' },
  { id: '4.14.10', trial: () => ofOne({ points: [{ name: full(CRL1) }], crls: [{}] }), outcome: 'valid 1' },
  {
    id: '4.14.11',
    trial: () => ofOne({ isCa: true, crls: [{ within: { only: 'user' } }] }),
    outcome: 'crl_out_of_scope',
  },
  { id: '4.14.12', trial: () => ofOne({ crls: [{ within: { only: 'ca' } }] }), outcome: 'crl_out_of_scope' },
  {
    id: '4.14.13',
    trial: () => ofOne({ isCa: true, crls: [{ within: { only: 'ca' } }] }),
    outcome: 'valid 1',
  },
  {
    id: '4.14.14',
    trial: () => ofOne({ crls: [{ within: { only: 'attribute' } }] }),
    outcome: 'crl_out_of_scope',
  },
  {
    id: '4.14.15',
    trial: () =>
      ofOne({
        crls: [{ within: { reasons: COMPROMISES }, reason: KEY_COMPROMISE }, { within: { reasons: OTHERS } }],
      }),
    outcome: 'revoked: keyCompromise',
  },
  {
    id: '4.14.16',
    trial: () =>
      ofOne({
        crls: [{ within: { reasons: COMPROMISES } }, { within: { reasons: OTHERS }, reason: ON_HOLD }],
      }),
    outcome: 'revoked: certificateHold',
  },
  {
    id: '4.14.17',
    trial: () => ofOne({ crls: [{ within: { reasons: [3, 4] } }, { within: { reasons: [5, 6] } }] }),
    outcome: 'crl_reasons_incomplete',
  },
  {
    id: '4.14.18',
    trial: () =>
      ofOne({ points: [{ name: full(CRL3) }], crls: both({ name: full(CRL3) }, { name: full(CRL3) }) }),
    outcome: 'valid 1',
  },
  { id: '4.14.19', trial: () => ofOne({ points: byReason, crls: [compromises, rest] }), outcome: 'valid 1' },
  {
    id: '4.14.20',
    trial: () => ofOne({ points: byReason, crls: [{ ...compromises, reason: KEY_COMPROMISE }, rest] }),
    outcome: 'revoked: keyCompromise',
  },
  {
    id: '4.14.21',
    trial: () => ofOne({ points: byReason, crls: [compromises, { ...rest, reason: AFFILIATION_CHANGED }] }),
    outcome: 'revoked: affiliationChanged',
  },
  { id: '4.14.22', trial: () => indirect1('CA1', 1), outcome: 'valid 1' },
  { id: '4.14.23', trial: () => indirect1('CA1', 2), outcome: 'revoked: unspecified' },
  { id: '4.14.24', trial: () => indirect1('CA2', 1, 'indirectCRL CA1'), outcome: 'valid 1' },
  { id: '4.14.25', trial: () => indirect1('CA2', 2, 'indirectCRL CA1'), outcome: 'valid 1' },
  { id: '4.14.26', trial: () => indirect1('CA2', 3, 'indirectCRL CA1x'), outcome: 'crl_other_issuer' },
  { id: '4.14.27', trial: notIndirect, outcome: 'crl_other_issuer' },
  { id: '4.14.28', trial: () => certifiedIssuer('full'), outcome: 'valid 1' },
  { id: '4.14.29', trial: () => certifiedIssuer('relative'), outcome: 'valid 1' },
  { id: '4.14.30', trial: selfCovering, outcome: 'valid 1' },
  { id: '4.14.31', trial: () => shared('CA6', 2, FOR_CA6, 'CA5'), outcome: 'revoked: unspecified' },
  { id: '4.14.32', trial: () => shared('CA6', 9, FOR_CA6, 'CA5'), outcome: 'revoked: unspecified' },
  { id: '4.14.33', trial: () => shared('CA6', 7, FOR_CA6, 'CA5'), outcome: 'valid 1' },
  { id: '4.14.34', trial: () => shared('CA5', 11, FOR_CA5, null), outcome: 'revoked: unspecified' },
  { id: '4.14.35', trial: () => shared('CA5', 12, FOR_CA5, 'CA6'), outcome: 'crl_out_of_scope' },
];

describe('PKITS 4.14', () => {
  it.each(CASES)('$id: $outcome', (one) => {
    const { found, wanted } = outcomesOf(one);
    expect(found).toEqual(wanted);
  });
});
