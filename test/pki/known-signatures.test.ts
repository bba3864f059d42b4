import { describe, expect, it } from 'vitest';
import { anchorFromCertificate, PathError, RFC5280_POLICY, verifyPath } from '../../src/pki/index.ts';
import { KnownSignatures } from '../../src/pki/known-signatures.ts';
import { type Issued, issueCa, issueLeaf, issueRoot, newKey, T0 } from './issue.ts';

const root = issueRoot();
const ca = issueCa(root);
const leaf = issueLeaf(ca);

function find(from: Issued, signatures: KnownSignatures, at = T0): string {
  try {
    verifyPath({
      leaf: from.certificate,
      intermediates: [ca.certificate],
      anchors: [anchorFromCertificate(root.certificate)],
      at,
      policy: RFC5280_POLICY,
      signatures,
    });
  } catch (error) {
    if (error instanceof PathError) return error.code;
    throw error;
  }
  return 'valid';
}

const edge = (subject: Issued, issuer: Issued): string =>
  `${subject.certificate.sha256}${issuer.certificate.publicKey.sha256}`;

describe('signatures that are known', () => {
  it('are those that held, and no others', () => {
    const known = new KnownSignatures(8);
    expect(find(leaf, known)).toBe('valid');
    expect([known.has(edge(leaf, ca)), known.has(edge(ca, root))]).toEqual([true, true]);
    const forged = issueLeaf(ca, { signer: newKey() });
    expect([find(forged, known), find(forged, known)]).toEqual(['signature_invalid', 'signature_invalid']);
    expect(known.has(edge(forged, ca))).toBe(false);
  });

  it('are not verified again, while all else is asked again', () => {
    const forged = issueLeaf(ca, { signer: newKey() });
    const known = new KnownSignatures(8);
    // As nothing but a verification that held would say: so the signature was not looked at.
    known.add(edge(forged, ca));
    expect(find(forged, known)).toBe('valid');
    const late = new Date(leaf.certificate.notAfter.getTime() + 1_000);
    expect(find(leaf, known)).toBe('valid');
    expect(find(leaf, known, late)).toBe('expired');
  });

  it('are so many at most: the oldest is verified again', () => {
    const known = new KnownSignatures(2);
    expect(find(leaf, known)).toBe('valid');
    expect(find(issueLeaf(ca), known)).toBe('valid');
    const held = [edge(leaf, ca), edge(ca, root)].filter((one) => known.has(one));
    expect(held).toHaveLength(1);
  });
});
