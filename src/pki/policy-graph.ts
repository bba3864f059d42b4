import type { PolicyInformation, PolicyMapping } from './extension-policies.ts';
import { OID } from './object-identifiers.ts';

type Node = {
  readonly policy: string;
  /** Policies of the next certificate that satisfy this node: its own, or what it was mapped to. */
  expected: ReadonlySet<string>;
  readonly parents: ReadonlySet<Node>;
};

/**
 * The valid policy graph (RFC 9618, which replaces the tree of RFC 5280 section 6.1.2 (a)).
 *
 * The tree doubles with every certificate whose policies are all mapped to all others, and so let a chain of a few
 * kilobytes exhaust a verifier (CVE-2023-0464). The graph has at most one node for each policy and depth, and the same
 * result. Levels below the last hold only nodes that still lead to it.
 */
export class PolicyGraph {
  #levels: ReadonlyMap<string, Node>[] = [
    new Map([
      [OID.anyPolicy, { policy: OID.anyPolicy, expected: new Set([OID.anyPolicy]), parents: new Set() }],
    ]),
  ];

  /** No policy is left: the "NULL" of the standard. */
  get isNull(): boolean {
    return this.#last.size === 0;
  }

  /** How many policies the last level holds: what the next certificate costs grows with it. */
  get width(): number {
    return this.#last.size;
  }

  get #last(): ReadonlyMap<string, Node> {
    return this.#levels.at(-1) ?? new Map<string, Node>();
  }

  /** 6.1.3 (d) and (e): one level more, for a certificate's policies. `policies` null means that it has none. */
  addCertificate(policies: readonly PolicyInformation[] | null, anyPolicyCounts: boolean): void {
    if (this.isNull) return;
    if (policies === null) {
      this.#levels = [new Map()];
      return;
    }
    const asserted = policies.map(({ policy }) => policy);
    const level = new Map<string, Node>();
    const anyAbove = this.#last.get(OID.anyPolicy);
    const expecting = this.#nodesByExpectedPolicy();
    // (d)(1)
    for (const policy of asserted.filter((oid) => oid !== OID.anyPolicy)) {
      const parents = expecting.get(policy) ?? (anyAbove === undefined ? [] : [anyAbove]);
      if (parents.length > 0) level.set(policy, newNode(policy, parents));
    }
    // (d)(2)
    if (asserted.includes(OID.anyPolicy) && anyPolicyCounts) {
      for (const [policy, parents] of expecting) {
        if (!level.has(policy)) level.set(policy, newNode(policy, parents));
      }
    }
    this.#levels.push(level);
    this.#prune();
  }

  /** 6.1.4 (b): mappings of the certificate just added, whose `inhibited` deletes instead of maps. */
  map(mappings: readonly PolicyMapping[], inhibited: boolean): void {
    if (this.isNull) return;
    const targets = new Map<string, Set<string>>();
    for (const { issuerDomainPolicy, subjectDomainPolicy } of mappings) {
      const known = targets.get(issuerDomainPolicy) ?? new Set<string>();
      targets.set(issuerDomainPolicy, known.add(subjectDomainPolicy));
    }
    const level = new Map(this.#last);
    const any = level.get(OID.anyPolicy);
    for (const [policy, expected] of targets) {
      const node = level.get(policy);
      if (inhibited) level.delete(policy);
      else if (node !== undefined) node.expected = expected;
      else if (any !== undefined) level.set(policy, { policy, expected, parents: any.parents });
    }
    this.#levels[this.#levels.length - 1] = level;
    this.#prune();
  }

  /**
   * 6.1.5 (g): the policies under which the path is valid, as the first certificates below the anchor's anyPolicy name
   * them, limited to those that the user accepts. `any` in the result stands for all.
   */
  userConstrainedPolicies(initial: readonly string[] | 'any'): ReadonlySet<string> {
    const authority = new Set<string>();
    for (const level of this.#levels.slice(1)) {
      for (const node of level.values()) {
        const domain = [...node.parents].some((parent) => parent.policy === OID.anyPolicy);
        if (node.policy !== OID.anyPolicy && domain) authority.add(node.policy);
      }
    }
    const all = this.#last.has(OID.anyPolicy);
    if (initial === 'any') return all ? authority.add(OID.anyPolicy) : authority;
    return new Set(initial.filter((policy) => all || authority.has(policy)));
  }

  #nodesByExpectedPolicy(): Map<string, Node[]> {
    const index = new Map<string, Node[]>();
    for (const node of this.#last.values()) {
      for (const policy of node.expected) {
        const nodes = index.get(policy);
        if (nodes === undefined) index.set(policy, [node]);
        else nodes.push(node);
      }
    }
    return index;
  }

  /** (d)(3): nodes without a child above the last level go, upwards until all have one. */
  #prune(): void {
    for (let depth = this.#levels.length - 2; depth >= 0; depth--) {
      const wanted = new Set(
        [...(this.#levels[depth + 1]?.values() ?? [])].flatMap((node) => [...node.parents]),
      );
      const level = this.#levels[depth] ?? new Map<string, Node>();
      const kept = [...level].filter(([, node]) => wanted.has(node));
      if (kept.length === level.size) return;
      this.#levels[depth] = new Map(kept);
    }
  }
}

function newNode(policy: string, parents: readonly Node[]): Node {
  return { policy, expected: new Set([policy]), parents: new Set(parents) };
}
