/**
 * The tables of principals, the register and trust inputs. Instants are milliseconds since the epoch; digests are
 * lower-case hexadecimal; columns named after a JSON shape hold its canonical text.
 */
export type RegistryTables = {
  principal: PrincipalTable;
  bearer_token: BearerTokenTable;
  party: PartyTable;
  facility: FacilityTable;
  device: DeviceTable;
  trust_input: TrustInputTable;
  trust_epoch: TrustEpochTable;
};

export type PrincipalTable = {
  id: string;
  name: string;
  role: string;
  tenant: string;
  created_by: string;
  created_at_ms: number;
  disabled_at_ms: number | null;
};

export type BearerTokenTable = {
  id: string;
  principal_id: string;
  /** SHA-256 of the token, domain `bearer-token`: the token itself is shown once and kept nowhere. */
  secret_hash: string;
  /** Scopes in order, parted by spaces. */
  scopes: string;
  label: string;
  created_by: string;
  created_at_ms: number;
  expires_at_ms: number | null;
  revoked_at_ms: number | null;
  /** To the hour. */
  last_used_at_ms: number | null;
};

export type PartyTable = {
  id: string;
  tenant: string;
  legal_name: string;
  /** ISO 3166-1 alpha-2. */
  country: string;
  ultimate_parent_id: string | null;
  /** `clear`, `denied` or `unscreened`: the authority's word. */
  standing: string;
  clear_until_ms: number | null;
  standing_reason: string | null;
  created_by: string;
  created_at_ms: number;
  leaf_index: number;
};

export type FacilityTable = {
  id: string;
  /** The exporter that proposed it. */
  tenant: string;
  /** Whose hosts stand there. */
  operator_tenant: string;
  name: string;
  country: string;
  /** Canonical JSON of a GeoJSON geometry; never changed. */
  area: string;
  /** What its hosts may be proven inside of (protocol/location.ts); null for its own outline. */
  authorised_area: string | null;
  disclosure: 'full' | 'area-only';
  /** SHA-256 of what was proposed, domain `facility`. */
  digest: string;
  /** `proposed`, `authorised`, `refused` or `withdrawn`. */
  state: string;
  authorised_until_ms: number | null;
  proposed_by: string;
  proposed_at_ms: number;
  decided_by: string | null;
  decided_at_ms: number | null;
  decided_reason: string | null;
  leaf_index: number;
};

export type DeviceTable = {
  id: string;
  tenant: string;
  /** `host-tpm`, `host-tee`, `gpu` or `switch`. */
  kind: string;
  model: string | null;
  serial: string | null;
  /** Tells a tenant's devices of a kind apart: `serial:…`, or `tpm-ek:…` or `host-key:…` where there is no serial. */
  natural_key: string;
  facility_id: string | null;
  party_id: string | null;
  identity_type: string | null;
  identity_sha256: string | null;
  /** `in-service` or `retired`. */
  lifecycle: string;
  created_by: string;
  created_at_ms: number;
  changed_at_ms: number;
  leaf_index: number;
};

export type TrustInputTable = {
  id: string;
  kind: string;
  name: string;
  version: string;
  digest: string;
  /** Canonical JSON, never changed. */
  content: string;
  /** Canonical JSON of the publisher's signature; null for what people approve. */
  publication: string | null;
  publisher_id: string | null;
  /** `proposed`, `effective`, `superseded`, `withdrawn` or `refused`. */
  state: string;
  proposed_by: string;
  proposed_at_ms: number;
  approved_by: string | null;
  effective_at_ms: number | null;
  /** 1 where one principal both proposed and approved it. */
  self_approved: number;
  ended_by: string | null;
  ended_at_ms: number | null;
  ended_reason: string | null;
  /** Of the newest act about it. */
  leaf_index: number;
};

/** One row. */
type TrustEpochTable = {
  id: number;
  /** Grows with every change of what is effective. */
  epoch: number;
  /** Random, new with every change: an epoch that was never committed is not mistaken for the one that takes its number. */
  stamp: string;
};
