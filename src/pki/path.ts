import type { Certificate } from './certificate.ts';
import { chainDigest } from './chain-digest.ts';
import { IssuerIndex } from './issuer-index.ts';
import type { KnownSignatures } from './known-signatures.ts';
import { nameText } from './name-text.ts';
import { PathBudget } from './path-budget.ts';
import { checkAlone, checkKeyIdentifiers, checkLeaf } from './path-checks.ts';
import { moreTelling, PathError } from './path-error.ts';
import type { PathPolicy } from './path-policy.ts';
import { PathState } from './path-state.ts';
import { matchesServerName } from './server-name.ts';
import { SignatureLedger } from './signature-ledger.ts';
import type { TrustAnchor } from './trust-anchor.ts';

export type PathInput = {
  readonly leaf: Certificate;
  /** A bag in any order: chains that the peer sent, caches, cross-certificates. What does not fit is passed over. */
  readonly intermediates: readonly Certificate[];
  readonly anchors: readonly TrustAnchor[];
  readonly at: Date;
  readonly policy: PathPolicy;
  /** A host name or an address that the leaf must be for. */
  readonly serverName?: string;
  /**
   * The caller's own check of a path that is otherwise valid, its revocation above all. It refuses by throwing PathError, and
   * the search goes on with other paths; any other error ends it.
   */
  readonly acceptPath?: (path: VerifiedPath) => void;
  /** What held in other searches with the same algorithms is not verified again; what holds in this one is added. */
  readonly signatures?: KnownSignatures;
};

export type VerifiedPath = {
  /** Leaf first; the anchor is not among them. */
  readonly chain: readonly Certificate[];
  readonly anchor: TrustAnchor;
  /** Policies under which the path is valid, limited to those the caller accepts; anyPolicy stands for all. */
  readonly policies: ReadonlySet<string>;
  /** The leaf's: "working_public_key" of section 6.1.6. */
  readonly publicKey: Certificate['publicKey'];
  /** The earliest notAfter in chain and, where it is enforced, anchor. */
  readonly validUntil: Date;
  readonly digest: string;
};

/**
 * Finds and validates a certification path from one of the anchors to the leaf (RFC 5280 section 6.1), trying alternatives among
 * cross-certificates until one is valid or the budget is spent.
 *
 * Throws {@link PathError}, the most telling failure met. Without anchors, `issuer_unknown`. Unproven afterwards: that nothing in the path
 * is revoked, unless `acceptPath` looked; and whatever the policy did not ask.
 */
export function verifyPath(input: PathInput): VerifiedPath {
  return new PathSearch(input).run();
}

class PathSearch {
  readonly #input: PathInput;
  readonly #budget: PathBudget;
  readonly #issuers: IssuerIndex;
  readonly #signatures: SignatureLedger;
  #failure: PathError | null = null;

  constructor(input: PathInput) {
    this.#input = input;
    this.#budget = new PathBudget(input.policy.limits);
    this.#issuers = new IssuerIndex(input.intermediates, input.anchors);
    this.#signatures = new SignatureLedger(input.policy.algorithms, this.#budget, input.signatures);
  }

  run(): VerifiedPath {
    const { leaf, policy, at, serverName } = this.#input;
    checkInput(this.#input);
    checkAlone(leaf, 'leaf', policy, at);
    checkLeaf(leaf, policy);
    if (serverName !== undefined && !matchesServerName(leaf, serverName)) {
      throw new PathError('server_name_mismatch', `is not for ${serverName}`, leaf, { expected: serverName });
    }
    const found = this.#extend([leaf]);
    if (found !== null) return found;
    throw this.#failure ?? new PathError('issuer_unknown', 'leads to no trust anchor', leaf);
  }

  /** @param below the path so far, leaf first: its last certificate is the one whose issuer is sought */
  #extend(below: readonly Certificate[]): VerifiedPath | null {
    const last = below.at(-1) ?? this.#input.leaf;
    const anchors = this.#issuers.anchorsOf(last);
    const candidates = this.#issuers.issuersOf(last);
    if (anchors.length + candidates.length === 0) {
      const message = `its issuer, ${nameText(last.issuer) || 'of no name'}, is not at hand`;
      this.#note(new PathError('issuer_unknown', message, last));
    }
    for (const anchor of anchors) {
      const found = this.#attempt(() => this.#validate(below, anchor));
      if (found !== null) return found;
    }
    for (const issuer of candidates) {
      const usable = this.#attempt(() => this.#checkCandidate(below, last, issuer));
      const found = usable === null ? null : this.#extend([...below, issuer]);
      if (found !== null) return found;
    }
    return null;
  }

