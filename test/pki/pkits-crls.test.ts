import { describe, expect, it } from 'vitest';
import { TAG } from '../../src/bytes/der-tag.ts';
import { writeElement, writeNull, writeSequence, writeText, writeTime } from '../../src/bytes/der-writer.ts';
import { OID } from '../../src/pki/index.ts';
import {
  type CrlOptions,
  distributionPoints,
  extension,
  issueCrl,
  type Listed,
  REVOKED_AT,
  scope,
  THIS_UPDATE,
} from './crl-issue.ts';
import { type Issued, type IssueOptions, newKey } from './issue.ts';
import * as ext from './issue-extensions.ts';
import { anchor, authority, type Case, dn, endEntity, outcomesOf, type Trial } from './pkits.ts';

const KEY_COMPROMISE = 1;
const ON_HOLD = 6;
const REMOVED = 8;
const MADE_UP = '2.16.840.1.101.2.1.12.2';

/** A CA with a CRL, and an end entity that the CRL lists where `revoked` says so. */
function single(crl: CrlOptions | null, revoked = false, end: IssueOptions = {}): Trial {
  const ca = authority(anchor, { name: 'CA' });
  const leaf = endEntity(ca, { issue: end });
  const entries = revoked ? [{ revoked: leaf, reason: KEY_COMPROMISE }] : [];
  return { end: leaf, others: [ca], crls: crl === null ? [] : [issueCrl(ca, { entries, ...crl })] };
}

function revokedCa(): Trial {
  const [good, sub] = descendingCas();
  const crls = [issueCrl(good, { entries: [{ revoked: sub, reason: KEY_COMPROMISE }] }), issueCrl(sub)];
  return { end: endEntity(sub), others: [good, sub], crls };
}

function descendingCas(): [Issued, Issued] {
  const good = authority(anchor, { name: 'Good CA' });
  return [good, authority(good, { name: 'Revoked subCA' })];
}

function twoCrls(): Trial {
  const ca = authority(anchor, { name: 'Two CRLs CA' });
  const end = endEntity(ca);
  const bad = issueCrl(ca, {
    issuerName: dn('CN=Bad CA'),
    entries: [{ revoked: end, reason: KEY_COMPROMISE }],
  });
  return { end, others: [ca], crls: [bad, issueCrl(ca)] };
}

function unknownEntryExtension(): Trial {
  const ca = authority(anchor, { name: 'CA' });
  const end = endEntity(ca);
  const entry: Listed = { revoked: end, extensions: [extension(MADE_UP, writeNull(), true)] };
  return { end, others: [ca], crls: [issueCrl(ca, { entries: [entry] })] };
}

const unknownExtension: CrlOptions = { extensions: [extension(MADE_UP, writeNull(), true)] };
const until = (tag: number, text: string): CrlOptions => ({
  times: [writeText(TAG.utcTime, '980101120100Z'), writeText(tag, text)],
});

/** The CRL lists one number, the certificate has perhaps another. */
function serials(listed: readonly number[], own: readonly number[]): Trial {
  const entry = writeSequence(
    writeElement(TAG.integer, Uint8Array.from(listed)),
    writeTime(REVOKED_AT),
    writeSequence(extension('2.5.29.21', writeElement(TAG.enumerated, Uint8Array.of(KEY_COMPROMISE)))),
  );
  return single({ list: writeSequence(entry) }, false, { serial: Uint8Array.from(own) });
}
const long = (first: number, last: number) => [
  first,
  ...Array.from({ length: 18 }, (_, index) => index + 1),
  last,
];

const crlOnly = { [OID.keyUsage]: ext.critical(ext.keyUsage('cRLSign')) };
const certsOnly = { [OID.keyUsage]: ext.critical(ext.keyUsage('keyCertSign')) };
const pointTo = (point: Uint8Array) => ({
  [OID.cRLDistributionPoints]: ext.plain(distributionPoints({ name: { fullName: [{ directory: point }] } })),
});
const forPoint = (point: Uint8Array): CrlOptions => ({
  scope: scope({ name: { fullName: [{ directory: point }] } }),
});

function separateKeys(what: 'valid' | 'revoked' | 'signer revoked'): Trial {
  const ca = authority(anchor, { name: 'Separate Keys CA', issue: { extensions: certsOnly } });
  const signer = endEntity(anchor, { name: 'Separate Keys CA', issue: { extensions: crlOnly } });
  const end = endEntity(ca);
  const entries = what === 'revoked' ? [{ revoked: end, reason: KEY_COMPROMISE }] : [];
  // The anchor's own CRL stands beside an empty, older one.
  const ofAnchor = issueCrl(anchor, {
    thisUpdate: new Date(THIS_UPDATE.getTime() + 1000),
    entries: what === 'signer revoked' ? [{ revoked: signer, reason: KEY_COMPROMISE }] : [],
  });
  return { end, others: [ca, signer], crls: [ofAnchor, issueCrl(signer, { entries })] };
}

