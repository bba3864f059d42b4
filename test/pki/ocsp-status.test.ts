import { describe, expect, it } from 'vitest';
import { writeNull } from '../../src/bytes/der-writer.ts';
import { OID, revocationCode } from '../../src/pki/index.ts';
import {
  type CrlOptions,
  distributionPoints,
  extension,
  issueCrl,
  NEXT_UPDATE,
  type PointName,
  REVOKED_AT,
  scope,
} from './crl-issue.ts';
import { FROM, type Issued, type IssueOptions, issueCa, issueLeaf, newKey, T0 } from './issue.ts';
import { critical, extKeyUsage, keyUsage, plain } from './issue-extensions.ts';
import {
  issueOcsp,
  issueResponder,
  NOCHECK,
  type OcspOptions,
  refuseOcsp,
  type Single,
} from './ocsp-issue.ts';
import { answers, ask, ca, caCrl, leaf, type Question, root } from './revocation-case.ts';

const before = new Date(T0.getTime() - 1000);
const after = new Date(T0.getTime() + 1000);
const responder = issueResponder(ca);
const good: Single = { subject: leaf, issuer: ca };

/** What is known of the leaf by a response of its issuer. */
function byIssuer(
  single: Partial<Single>,
  options: OcspOptions = {},
  more: Question = {},
): string | undefined {
  return answers({ ocsp: [issueOcsp(ca, [{ ...good, ...single }], options)], ...more })[0];
}

/** What is known of the leaf by a response of this responder, whose certificate comes along. */
function byResponder(by: Issued, more: Question = {}, options: OcspOptions = {}): string | undefined {
  return answers({ ocsp: [issueOcsp(by, [good], { certificates: [by], ...options })], ...more })[0];
}