  /** Whatever can be said of an issuer before the path above it is known: it keeps the search from growing. */
  #checkCandidate(below: readonly Certificate[], last: Certificate, issuer: Certificate): true {
    const { policy, at } = this.#input;
    this.#budget.spend('steps');
    if (below.some((certificate) => isSameEntity(certificate, issuer))) {
      throw new PathError('path_loops', 'would repeat in its own path', issuer);
    }
    if (below.length > policy.maxIntermediates) {
      throw new PathError(
        'path_too_long',
        `exceeds ${policy.maxIntermediates} intermediate certificates`,
        issuer,
      );
    }
    checkAlone(issuer, 'intermediate', policy, at);
    if (policy.profile !== 'path') checkKeyIdentifiers(last, issuer);
    this.#signatures.demand(last, issuer.publicKey);
    return true;
  }

  /** 6.1, from the anchor down. */
  #validate(below: readonly Certificate[], anchor: TrustAnchor): VerifiedPath {
    const { leaf, policy, at, acceptPath } = this.#input;
    this.#budget.spend('steps', below.length);
    this.#checkAnchor(anchor, below.at(-1) ?? leaf);
    const state = new PathState(anchor, below.length, policy, this.#budget);
    let workingKey = anchor.publicKey;
    for (const certificate of below.toReversed()) {
      const isFinal = certificate === leaf;
      // 6.1.3 (a): name chaining holds by construction, revocation is the caller's.
      checkAlone(certificate, isFinal ? 'leaf' : 'intermediate', policy, at);
      this.#signatures.demand(certificate, workingKey);
      state.process(certificate, isFinal);
      if (!isFinal) state.prepareForNext(certificate);
      workingKey = certificate.publicKey;
    }
    const policies = state.wrapUp(leaf);
    const path: VerifiedPath = {
      chain: below,
      anchor,
      policies,
      publicKey: workingKey,
      validUntil: earliestEnd(below, policy, anchor),
      // Asked for by few, and it costs three hashes.
      get digest() {
        return chainDigest(below, anchor);
      },
    };
    acceptPath?.(path);
    return path;
  }

  #checkAnchor({ certificate }: TrustAnchor, issued: Certificate): void {
    const { policy, at } = this.#input;
    if (certificate === null || policy.anchorConstraints === 'ignore') return;
    checkAlone(certificate, 'anchor', policy, at);
    if (policy.profile !== 'path') checkKeyIdentifiers(issued, certificate);
  }

  /** Runs one alternative; a path error is noted and the next is tried. A spent budget ends everything. */
  #attempt<T>(alternative: () => T): T | null {
    try {
      return alternative();
    } catch (error) {
      if (!(error instanceof PathError) || error.code === 'budget_exceeded') throw error;
      this.#note(error);
      return null;
    }
  }

  #note(error: PathError): void {
    this.#failure = moreTelling(this.#failure, error);
  }
}

/** A date that is none compares false with every other, and an empty list demands nothing: both would let everything pass. */
function checkInput({ at, policy }: PathInput): void {
  const emptyList = [policy.keyPurposes, policy.initialPolicies].find((list) => list.length === 0);
  const limits = [policy.maxIntermediates, ...Object.values(policy.limits), ...policy.algorithms.rsaBits];
  const sound =
    !Number.isNaN(at.getTime()) &&
    emptyList === undefined &&
    limits.every((limit) => Number.isSafeInteger(limit));
  if (!sound) throw new PathError('input_invalid', 'the instant, a limit or a list of the policy is void');
}

/** RFC 4158 section 5.2: name and key together are the entity. A renewed or cross-signed certificate of it is no progress. */
function isSameEntity(a: Certificate, b: Certificate): boolean {
  return a.publicKey.sha256 === b.publicKey.sha256 && a.subject.canonical === b.subject.canonical;
}

function earliestEnd(chain: readonly Certificate[], policy: PathPolicy, { certificate }: TrustAnchor): Date {
  const enforced = certificate !== null && policy.anchorConstraints === 'enforce' ? [certificate] : [];
  return new Date(Math.min(...[...chain, ...enforced].map(({ notAfter }) => notAfter.getTime())));
}
