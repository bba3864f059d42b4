import { type Certificate, isSelfIssued } from './certificate.ts';
import { NameConstraintState } from './name-constraints.ts';
import { OID } from './object-identifiers.ts';
import type { PathBudget } from './path-budget.ts';
import { PathError } from './path-error.ts';
import type { PathPolicy } from './path-policy.ts';
import { PolicyGraph } from './policy-graph.ts';
import type { TrustAnchor } from './trust-anchor.ts';

/** An honest certificate has a handful, and so costs nothing beside its step. */
const POLICIES_A_STEP = 8;

/** RFC 5280 section 6.1.2: what is carried from one certificate of a path to the next. Letters are the section's. */
export class PathState {
  readonly #policy: PathPolicy;
  readonly #budget: PathBudget;
  /** (a) */ readonly policyGraph = new PolicyGraph();
  /** (b), (c) */ readonly nameConstraints: NameConstraintState;
  /** (d) */ #explicitPolicy: number;
  /** (e) */ #inhibitAnyPolicy: number;
  /** (f) */ #policyMapping: number;
  /** (k) */ #maxPathLength: number;
  #initialPolicies: readonly string[] | 'any';

  /** @param length certificates in the path, the anchor's not counted: "n" */
  constructor(anchor: TrustAnchor, length: number, policy: PathPolicy, budget: PathBudget) {
    this.#policy = policy;
    this.#budget = budget;
    this.#initialPolicies = policy.initialPolicies;
    this.nameConstraints = new NameConstraintState(budget);
    this.#explicitPolicy = policy.initialExplicitPolicy ? 0 : length + 1;
    this.#inhibitAnyPolicy = policy.initialAnyPolicyInhibit ? 0 : length + 1;
    this.#policyMapping = policy.initialPolicyMappingInhibit ? 0 : length + 1;
    this.#maxPathLength = length;
    if (policy.anchorConstraints === 'enforce') this.#applyAnchor(anchor);
  }

  /** RFC 5937 section 3.2: the anchor's own limits become the path's first ones. */
  #applyAnchor({ certificate, nameConstraints }: TrustAnchor): void {
    if (nameConstraints !== null) this.nameConstraints.add(nameConstraints);
    if (certificate === null) return;
    this.#tighten(certificate);
    const policies = certificate.extensions.certificatePolicies?.value.map(({ policy }) => policy) ?? null;
    if (policies === null || policies.includes(OID.anyPolicy)) return;
    const initial = this.#initialPolicies;
    this.#initialPolicies =
      initial === 'any' ? policies : initial.filter((policy) => policies.includes(policy));
  }

  /** 6.1.3 (b) to (f): names and policies of one certificate. */
  process(certificate: Certificate, isFinal: boolean): void {
    const selfIssued = isSelfIssued(certificate);
    // (b), (c): self-issued certificates are exempt, so that a constrained CA can roll its key; the final one never is.
    if (isFinal || !selfIssued) this.nameConstraints.demandPermitted(certificate);
    // (d), (e)
    const policies = certificate.extensions.certificatePolicies?.value ?? null;
    // Hundreds of policies in each certificate of a mesh would cost far more than the steps through it.
    this.#budget.spend(
      'steps',
      Math.floor(((policies?.length ?? 0) + this.policyGraph.width) / POLICIES_A_STEP),
    );
    const anyPolicyCounts = this.#inhibitAnyPolicy > 0 || (selfIssued && !isFinal);
    this.policyGraph.addCertificate(policies, anyPolicyCounts);
    // (f)
    this.#demandPolicy(certificate, !this.policyGraph.isNull);
  }

  /** 6.1.4: what an intermediate certificate lays on those below it. Its own fitness is {@link checkAlone}'s. */
  prepareForNext(certificate: Certificate): void {
    const { nameConstraints, policyMappings } = certificate.extensions;
    // (a)
    const mappings = policyMappings?.value ?? [];
    if (mappings.some((mapping) => Object.values(mapping).includes(OID.anyPolicy))) {
      throw new PathError('policy_mapping_invalid', 'maps from or to anyPolicy', certificate);
    }
    // (b)
    this.policyGraph.map(mappings, this.#policyMapping === 0);
    // (g)
    if (nameConstraints !== undefined) this.nameConstraints.add(nameConstraints.value);
    // (h), (l): self-issued certificates count neither as distance nor as length.
    if (!isSelfIssued(certificate)) {
      this.#explicitPolicy = decrement(this.#explicitPolicy);
      this.#policyMapping = decrement(this.#policyMapping);
      this.#inhibitAnyPolicy = decrement(this.#inhibitAnyPolicy);
      if (this.#maxPathLength === 0) {
        throw new PathError(
          'path_length_exceeded',
          'stands below a CA that admits no further CA here',
          certificate,
        );
      }
      this.#maxPathLength -= 1;
    }
    this.#tighten(certificate);
  }

  /** 6.1.4 (i), (j), (m). */
  #tighten({ extensions }: Certificate): void {
    const { requireExplicitPolicy = null, inhibitPolicyMapping = null } =
      extensions.policyConstraints?.value ?? {};
    this.#explicitPolicy = lower(this.#explicitPolicy, requireExplicitPolicy);
    this.#policyMapping = lower(this.#policyMapping, inhibitPolicyMapping);
    this.#inhibitAnyPolicy = lower(this.#inhibitAnyPolicy, extensions.inhibitAnyPolicy?.value ?? null);
    this.#maxPathLength = lower(
      this.#maxPathLength,
      extensions.basicConstraints?.value.pathLenConstraint ?? null,
    );
  }

  /** 6.1.5 (a), (b), (g): the policies under which the path is valid. */
  wrapUp(leaf: Certificate): ReadonlySet<string> {
    // (a)
    this.#explicitPolicy = decrement(this.#explicitPolicy);
    // (b)
    if (leaf.extensions.policyConstraints?.value.requireExplicitPolicy === 0) this.#explicitPolicy = 0;
    // (g)
    const policies = this.policyGraph.userConstrainedPolicies(this.#initialPolicies);
    this.#demandPolicy(leaf, policies.size > 0);
    return policies;
  }

  #demandPolicy(certificate: Certificate, holds: boolean): void {
    if (this.#explicitPolicy > 0 || holds) return;
    const { initialPolicies } = this.#policy;
    throw new PathError(
      'policy_missing',
      'leaves no acceptable certificate policy, and one is required',
      certificate,
      {
        expected: initialPolicies === 'any' ? 'any' : initialPolicies.join(', '),
      },
    );
  }
}

function decrement(count: number): number {
  return Math.max(0, count - 1);
}

function lower(count: number, limit: number | null): number {
  return limit === null ? count : Math.min(count, limit);
}
