/** The roles of docs/architecture.md that hold bearer tokens. */
export const ROLES = ['exporter', 'operator', 'authority', 'auditor', 'administrator'] as const;
export type Role = (typeof ROLES)[number];

/** Who asks: established by a middleware from a bearer token; every use case takes it first and refuses by default. */
export type Principal = {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  /** What this principal's rows belong to; another tenant's are not found rather than forbidden. */
  readonly tenant: string;
  /** `<resource>:<verb>`, e.g. `devices:write`; a token may hold fewer than its role allows, never more. */
  readonly scopes: ReadonlySet<string>;
};

/** An enrolled host that proved possession of its key in this very request (DPoP). */
export type HostPrincipal = {
  readonly hostId: string;
  readonly tenant: string;
  /** RFC 7638 thumbprint of the host key. */
  readonly jkt: string;
};
