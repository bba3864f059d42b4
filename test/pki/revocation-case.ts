import {
  anchorFromCertificate,
  HARDWARE_POLICY,
  type RevocationInput,
  type RevocationVerdict,
  verifyPath,
  verifyRevocation,
} from '../../src/pki/index.ts';
import { issueCrl } from './crl-issue.ts';
import { type Issued, issueCa, issueLeaf, issueRoot, T0 } from './issue.ts';

export const root = issueRoot();
export const ca = issueCa(root);
export const leaf = issueLeaf(ca);
export const rootCrl = issueCrl(root);
export const caCrl = issueCrl(ca);

export type Question = Partial<RevocationInput> & {
  /** Leaf first, the anchor last. */
  readonly chain?: readonly Issued[];
};

/** The verdicts on root > ca > leaf, or another chain whose path is valid, leaf first. */
export function ask({ chain = [leaf, ca, root], ...input }: Question): readonly RevocationVerdict[] {
  const [end, ...above] = chain.map(({ certificate }) => certificate);
  const anchor = above.pop();
  if (end === undefined || anchor === undefined) throw new Error('a chain has a leaf and an anchor');
  const path = verifyPath({
    leaf: end,
    intermediates: above,
    anchors: [anchorFromCertificate(anchor)],
    at: T0,
    policy: HARDWARE_POLICY,
  });
  return verifyRevocation(path, { at: T0, ...input });
}

/** `good`, `revoked: <reason>` or the code that says why nothing is known, for each certificate. */
export function answers(question: Question): string[] {
  return ask(question).map(answerOf);
}

export function answerOf(verdict: RevocationVerdict | undefined): string {
  switch (verdict?.status) {
    case 'good':
      return 'good';
    case 'revoked':
      return `revoked: ${verdict.reason}`;
    case 'unknown':
      return verdict.why;
    default:
      return 'no verdict';
  }
}

/** What is known of the leaf by these CRLs, besides the root's, which clears the CA. */
export function leafBy(...crls: readonly Uint8Array[]): string | undefined {
  return answers({ crls: [rootCrl, ...crls] })[0];
}