describe('revocation by OCSP', () => {
  it('clears a certificate that its issuer’s fresh answer calls good', () => {
    expect(ask({ ocsp: [issueOcsp(ca, [good])] })[0]).toMatchObject({
      status: 'good',
      freshUntil: NEXT_UPDATE,
      sources: [{ kind: 'ocsp', nextUpdate: NEXT_UPDATE }],
    });
  });

  it.each([
    [0, 1],
    [1, 0],
  ])('is fresh for as long as the freshest of its answers: %i, %i', (...order) => {
    const later = new Date(NEXT_UPDATE.getTime() + 1000);
    const both = [NEXT_UPDATE, later].map((nextUpdate) => issueOcsp(ca, [{ ...good, nextUpdate }]));
    const ocsp = order.flatMap((index) => both[index] ?? []);
    expect(ask({ ocsp })[0]).toMatchObject({ status: 'good', freshUntil: later });
  });

  it('says by which reason and since when a certificate is revoked', () => {
    expect(ask({ ocsp: [issueOcsp(ca, [{ ...good, status: { reason: 6 } }])] })[0]).toMatchObject({
      status: 'revoked',
      reason: 'certificateHold',
      revokedAt: REVOKED_AT,
    });
    expect(byIssuer({ status: {} })).toBe('revoked: unspecified');
  });

  it.each(['sha1', 'sha256', 'sha384', 'sha512'] as const)('finds a certificate by %s', (hash) => {
    expect(byIssuer({ hash })).toBe('good');
  });

  it('finds a certificate among others, each with its own verdict', () => {
    const singles: readonly Single[] = [
      { subject: issueLeaf(ca), issuer: ca, status: { reason: 1 } },
      good,
      { subject: ca, issuer: root, status: { reason: 1 } },
    ];
    // What the CA says of itself is no answer of the root's.
    expect(answers({ ocsp: [issueOcsp(ca, singles)] })).toEqual(['good', 'ocsp_responder_unknown']);
  });

  const twin = issueCa(root, { subject: 'intermediate' });
  it.each<readonly [string, Partial<Single>, OcspOptions, string]>([
    ['another serial number', { subject: issueLeaf(ca) }, {}, 'ocsp_other_certificate'],
    ['another name of the issuer', { issuer: { ...ca, name: root.name } }, {}, 'ocsp_other_certificate'],
    ['another key of the issuer', { issuer: twin }, {}, 'ocsp_other_certificate'],
    ['a digest that is not known', { hash: 'md5' }, {}, 'ocsp_other_certificate'],
    ['status unknown', { status: 'unknown' }, {}, 'ocsp_status_unknown'],
    ['a this update that lies ahead', { thisUpdate: after }, {}, 'ocsp_not_yet_valid'],
    ['a production that lies ahead', {}, { producedAt: after }, 'ocsp_not_yet_valid'],
    ['a next update that has passed', { nextUpdate: before }, {}, 'ocsp_expired'],
    ['no next update', { nextUpdate: null }, {}, 'ocsp_next_update_missing'],
    ['an unknown critical extension', {}, { extensions: [unknown(true)] }, 'ocsp_extension_unknown'],
    ['one in the single response', { extensions: [unknown(true)] }, {}, 'ocsp_extension_unknown'],
    ['SHA-1', {}, { algorithm: 'ecdsa-sha1' }, 'ocsp_algorithm_refused'],
    ['another responder’s name', {}, { named: responder }, 'ocsp_responder_unknown'],
    ['another responder’s key', {}, { named: responder, by: 'key' }, 'ocsp_responder_unknown'],
  ])('does not clear a certificate by an answer with %s', (_, single, options, code) => {
    expect(byIssuer(single, options)).toBe(code);
  });

  it('does not clear a certificate by an answer that another key signed in the issuer’s name', () => {
    expect(byResponder({ ...ca, key: newKey() })).toBe('ocsp_signature_invalid');
    expect(byResponder({ ...ca, key: newKey() }, {}, { by: 'key' })).toBe('ocsp_signature_invalid');
  });

  it.each<readonly [string, Partial<Single>, OcspOptions]>([
    ['a next update at this instant', { nextUpdate: T0 }, {}],
    ['a this update at this instant', { thisUpdate: T0 }, { producedAt: T0 }],
    [
      'an unknown extension that is not critical',
      { extensions: [unknown(false)] },
      { extensions: [unknown(false)] },
    ],
    ['the issuer by its key', {}, { by: 'key' }],
    ['a nonce that nobody asked for', {}, { nonce: new Uint8Array(8) }],
  ])('clears a certificate by an answer with %s', (_, single, options) => {
    expect(byIssuer(single, options)).toBe('good');
  });

  it('bridges the skew that the caller grants, and no more', () => {
    expect(byIssuer({ nextUpdate: before }, {}, { skewMs: 1000 })).toBe('good');
    expect(byIssuer({ nextUpdate: before }, {}, { skewMs: 999 })).toBe('ocsp_expired');
    expect(byIssuer({ thisUpdate: after }, {}, { skewMs: 1000 })).toBe('good');
    expect(byIssuer({ thisUpdate: after }, {}, { skewMs: 999 })).toBe('ocsp_not_yet_valid');
  });

  it('takes an answer that lies ahead as far as the caller allows, and lets none live longer for it', () => {
    const ahead = { ocspAheadMs: 1000 };
    expect(byIssuer({ thisUpdate: after }, { producedAt: after }, ahead)).toBe('good');
    expect(byIssuer({}, { producedAt: after }, { ocspAheadMs: 999 })).toBe('ocsp_not_yet_valid');
    expect(byIssuer({ thisUpdate: after }, {}, { ocspAheadMs: 999 })).toBe('ocsp_not_yet_valid');
    expect(byIssuer({ nextUpdate: before }, {}, ahead)).toBe('ocsp_expired');
  });

  it('holds an answer to the greatest age that the caller sets', () => {
    const hourAgo = { thisUpdate: new Date(T0.getTime() - 3_600_000), nextUpdate: null };
    expect(byIssuer(hourAgo, {}, { ocspMaxAgeMs: 3_600_000 })).toBe('good');
    expect(byIssuer(hourAgo, {}, { ocspMaxAgeMs: 3_599_999 })).toBe('ocsp_expired');
    expect(byIssuer({}, {}, { ocspMaxAgeMs: 3_600_000 })).toBe('ocsp_expired');
  });

  it('refuses an answer without next update, where the caller demands one, whatever age he allows', () => {
    const fresh = { thisUpdate: T0, nextUpdate: null };
    const more = { ocspMaxAgeMs: 3_600_000 };
    expect(byIssuer(fresh, { producedAt: T0 }, more)).toBe('good');
    expect(byIssuer(fresh, { producedAt: T0 }, { ...more, ocspNextUpdate: 'required' })).toBe(
      'ocsp_next_update_missing',
    );
  });

  it('has one code for each answer, and a hold is not a revocation', () => {
    const codeBy = (status: Single['status'] = 'good') =>
      ask({ ocsp: [issueOcsp(ca, [{ ...good, status }])] }).map(revocationCode)[0];
    expect(codeBy()).toBe('good');
    expect(codeBy({ reason: 1 })).toBe('certificate_revoked');
    expect(codeBy({})).toBe('certificate_revoked');
    expect(codeBy({ reason: 6 })).toBe('certificate_on_hold');
    expect(codeBy('unknown')).toBe('ocsp_status_unknown');
  });

  it('demands the nonce that was sent', () => {
    const nonce = new Uint8Array(32).fill(1);
    const nonces = new Map([[leaf.certificate.sha256, nonce]]);
    expect(byIssuer({}, { nonce }, { nonces })).toBe('good');
    expect(byIssuer({}, {}, { nonces })).toBe('ocsp_nonce_missing');
    expect(byIssuer({}, { nonce: new Uint8Array(32) }, { nonces })).toBe('ocsp_nonce_mismatch');
    expect(byIssuer({}, { nonce: nonce.subarray(1) }, { nonces })).toBe('ocsp_nonce_mismatch');
  });

  it.each([
    ['garbage', new Uint8Array([1, 2, 3]), 'ocsp_malformed'],
    ['nothing', new Uint8Array(), 'ocsp_malformed'],
    ['a CRL', caCrl, 'ocsp_malformed'],
    ['a refusal', refuseOcsp(3), 'ocsp_refused'],
  ])('does not clear a certificate by %s', (_, bytes, code) => {
    expect(answers({ ocsp: [bytes] })).toEqual([code, code]);
  });

  it('lets an answer of revoked outweigh one of good, in either order', () => {
    const both = [issueOcsp(ca, [good]), issueOcsp(ca, [{ ...good, status: { reason: 1 } }])];
    expect(answers({ ocsp: both })[0]).toBe('revoked: keyCompromise');
    expect(answers({ ocsp: both.toReversed() })[0]).toBe('revoked: keyCompromise');
    const inOne = issueOcsp(ca, [good, { ...good, status: { reason: 1 } }]);
    expect(answers({ ocsp: [inOne] })[0]).toBe('revoked: keyCompromise');
    expect(answers({ ocsp: [issueOcsp(ca, [good, { ...good, status: 'unknown' }])] })[0]).toBe(
      'ocsp_status_unknown',
    );
  });

  it('does not clear a certificate by an answer with any one bit flipped', () => {
    const response = issueOcsp(ca, [{ ...good, status: {} }]);
    for (let bit = 0; bit < response.length * 8; bit += 3) {
      const forged = response.slice();
      forged[bit >> 3] = (forged[bit >> 3] ?? 0) ^ (0x80 >> (bit & 7));
      expect(answers({ ocsp: [forged] })[0]).not.toBe('good');
    }
  });
});

