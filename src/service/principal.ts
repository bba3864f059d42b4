/** The roles of docs/architecture.md that hold bearer tokens. */
export const ROLES = ['exporter', 'operator', 'authority', 'auditor', 'administrator'] as const;
export type Role = (typeof ROLES)[number];

/** What a request was proven by: the thumbprint of a key (RFC 7638), or the digest of a client certificate (`x5t#S256`). */
export type ProvenBy = `jkt:${string}` | `x5t:${string}`;

/** Who asks: established by a middleware from a bearer token; every use case takes it first and refuses by default. */
export type Principal = {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  /** What this principal's rows belong to; another tenant's are not found rather than forbidden. */
  readonly tenant: string;
  /** `<resource>:<verb>`, e.g. `devices:write`; a token may hold fewer than its role allows, never more. */
  readonly scopes: ReadonlySet<string>;
  /** Absent where the request proves nothing, and where there is none: of acts that take two people, each takes a key of its own. */
  readonly key?: ProvenBy;
};

/** A principal as one request shows it. */
export type Caller = Principal & {
  /**
   * Whether the request proves possession of what its token is bound to, by a proof (DPoP) or by its connection (mTLS); a plain
   * bearer token proves nothing, and only reads.
   */
  readonly proven: boolean;
  /** What is to be spent; null where there is nothing to: a connection cannot be replayed. */
  readonly proof: ProofUse | null;
};

/**
 * A DPoP proof of this request, verified but not yet spent: a use case that changes anything spends it in its own unit of
 * work (service/dpop/replay.ts), so that a proof is used once and its act done once, or neither.
 */
export type ProofUse = {
  /** Stands for the proof's key and `jti`: 52 bits of their hash. */
  readonly digest: number;
  /** When the proof's `iat` leaves the accepted window: it need not be remembered after that. */
  readonly expiresAt: Date;
};

/** Whoever proved possession of a key in this very request (DPoP, RFC 9449); nothing else is known of them. */
export type ProvenKey = {
  /** RFC 7638 thumbprint. */
  readonly jkt: string;
  /** The public key, with the members that its thumbprint covers and no others. */
  readonly jwk: { readonly [member: string]: unknown };
  readonly proof: ProofUse;
};

/** The holder of a token, with the key that it is to be bound to. */
export type Binder = ProvenKey & { readonly tokenId: string };

/** An enrolled host that proved possession of its key in this very request (DPoP). */
export type HostPrincipal = {
  readonly hostId: string;
  readonly tenant: string;
  /** RFC 7638 thumbprint of the host key. */
  readonly jkt: string;
  readonly proof: ProofUse;
};

/** The bearer of an enrolment token, with the key that is to become the host key. */
export type EnrolmentPrincipal = ProvenKey & {
  readonly tokenId: string;
  readonly tenant: string;
  readonly facilityId: string;
};

/** A person in a browser, by a session that is theirs and a proof of its key in this very request. */
export type PageVisitor = Caller & {
  readonly proof: ProofUse;
  readonly session: {
    readonly id: string;
    /** The token behind it is bound to no key: as for a plain bearer token, nothing is changed with it. */
    readonly readsOnly: boolean;
    readonly expiresAtMs: number;
    /** SHA-256 of the cookie's value, base64url: `ath` of the session's proofs. */
    readonly sessionHash: string;
  };
};
