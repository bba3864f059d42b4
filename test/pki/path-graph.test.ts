import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anchorFromCertificate, OID, PathError, RFC5280_POLICY, verifyPath } from '../../src/pki/index.ts';
import { fuzzRuns } from '../vectors.ts';
import { type Issued, type IssueOptions, issueCa, issueLeaf, issueRoot, newKey, T0 } from './issue.ts';
import * as ext from './issue-extensions.ts';

/** An edge is a certificate: `from` issued it to `to`. Node 0 is the anchor, the last one the leaf. */
type Edge = { readonly from: number; readonly to: number; readonly fault: Fault | null };

const FAULTS = {
  expired: { notAfter: new Date(T0.getTime() - 1000) },
  constrained: {
    extensions: { [OID.nameConstraints]: ext.critical(ext.nameConstraints(['dns:bad.example.com'], [])) },
  },
  purpose: { extensions: { [OID.extKeyUsage]: ext.plain(ext.extKeyUsage('1.3.6.1.5.5.7.3.4')) } },
  unconstrained: { extensions: { [OID.basicConstraints]: null } },
  notCa: { extensions: { [OID.basicConstraints]: ext.critical(ext.basicConstraints(false)) } },
  sha1: { algorithm: 'ecdsa-sha1' },
  forged: { signer: newKey() },
} as const satisfies Record<string, IssueOptions>;

type Fault = keyof typeof FAULTS;

const NODES = 7;
const LEAF = NODES - 1;
const entities = Array.from({ length: NODES }, (_, index) =>
  issueRoot({ subject: `node ${index}`, key: newKey() }),
);

function at(index: number): Issued {
  const found = entities[index];
  if (found === undefined) throw new Error(`no node ${index}`);
  return found;
}

function issue({ from, to, fault }: Edge): Issued {
  const options = { subject: `node ${to}`, ...(fault === null ? {} : FAULTS[fault]) };
  return issueCa(at(from), { ...options, key: at(to).key });
}

/** What must come out: a way along sound edges that visits no node twice. */
function isReachable(edges: readonly Edge[], target: number, seen: readonly number[] = []): boolean {
  if (target === 0) return true;
  return edges.some(
    ({ from, to, fault }) =>
      to === target && fault === null && !seen.includes(from) && isReachable(edges, from, [...seen, target]),
  );
}

const arbitraryEdge = fc.record({
  from: fc.integer({ min: 0, max: LEAF - 1 }),
  to: fc.integer({ min: 0, max: LEAF - 1 }),
  fault: fc.option(fc.constantFrom(...Object.keys(FAULTS).map((name) => name as Fault)), { freq: 1 }), // keys of FAULTS
});

const leaf = issueLeaf(at(LEAF - 1), {
  extensions: { [OID.subjectAltName]: ext.plain(ext.subjectAltName('dns:localhost')) },
});

describe('the search in any graph of cross-certificates', () => {
  it('finds a path just where a sound one exists', () => {
    const outcomes = { valid: 0, refused: 0 };
    fc.assert(
      fc.property(fc.array(arbitraryEdge, { maxLength: 24 }), (all) => {
        const edges = all.filter(({ from, to }) => from !== to);
        let verdict = 'valid';
        try {
          verifyPath({
            leaf: leaf.certificate,
            intermediates: edges.map((edge) => issue(edge).certificate),
            anchors: [anchorFromCertificate(at(0).certificate)],
            at: T0,
            policy: {
              ...RFC5280_POLICY,
              keyPurposes: [OID.serverAuth],
              limits: { signatures: 1000, steps: 100_000, nameComparisons: 100_000 },
            },
            serverName: 'localhost',
          });
        } catch (error) {
          if (!(error instanceof PathError)) throw error;
          verdict = error.code;
        }
        expect(verdict === 'valid').toBe(isReachable(edges, LEAF - 1));
        expect(verdict).not.toBe('budget_exceeded');
        outcomes[verdict === 'valid' ? 'valid' : 'refused'] += 1;
      }),
      { numRuns: Math.max(100, Math.floor(fuzzRuns / 25)) },
    );
    // Graphs that were all sound, or all hopeless, would have tried nothing.
    expect(Math.min(outcomes.valid, outcomes.refused)).toBeGreaterThan(10);
  });
});
