import { describe, expect, it } from 'vitest';
import { TAG } from '../../src/bytes/der-tag.ts';
import { writeObjectIdentifier, writeSequence, writeText } from '../../src/bytes/der-writer.ts';
import { OID } from '../../src/pki/index.ts';
import {
  type CrlOptions,
  distributionPoints,
  issueCrl,
  type Point,
  type PointName,
  scope,
} from './crl-issue.ts';
import { FROM, type Issued, issueCa, issueLeaf, name } from './issue.ts';
import { plain } from './issue-extensions.ts';
import { answers, ca, leaf, leafBy, root, rootCrl } from './revocation-case.ts';

type Points = readonly Point[];

function leafAt(...points: Points): Issued {
  return issueLeaf(ca, { extensions: { '2.5.29.31': plain(distributionPoints(...points)) } });
}

/** What is known of a leaf with these distribution points by CRLs with these options. */
function by(points: Points, ...crls: readonly CrlOptions[]): string | undefined {
  const chain = [leafAt(...points), ca, root];
  return answers({ chain, crls: [rootCrl, ...crls.map((options) => issueCrl(ca, options))] })[0];
}

const attribute = (text: string): Uint8Array =>
  writeSequence(writeObjectIdentifier(OID.commonName), writeText(TAG.utf8String, text));
const uri = (path: string): PointName => ({ fullName: [`uri:http://crl.example/${path}`] });
const directory = (der: Uint8Array): PointName => ({ fullName: [{ directory: der }] });
const below = (text: string): Uint8Array => name(text, [OID.commonName, 'intermediate']);

describe('a CRL for one distribution point', () => {
  it('settles the certificates that name the point', () => {
    expect(by([{ name: uri('1') }], { scope: scope({ name: uri('1') }) })).toBe('good');
    expect(by([{ name: uri('0') }, { name: uri('1') }], { scope: scope({ name: uri('1') }) })).toBe('good');
    const both: PointName = { fullName: ['uri:http://a.example/', 'uri:http://crl.example/1'] };
    expect(by([{ name: both }], { scope: scope({ name: uri('1') }) })).toBe('good');
    expect(by([{ name: directory(name('p')) }], { scope: scope({ name: directory(name('P')) }) })).toBe(
      'good',
    );
  });

  it('settles no certificate that names another, or none', () => {
    expect(by([{ name: uri('2') }], { scope: scope({ name: uri('1') }) })).toBe('crl_out_of_scope');
    expect(by([{ name: directory(name('q')) }], { scope: scope({ name: directory(name('p')) }) })).toBe(
      'crl_out_of_scope',
    );
    expect(leafBy(issueCrl(ca, { scope: scope({ name: uri('1') }) }))).toBe('crl_out_of_scope');
  });

  it('matches names relative to the issuer, on either side', () => {
    const relative: PointName = { relative: attribute('part 1') };
    const full = directory(below('part 1'));
    for (const [point, scoped] of [
      [relative, relative],
      [relative, full],
      [full, relative],
    ] as const) {
      expect(by([{ name: point }], { scope: scope({ name: scoped }) })).toBe('good');
    }
    const other: PointName = { relative: attribute('part 2') };
    expect(by([{ name: relative }], { scope: scope({ name: other }) })).toBe('crl_out_of_scope');
    const garbage: PointName = { relative: new Uint8Array([0x30, 0x00]) };
    expect(by([{ name: garbage }], { scope: scope({ name: garbage }) })).toBe('crl_out_of_scope');
  });

  it('is read for the implied point, the issuer’s own name', () => {
    expect(leafBy(issueCrl(ca, { scope: scope({ name: directory(ca.name) }) }))).toBe('good');
  });

  it('is not needed: one without a point settles certificates that name some', () => {
    expect(by([{ name: uri('1') }], {})).toBe('good');
  });
});

describe('a CRL for some kinds of certificate', () => {
  it.each([
    ['user', 'good', 'crl_out_of_scope'],
    ['ca', 'crl_out_of_scope', 'good'],
    ['attribute', 'crl_out_of_scope', 'crl_out_of_scope'],
  ] as const)('speaks of %s certificates alone', (only, forLeaf, forCa) => {
    const crls = [issueCrl(ca, { scope: scope({ only }) }), issueCrl(root, { scope: scope({ only }) })];
    expect(answers({ crls })).toEqual([forLeaf, forCa]);
  });
});

