import { describe, expect, it } from 'vitest';
import {
  anchorFromCertificate,
  OID,
  PathError,
  type PathPolicy,
  RFC5280_POLICY,
  type VerifiedPath,
  verifyPath,
} from '../../src/pki/index.ts';
import { type Issued, issueCa, issueLeaf, issueRoot, name, newKey, type SigningKey, T0 } from './issue.ts';
import * as ext from './issue-extensions.ts';

const ended = { notAfter: new Date(T0.getTime() - 1000) };

function find(
  leaf: Issued,
  bag: readonly Issued[],
  anchors: readonly Issued[],
  policy: Partial<PathPolicy> = {},
): VerifiedPath {
  return verifyPath({
    leaf: leaf.certificate,
    intermediates: bag.map(({ certificate }) => certificate),
    anchors: anchors.map(({ certificate }) => anchorFromCertificate(certificate)),
    at: T0,
    policy: { ...RFC5280_POLICY, ...policy },
  });
}

function codeOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof PathError) return error.code;
    throw error;
  }
  return 'valid';
}

/**
 * Runs within a second of processor time, whatever comes of it: pathological graphs may not hold a verifier up. Wall time
 * would measure the neighbours too.
 */
function timed(act: () => unknown): string {
  const started = process.cpuUsage();
  const code = codeOf(act);
  const { user, system } = process.cpuUsage(started);
  expect((user + system) / 1000).toBeLessThan(1000);
  return code;
}

/** A CA of this name and key, issued by another. */
type Entity = { readonly subject: string; readonly key: SigningKey };

function entity(subject: string): Entity & Issued {
  const key = newKey();
  return { ...issueRoot({ subject, key }), subject, key };
}

function cross(issuer: Entity & Issued, subject: Entity & Issued): Issued {
  return issueCa(issuer, { subject: subject.subject, key: subject.key });
}

