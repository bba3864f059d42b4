import type {
  DeliveryTallyTable,
  DeviceTable,
  DeviceTransferTable,
  FacilityPeriodTable,
  FacilityTable,
  KnowYourCustomerTable,
  PartyAccessTable,
  PartyTable,
  PartyVersionTable,
  ScreeningListTable,
  ScreeningRunTable,
} from './entity-tables.ts';

export type { DeviceTable, FacilityTable, PartyTable } from './entity-tables.ts';

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
  gate_stamp: GateStampTable;
  party_version: PartyVersionTable;
  screening_list: ScreeningListTable;
  screening_run: ScreeningRunTable;
  know_your_customer: KnowYourCustomerTable;
  party_access: PartyAccessTable;
  facility_period: FacilityPeriodTable;
  device_transfer: DeviceTransferTable;
  delivery_tally: DeliveryTallyTable;
};

export type PrincipalTable = {
  id: string;
  name: string;
  role: string;
  tenant: string;
  created_by: string;
  created_at_ms: number;
  disabled_at_ms: number | null;
  /** The party of the register whose people this is; null where nobody said. */
  party_id: string | null;
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
  /** Thumbprint (RFC 7638) of the key that its requests must prove; null for a plain bearer token, which only reads. */
  jkt: string | null;
  /** Until when a plain one may still be bound to a key, once; null: never. */
  bind_until_ms: number | null;
  /** Digest (RFC 8705, `x5t#S256`) of the client certificate that its connections must show; null where it is bound to none. */
  x5t_s256: string | null;
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
  /** Of the request that proposed it (service/principal.ts); null for what no request did, and for what is older than this column. */
  proposed_key: string | null;
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

/** One row, moved by the database itself after every write to what decisions rest on (migrations/0120-gate-stamp.ts). */
type GateStampTable = {
  id: number;
  /** Random, new with every such write. */
  stamp: string;
};

/** One row. */
type TrustEpochTable = {
  id: number;
  /** Grows with every change of what is effective. */
  epoch: number;
  /** Random, new with every change: an epoch that was never committed is not mistaken for the one that takes its number. */
  stamp: string;
};