/** 4.5.1, 4.5.2: the anchor certified the new key, the end entity's issuer is the old one, the CRL is the new one's. */
function oldWithNew(revoked: boolean): Trial {
  const current = authority(anchor, { name: 'New Key CA' });
  const former = authority(current, {});
  const end = endEntity(former);
  const entries = revoked ? [{ revoked: end, reason: KEY_COMPROMISE }] : [];
  return { end, others: [former, current], crls: [issueCrl(current, { entries })] };
}

const SELF_ISSUED = dn('CN=Self-Issued Cert DP');

/** 4.5.3 to 4.5.5: the anchor certified the old key; the CRL is the new one's, whose certificate has a CRL of its own. */
function newWithOld(signer: 'new' | 'old', revoked = false): Trial {
  const former = authority(anchor, { name: 'Old Key CA' });
  const current = authority(former, { issue: { extensions: pointTo(SELF_ISSUED) } });
  const end = endEntity(signer === 'new' ? current : former);
  const entries = revoked ? [{ revoked: end, reason: KEY_COMPROMISE }] : [];
  const crls = [issueCrl(former, forPoint(SELF_ISSUED)), issueCrl(current, { entries })];
  return { end, others: [former, current], crls };
}

/** 4.5.6 to 4.5.8: the CA certified a key for CRLs under its own name. */
function crlSigningKey(what: 'valid' | 'revoked' | 'misused'): Trial {
  const ca = authority(anchor, { name: 'CRL Signing Key CA' });
  const extensions = { ...crlOnly, ...pointTo(SELF_ISSUED) };
  const signer = endEntity(ca, { name: ca.name, issue: { extensions } });
  const end = endEntity(what === 'misused' ? signer : ca);
  const entries = what === 'revoked' ? [{ revoked: end, reason: KEY_COMPROMISE }] : [];
  const crls = [issueCrl(ca, forPoint(SELF_ISSUED)), issueCrl(signer, { entries })];
  return { end, others: [ca, signer], crls };
}

type Deltas = {
  readonly base: { readonly number: number; readonly reason?: number; readonly nextUpdate?: Date } | null;
  readonly delta: { readonly base: number; readonly number: number; readonly reason?: number };
};

/** What the complete and the delta CRL say of the end entity; a reason is a listing. */
function deltas({ base, delta }: Deltas): Trial {
  const ca = authority(anchor, { name: 'deltaCRL CA' });
  const fresh = ext.plain(distributionPoints({ name: { fullName: [{ directory: ca.name }] } }));
  const end = endEntity(ca, {
    issue: { extensions: { ...pointTo(ca.name), [OID.freshestCRL]: fresh } },
  });
  const listing = (reason: number | undefined) => (reason === undefined ? [] : [{ revoked: end, reason }]);
  const later = new Date(THIS_UPDATE.getTime() + 86_400_000);
  const complete =
    base === null
      ? []
      : [
          issueCrl(ca, {
            number: base.number,
            entries: listing(base.reason),
            ...(base.nextUpdate === undefined ? {} : { nextUpdate: base.nextUpdate }),
            extensions: [extension(OID.freshestCRL, fresh.value)],
          }),
        ];
  const difference = issueCrl(ca, {
    number: delta.number,
    base: delta.base,
    thisUpdate: later,
    entries: listing(delta.reason),
  });
  return { end, others: [ca], crls: [...complete, difference] };
}

const CA1 = { base: { number: 1 }, delta: { base: 1, number: 5 } };
const CA2 = { base: { number: 2 }, delta: { base: 1, number: 3 } };
const listed = (of: Deltas, base: number | null, delta: number | null): Deltas => ({
  base: of.base === null || base === null ? of.base : { ...of.base, reason: base },
  delta: delta === null ? of.delta : { ...of.delta, reason: delta },
});