describe('a responder that the issuer certified', () => {
  it('answers for the issuer, named by name or key, its certificate in the answer or at hand', () => {
    expect(byResponder(responder)).toBe('good');
    expect(byResponder(responder, {}, { by: 'key' })).toBe('good');
    const certificates = [responder.certificate];
    expect(byResponder(responder, { certificates }, { certificates: [] })).toBe('good');
    expect(byResponder(responder, {}, { certificates: [] })).toBe('ocsp_responder_unknown');
  });

  it('is the one that the answer names', () => {
    expect(byResponder(responder, {}, { named: leaf })).toBe('ocsp_responder_unknown');
    expect(byResponder(responder, {}, { named: leaf, by: 'key' })).toBe('ocsp_responder_unknown');
  });

  const without = (oid: string): IssueOptions => ({ extensions: { [oid]: null } });
  const withPurposes = (...purposes: readonly string[]): IssueOptions => ({
    extensions: { [OID.extKeyUsage]: plain(extKeyUsage(...purposes)) },
  });
  it.each<readonly [string, Issued, string]>([
    [
      'without extended key usage',
      issueResponder(ca, without(OID.extKeyUsage)),
      'ocsp_responder_unauthorized',
    ],
    ['for another purpose', issueResponder(ca, withPurposes(OID.serverAuth)), 'ocsp_responder_unauthorized'],
    [
      'for any purpose',
      issueResponder(ca, withPurposes(OID.anyExtendedKeyUsage)),
      'ocsp_responder_unauthorized',
    ],
    [
      'without digitalSignature',
      issueResponder(ca, { extensions: { [OID.keyUsage]: critical(keyUsage('cRLSign')) } }),
      'ocsp_responder_unauthorized',
    ],
    [
      'with an unknown critical extension',
      issueResponder(ca, { extensions: { '1.2.3.4': critical(writeNull()) } }),
      'ocsp_responder_unauthorized',
    ],
    ['of the issuer’s issuer', issueResponder(root), 'ocsp_responder_unauthorized'],
    [
      'of another name with the issuer’s key',
      issueResponder({ ...ca, name: root.name }),
      'ocsp_responder_unauthorized',
    ],
    ['of a namesake of the issuer', issueResponder(issueCa(root)), 'ocsp_responder_unauthorized'],
    ['whom another key certified', issueResponder(ca, { signer: newKey() }), 'ocsp_responder_unauthorized'],
    [
      'whose certificate has expired',
      issueResponder(ca, { notBefore: FROM, notAfter: before }),
      'ocsp_responder_expired',
    ],
    [
      'whose certificate is not yet valid',
      issueResponder(ca, { notBefore: after }),
      'ocsp_responder_expired',
    ],
    ['whose status nobody knows', issueResponder(ca, without(NOCHECK)), 'ocsp_responder_status_unknown'],
    ['whose key did not sign', { ...responder, key: newKey() }, 'ocsp_signature_invalid'],
    [
      'whose certificate has a SHA-1 signature',
      issueResponder(ca, { algorithm: 'ecdsa-sha1' }),
      'ocsp_algorithm_refused',
    ],
  ])('is not one %s', (_, by, code) => {
    expect(byResponder(by)).toBe(code);
  });

  it('accepts no critical nocheck that it does not know, and knows it', () => {
    const marked = issueResponder(ca, { extensions: { [NOCHECK]: critical(writeNull()) } });
    expect(byResponder(marked)).toBe('good');
  });

  it('may have its own status told by the issuer’s CRL', () => {
    const place: PointName = { fullName: ['uri:http://crl.example/responders'] };
    const checked = issueResponder(ca, {
      extensions: { [NOCHECK]: null, '2.5.29.31': plain(distributionPoints({ name: place })) },
    });
    // A CRL for responders alone, so that nothing but the answer can speak of the leaf.
    const crl = (options: CrlOptions): Uint8Array =>
      issueCrl(ca, { scope: scope({ name: place }), ...options });
    expect(byResponder(checked, { crls: [crl({})] })).toBe('good');
    const entries = [{ revoked: checked }];
    expect(byResponder(checked, { crls: [crl({ entries })] })).toBe('ocsp_responder_revoked');
    expect(byResponder(checked, { crls: [crl({ nextUpdate: before })] })).toBe(
      'ocsp_responder_status_unknown',
    );
  });
});

function unknown(isCritical: boolean): Uint8Array {
  return extension('1.2.3.4', writeNull(), isCritical);
}