describe('a CRL for some reasons', () => {
  const stolen = { scope: scope({ reasons: [1, 2] }) };
  const others = { scope: scope({ reasons: [3, 4, 5, 6, 7, 8] }) };

  it('clears nothing without the others', () => {
    expect(leafBy(issueCrl(ca, stolen))).toBe('crl_reasons_incomplete');
    expect(leafBy(issueCrl(ca, others))).toBe('crl_reasons_incomplete');
    const twice = issueCrl(ca, { ...stolen, number: 6 });
    expect(leafBy(issueCrl(ca, stolen), twice)).toBe('crl_reasons_incomplete');
  });

  it('clears a certificate together with the others', () => {
    expect(leafBy(issueCrl(ca, stolen), issueCrl(ca, others))).toBe('good');
    expect(leafBy(issueCrl(ca, stolen), issueCrl(ca))).toBe('good');
  });

  it('is skipped where a newer one has spoken for the same reasons', () => {
    const june = new Date('2025-06-01T00:00:00Z');
    const held = issueCrl(ca, { ...stolen, thisUpdate: june, entries: [{ revoked: leaf, reason: 6 }] });
    const oldest = issueCrl(ca, { ...others, thisUpdate: FROM });
    expect(leafBy(held, oldest)).toBe('revoked: certificateHold');
    expect(leafBy(held, oldest, issueCrl(ca, stolen))).toBe('good');
  });

  it('revokes alone', () => {
    const crl = issueCrl(ca, { ...stolen, entries: [{ revoked: leaf, reason: 1 }] });
    expect(leafBy(crl)).toBe('revoked: keyCompromise');
    expect(leafBy(issueCrl(ca, others), crl)).toBe('revoked: keyCompromise');
  });

  it('counts only for the reasons that the certificate’s point gives', () => {
    const points: Points = [
      { name: uri('1'), reasons: [1, 2] },
      { name: uri('2'), reasons: [3, 4, 5, 6, 7, 8] },
    ];
    const one = { scope: scope({ name: uri('1') }) };
    const two = { scope: scope({ name: uri('2') }) };
    expect(by(points, one)).toBe('crl_reasons_incomplete');
    expect(by(points, one, two)).toBe('good');
  });

  it('is not completed by a CRL that nobody signed', () => {
    const forged = issueCrl(ca, { ...others, signer: leaf.key });
    expect(leafBy(issueCrl(ca, stolen), forged)).toBe('crl_signature_invalid');
  });
});

describe('an indirect CRL', () => {
  const authority = issueCa(root, { subject: 'crl authority' });
  const points: Points = [{ name: uri('1'), cRLIssuer: [{ directory: authority.name }] }];
  const one = leafAt(...points);
  const indirect = scope({ name: uri('1'), indirect: true });
  const listed = { revoked: one, reason: 1 };

  function settle(
    options: CrlOptions,
    end = one,
    extra: readonly Issued[] = [authority],
  ): string | undefined {
    const certificates = extra.map(({ certificate }) => certificate);
    const crls = [rootCrl, issueCrl(authority, { scope: indirect, ...options })];
    return answers({ chain: [end, ca, root], crls, certificates })[0];
  }

  it('settles certificates of other issuers that name its issuer', () => {
    expect(settle({})).toBe('good');
    expect(settle({ entries: [{ ...listed, certificateIssuer: ca.name }] })).toBe('revoked: keyCompromise');
  });

  it('means its own issuer’s certificates where an entry names none', () => {
    expect(settle({ entries: [listed] })).toBe('good');
    expect(settle({ entries: [{ ...listed, certificateIssuer: root.name }] })).toBe('good');
  });

  it('is matched by cRLIssuer where the certificate’s point has no name of its own', () => {
    const end = leafAt({ cRLIssuer: [{ directory: authority.name }] });
    expect(settle({ scope: scope({ name: directory(authority.name), indirect: true }) }, end)).toBe('good');
    expect(settle({ scope: scope({ name: uri('1'), indirect: true }) }, end)).toBe('crl_out_of_scope');
    expect(settle({ scope: scope({ indirect: true }) }, end)).toBe('good');
  });

  it('matches names relative to its issuer, unless the certificate names several', () => {
    const relative: PointName = { relative: attribute('part 1') };
    const scoped = { scope: scope({ name: relative, indirect: true }) };
    const cRLIssuer = [{ directory: authority.name }, { directory: name('another authority') }];
    expect(settle(scoped, leafAt({ name: relative, cRLIssuer: cRLIssuer.slice(0, 1) }))).toBe('good');
    expect(settle(scoped, leafAt({ name: relative, cRLIssuer }))).toBe('crl_out_of_scope');
  });

  it('does not settle a certificate that does not name its issuer', () => {
    expect(settle({}, leafAt({ name: uri('1') }))).toBe('crl_other_issuer');
    expect(settle({}, leaf)).toBe('crl_other_issuer');
    const elsewhere = leafAt({ name: uri('1'), cRLIssuer: [{ directory: name('another authority') }] });
    expect(settle({}, elsewhere)).toBe('crl_other_issuer');
  });

  it('must be marked as one', () => {
    expect(settle({ scope: scope({ name: uri('1') }) })).toBe('crl_other_issuer');
  });

  it('needs the certificate of its issuer', () => {
    expect(settle({}, one, [])).toBe('crl_issuer_unknown');
  });

  it('does for its issuer’s own certificates too', () => {
    expect(leafBy(issueCrl(ca, { scope: scope({ indirect: true }) }))).toBe('good');
    const crl = issueCrl(ca, { scope: scope({ indirect: true }), entries: [{ revoked: leaf }] });
    expect(leafBy(crl)).toBe('revoked: unspecified');
  });
});