const CASES: readonly Case[] = [
  { id: '4.4.1', trial: () => single(null), outcome: 'crl_other_issuer' },
  { id: '4.4.2', trial: revokedCa, outcome: 'revoked: keyCompromise' },
  { id: '4.4.3', trial: () => single({}, true), outcome: 'revoked: keyCompromise' },
  { id: '4.4.4', trial: () => single({ signer: newKey() }), outcome: 'crl_signature_invalid' },
  {
    id: '4.4.5',
    trial: () => single({ issuerName: dn('CN=Incorrect CRL Issuer') }),
    outcome: 'crl_other_issuer',
  },
  {
    id: '4.4.6',
    trial: () => ({ ...single(null), crls: [issueCrl(anchor)] }),
    outcome: 'crl_other_issuer',
  },
  { id: '4.4.7', trial: twoCrls, outcome: 'valid 1' },
  { id: '4.4.8', trial: unknownEntryExtension, outcome: 'crl_extension_unknown' },
  { id: '4.4.9', trial: () => single(unknownExtension, true), outcome: 'crl_extension_unknown' },
  { id: '4.4.10', trial: () => single(unknownExtension), outcome: 'crl_extension_unknown' },
  { id: '4.4.11', trial: () => single(until(TAG.utcTime, '100601083000Z')), outcome: 'crl_expired' },
  { id: '4.4.12', trial: () => single(until(TAG.utcTime, '990101120100Z')), outcome: 'crl_expired' },
  { id: '4.4.13', trial: () => single(until(TAG.generalizedTime, '20500101120100Z')), outcome: 'valid 1' },
  { id: '4.4.14', trial: () => serials([0xff], [0, 0xff]), outcome: 'valid 1' },
  { id: '4.4.15', trial: () => serials([0xff], [0xff]), outcome: 'revoked: keyCompromise' },
  { id: '4.4.16', trial: () => serials(long(0x7f, 0x13), long(0x7f, 0x12)), outcome: 'valid 1' },
  { id: '4.4.17', trial: () => serials(long(0x7f, 0x13), long(0x7e, 0x13)), outcome: 'valid 1' },
  {
    id: '4.4.18',
    trial: () => serials(long(0x7f, 0x13), long(0x7f, 0x13)),
    outcome: 'revoked: keyCompromise',
  },
  { id: '4.4.19', trial: () => separateKeys('valid'), outcome: 'valid 1' },
  { id: '4.4.20', trial: () => separateKeys('revoked'), outcome: 'revoked: keyCompromise' },
  { id: '4.4.21', trial: () => separateKeys('signer revoked'), outcome: 'crl_issuer_revoked' },
  { id: '4.5.1', trial: () => oldWithNew(false), outcome: 'valid 1' },
  { id: '4.5.2', trial: () => oldWithNew(true), outcome: 'revoked: keyCompromise' },
  { id: '4.5.3', trial: () => newWithOld('new'), outcome: 'valid 1' },
  { id: '4.5.4', trial: () => newWithOld('old'), outcome: 'valid 1' },
  { id: '4.5.5', trial: () => newWithOld('old', true), outcome: 'revoked: keyCompromise' },
  { id: '4.5.6', trial: () => crlSigningKey('valid'), outcome: 'valid 1' },
  { id: '4.5.7', trial: () => crlSigningKey('revoked'), outcome: 'revoked: keyCompromise' },
  { id: '4.5.8', trial: () => crlSigningKey('misused'), outcome: 'issuer_not_ca' },
  {
    id: '4.15.1',
    trial: () => deltas({ base: null, delta: { base: 1, number: 5 } }),
    outcome: 'crl_delta_without_base',
  },
  { id: '4.15.2', trial: () => deltas(CA1), outcome: 'valid 1' },
  {
    id: '4.15.3',
    trial: () => deltas(listed(CA1, KEY_COMPROMISE, null)),
    outcome: 'revoked: keyCompromise',
  },
  {
    id: '4.15.4',
    trial: () => deltas(listed(CA1, null, KEY_COMPROMISE)),
    outcome: 'revoked: keyCompromise',
  },
  { id: '4.15.5', trial: () => deltas(listed(CA1, ON_HOLD, REMOVED)), outcome: 'valid 1' },
  {
    id: '4.15.6',
    trial: () => deltas(listed(CA1, ON_HOLD, KEY_COMPROMISE)),
    outcome: 'revoked: keyCompromise',
  },
  { id: '4.15.7', trial: () => deltas(listed(CA1, null, REMOVED)), outcome: 'valid 1' },
  { id: '4.15.8', trial: () => deltas(CA2), outcome: 'valid 1' },
  {
    id: '4.15.9',
    trial: () => deltas(listed(CA2, KEY_COMPROMISE, KEY_COMPROMISE)),
    outcome: 'revoked: keyCompromise',
  },
  {
    id: '4.15.10',
    trial: () =>
      deltas({
        base: { number: 1, nextUpdate: new Date(THIS_UPDATE.getTime() + 1000) },
        delta: { base: 2, number: 3 },
      }),
    outcome: 'crl_expired',
  },
];

describe('PKITS 4.4, 4.5 and 4.15', () => {
  it.each(CASES)('$id: $outcome', (one) => {
    const { found, wanted } = outcomesOf(one);
    expect(found).toEqual(wanted);
  });
});