describe('the search for a path', () => {
  it('goes round an expired cross-certificate (the AddTrust expiry)', () => {
    const [root, old] = [entity('root'), entity('old root')];
    const expired = issueCa(old, { subject: root.subject, key: root.key, ...ended });
    expect(find(issueLeaf(root), [expired], [old, root]).chain).toHaveLength(1);
  });

  it('goes through a cross-certificate where the anchor itself has expired', () => {
    const key = newKey();
    const old = issueRoot({ subject: 'old', key, ...ended });
    const root = entity('root');
    const renewed = issueCa(root, { subject: 'old', key });
    expect(find(issueLeaf(old), [renewed], [old, root]).chain).toHaveLength(2);
  });

  it('tries the other issuer where name constraints close the first', () => {
    const [a, b] = [entity('a'), entity('b')];
    const key = newKey();
    const closed = issueCa(a, {
      subject: 'closed',
      extensions: { [OID.nameConstraints]: ext.critical(ext.nameConstraints([], ['dns:forbidden.example'])) },
    });
    const san = (text: string) => ({ [OID.subjectAltName]: ext.plain(ext.subjectAltName(text)) });
    const byClosed = issueCa(closed, { subject: 'ca', key, extensions: san('dns:forbidden.example') });
    const byB = issueCa(b, { subject: 'ca', key, extensions: san('dns:free.example') });
    const leaf = issueLeaf(byClosed);
    expect(find(leaf, [closed, byClosed, byB], [a, b]).anchor.certificate).toBe(b.certificate);
    expect(codeOf(() => find(leaf, [closed, byClosed], [a, b]))).toBe('name_not_permitted');
  });

  it('tells namesakes apart by their signatures', () => {
    const [real, namesake] = [issueRoot({ subject: 'twin' }), issueRoot({ subject: 'twin' })];
    const leaf = issueLeaf(real);
    expect(find(leaf, [], [namesake, real], { profile: 'path' }).anchor.certificate).toBe(real.certificate);
    expect(codeOf(() => find(leaf, [], [namesake], { profile: 'path' }))).toBe('signature_invalid');
    expect(codeOf(() => find(leaf, [], [namesake]))).toBe('key_identifier_mismatch');
  });

  it('finds its way through a mesh of mutual cross-certificates (CVE-2024-0567)', () => {
    const [a, b, c] = [entity('A'), entity('B'), entity('C')];
    const mesh = [cross(b, a), cross(c, a), cross(a, b), cross(c, b), cross(a, c), cross(b, c)];
    const below = [a, b, c].map((ca, index) => issueCa(ca, { subject: `sub ${index}` }));
    const [belowA] = below;
    if (belowA === undefined) throw new Error('no CA');
    expect(find(issueLeaf(belowA), [...below, ...mesh], [a]).chain).toHaveLength(2);
  });

  it('ends in cycles that no anchor belongs to', () => {
    const [a, b, root] = [entity('A'), entity('B'), entity('root')];
    expect(
      timed(() => find(issueLeaf(a), [cross(b, a), cross(a, b)], [root], { maxIntermediates: 255 })),
    ).toBe('path_loops');
    const [k1, k2] = [newKey(), newKey()];
    const one = issueCa(root, { subject: 'same', issuer: name('same'), key: k1, signer: k2 });
    const two = issueCa(root, { subject: 'same', issuer: name('same'), key: k2, signer: k1 });
    expect(timed(() => find(issueLeaf(one), [one, two], [root], { profile: 'path' }))).not.toBe('valid');
  });

  it('spends a bounded effort on a fully connected mesh that leads nowhere', () => {
    const nodes = Array.from({ length: 9 }, (_, index) => entity(`node ${index}`));
    const mesh = nodes.flatMap((issuer) =>
      nodes.filter((node) => node !== issuer).map((node) => cross(issuer, node)),
    );
    const [first] = nodes;
    if (first === undefined) throw new Error('no node');
    const root = entity('root');
    expect(timed(() => find(issueLeaf(first), mesh, [root], { maxIntermediates: 32 }))).toBe(
      'budget_exceeded',
    );
    expect(find(issueLeaf(first), [...mesh, ...nodes], [first]).chain).toHaveLength(1);
  });

  it('spends a bounded effort on many namesakes with keys of their own', () => {
    const root = entity('root');
    const decoys = Array.from({ length: 300 }, () => issueCa(root, { subject: 'decoy' }));
    const leaf = issueLeaf(root, { issuer: name('decoy'), signer: newKey() });
    expect(timed(() => find(leaf, decoys, [root], { profile: 'path' }))).toBe('budget_exceeded');
  });

  it('finds the one issuer among many namesakes by its key identifier', () => {
    const root = entity('root');
    const decoys = Array.from({ length: 300 }, () => issueCa(root, { subject: 'decoy' }));
    const issuer = decoys[250];
    if (issuer === undefined) throw new Error('no issuer');
    expect(find(issueLeaf(issuer), decoys, [root]).chain[1]).toBe(issuer.certificate);
  });

  it('spends a bounded effort on layers that all sign each other', () => {
    const layers = Array.from({ length: 8 }, (_, layer) =>
      Array.from({ length: 4 }, () => entity(`layer ${layer}`)),
    );
    const bag = layers
      .slice(1)
      .flatMap((layer, index) => layer.map((ca) => cross((layers[index] ?? [])[0] ?? ca, ca)));
    const bottom = layers.at(-1)?.[0];
    if (bottom === undefined) throw new Error('no bottom');
    expect(timed(() => find(issueLeaf(bottom), bag, [entity('root')], { profile: 'path' }))).not.toBe(
      'valid',
    );
  });

  it('spends a bounded effort on thousands of constraints against thousands of names', () => {
    const root = entity('root');
    const names = Array.from({ length: 1500 }, (_, index) => `dns:n${index}.example`);
    const constrained = issueCa(root, {
      extensions: {
        [OID.nameConstraints]: ext.critical(
          ext.nameConstraints(
            names.map((text) => `${text}.c`),
            [],
          ),
        ),
      },
    });
    const leaf = issueLeaf(constrained, {
      extensions: { [OID.subjectAltName]: ext.plain(ext.subjectAltName(...names)) },
    });
    expect(timed(() => find(leaf, [constrained], [root]))).not.toBe('valid');
    const excluding = issueCa(root, {
      extensions: {
        [OID.nameConstraints]: ext.critical(
          ext.nameConstraints(
            [],
            names.map((text) => `${text}.c`),
          ),
        ),
      },
    });
    const other = issueLeaf(excluding, {
      extensions: { [OID.subjectAltName]: ext.plain(ext.subjectAltName(...names)) },
    });
    expect(timed(() => find(other, [excluding], [root]))).toBe('budget_exceeded');
  });

  it('spends a bounded effort on wide policies in a mesh, each path of which fails at its end', () => {
    const policies = Array.from({ length: 200 }, (_, index) => `2.16.840.3.${index}`);
    const wide = {
      [OID.certificatePolicies]: ext.plain(ext.certificatePolicies(OID.anyPolicy, ...policies)),
      [OID.policyMappings]: ext.critical(
        ext.policyMappings(...policies.map((from, index) => [from, policies[199 - index] ?? from] as const)),
      ),
    };
    const root = issueRoot({
      subject: 'root',
      extensions: { [OID.nameConstraints]: ext.critical(ext.nameConstraints(['dns:allowed.example'], [])) },
    });
    const nodes = Array.from({ length: 8 }, (_, index) => entity(`node ${index}`));
    const mesh = nodes.flatMap((issuer) =>
      nodes
        .filter((node) => node !== issuer)
        .map(({ subject, key }) => issueCa(issuer, { subject, key, extensions: wide })),
    );
    const tops = nodes.map(({ subject, key }) => issueCa(root, { subject, key, extensions: wide }));
    const [first] = nodes;
    if (first === undefined) throw new Error('no node');
    const leaf = issueLeaf(first, {
      extensions: { [OID.subjectAltName]: ext.plain(ext.subjectAltName('dns:other.example')) },
    });
    expect(timed(() => find(leaf, [...mesh, ...tops], [root]))).toBe('budget_exceeded');
  });

  it('reports the most telling of many failures', () => {
    const root = entity('root');
    const key = newKey();
    const expired = issueCa(root, { key, ...ended });
    const plain = issueCa(root, { key, extensions: { [OID.basicConstraints]: null } });
    const leaf = issueLeaf(expired);
    for (const bag of [
      [expired, plain],
      [plain, expired],
    ]) {
      expect(codeOf(() => find(leaf, bag, [root], { profile: 'path' }))).toBe('expired');
    }
  });
});
