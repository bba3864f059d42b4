import { describe, expect, it } from 'vitest';
import { type KeyUsage, OID, type RevocationInput } from '../../src/pki/index.ts';
import { distributionPoints, issueCrl, scope } from './crl-issue.ts';
import { FROM, type Issued, type IssueOptions, issueCa, issueLeaf, newKey } from './issue.ts';
import { critical, keyUsage, plain } from './issue-extensions.ts';
import { answers, ca, leaf, root } from './revocation-case.ts';

/** A certificate for the CA's name and another key, by the root, that signs CRLs and nothing else. */
function crlSigner(options: IssueOptions = {}, parent: Issued = root): Issued {
  const extensions = { [OID.keyUsage]: critical(keyUsage('cRLSign')), ...options.extensions };
  return issueLeaf(parent, { subject: ca.name, ...options, extensions });
}

const signer = crlSigner();
const rootCrl = issueCrl(root);
const past = { notBefore: FROM, notAfter: new Date('2025-12-31T00:00:00Z') };

/** What is known of the leaf by a CRL in its issuer's name that `by` signed. */
function clearedBy(by: Issued, more: Partial<RevocationInput> = {}): string | undefined {
  return answers({ crls: [rootCrl, issueCrl(by)], certificates: [by.certificate], ...more })[0];
}

describe('a CRL signed with another key than the certificate’s issuer has', () => {
  it('counts where the issuer’s own issuer certified that key for CRLs', () => {
    expect(clearedBy(signer)).toBe('good');
    const crl = issueCrl(signer, { entries: [{ revoked: leaf, reason: 1 }] });
    const input = { crls: [rootCrl, crl], certificates: [signer.certificate] };
    expect(answers(input)[0]).toBe('revoked: keyCompromise');
  });

  it('counts where the issuer itself certified that key, whose status its CRLs then tell', () => {
    const own = crlSigner({}, ca);
    // The one CRL covers the certificate of its own signer, too.
    expect(clearedBy(own)).toBe('good');
    const suicidal = issueCrl(own, { entries: [{ revoked: own }] });
    const input = { crls: [rootCrl, suicidal], certificates: [own.certificate] };
    expect(answers(input)[0]).toBe('crl_issuer_revoked');
  });

  it.each<readonly [string, Issued, string]>([
    ['whose certificate is not at hand', leaf, 'crl_issuer_unknown'],
    [
      'whose key usage lacks cRLSign',
      crlSigner({ extensions: usage('digitalSignature') }),
      'crl_issuer_may_not_sign',
    ],
    ['without any key usage', crlSigner({ extensions: { [OID.keyUsage]: null } }), 'crl_issuer_may_not_sign'],
    ['whose certificate has expired', crlSigner(past), 'crl_issuer_path_invalid'],
    ['whose certificate another key signed', crlSigner({ signer: newKey() }), 'crl_issuer_path_invalid'],
    [
      'with an unknown critical extension',
      crlSigner({ extensions: { '1.2.3.4': critical(new Uint8Array([5, 0])) } }),
      'crl_issuer_path_invalid',
    ],
  ])('does not count %s', (_, by, code) => {
    const crl = issueCrl(by, { issuerName: ca.name });
    expect(answers({ crls: [rootCrl, crl], certificates: [by.certificate] })[0]).toBe(code);
  });

  it('does not count for a namesake whom a CA beside the path certified', () => {
    const beside = issueCa(root, { subject: 'beside' });
    const namesake = crlSigner({}, beside);
    const certificates = [namesake.certificate, beside.certificate];
    const crls = [rootCrl, issueCrl(beside), issueCrl(namesake)];
    expect(answers({ crls, certificates })[0]).toBe('crl_issuer_path_invalid');
  });

  it('does not count when the issuer’s issuer has revoked that key', () => {
    const crls = [issueCrl(root, { entries: [{ revoked: signer }] }), issueCrl(signer)];
    expect(answers({ crls, certificates: [signer.certificate] })).toEqual(['crl_issuer_revoked', 'good']);
  });

  it('does not count while nothing is known of that key', () => {
    expect(clearedBy(signer, { crls: [issueCrl(signer)] })).toBe('crl_issuer_status_unknown');
  });
});

describe('a revoked CA', () => {
  const authorityName = issueCa(root, { subject: 'crl authority' }).name;
  const points = distributionPoints({ cRLIssuer: [{ directory: authorityName }] });
  const extensions = { '2.5.29.31': plain(points) };
  const indirect = { scope: scope({ indirect: true }) };
  const usurper = (parent: Issued): Issued => crlSigner({ subject: authorityName, extensions }, parent);

  it('cannot clear itself with a namesake of its CRL issuer', () => {
    const captured = issueCa(root, { subject: 'captured', extensions });
    const below = issueLeaf(captured, { extensions });
    const signer = usurper(captured);
    const input = { crls: [issueCrl(signer, indirect)], certificates: [signer.certificate] };
    const [ofLeaf, ofCa] = answers({ chain: [below, captured, root], ...input });
    expect(ofCa).toBe('crl_issuer_path_invalid');
    // It may settle what lies below it, as with any CRL of its own.
    expect(ofLeaf).toBe('good');
  });

  it('cannot clear itself through a leaf on its own path', () => {
    const captured = issueCa(root, { subject: 'captured', extensions });
    const signer = usurper(captured);
    expect(answers({ chain: [signer, captured, root], crls: [issueCrl(signer, indirect)] })[1]).toBe(
      'crl_issuer_path_invalid',
    );
  });

  it('cannot be cleared in a circle of CRL issuers', () => {
    const [one, two] = ['one', 'two'].map((subject) => issueCa(root, { subject }));
    if (one === undefined || two === undefined) throw new Error('two CAs were issued');
    const pointing = (to: Issued): IssueOptions => ({
      subject: to === one ? two.name : one.name,
      extensions: { '2.5.29.31': plain(distributionPoints({ cRLIssuer: [{ directory: to.name }] })) },
    });
    const first = crlSigner(pointing(two));
    const second = crlSigner(pointing(one));
    const end = issueLeaf(ca, {
      extensions: { '2.5.29.31': plain(distributionPoints({ cRLIssuer: [{ directory: first.name }] })) },
    });
    const crls = [issueCrl(first, indirect), issueCrl(second, indirect)];
    const certificates = [first.certificate, second.certificate];
    expect(answers({ chain: [end, ca, root], crls, certificates })[0]).toBe('crl_issuer_status_unknown');
  });
});

function usage(...usages: readonly KeyUsage[]): IssueOptions['extensions'] & object {
  return { [OID.keyUsage]: critical(keyUsage(...usages)) };
}
