/*
 * The tables of parties, facilities and devices. Instants are milliseconds since the epoch, days YYYY-MM-DD; columns named
 * after a JSON shape hold its canonical text.
 */

export type PartyTable = {
  id: string;
  tenant: string;
  legal_name: string;
  /** What its exporter calls it, e.g. a number of a commercial register: unique with a tenant; null where it gave none. */
  reference: string | null;
  /** ISO 3166-1 alpha-2: where it is registered. */
  country: string;
  /** ISO 3166-1 alpha-2: from where it is led; null where nobody said. */
  headquarters: string | null;
  /** Who owns it directly, and who in the end; null where nobody said. */
  parent_id: string | null;
  ultimate_parent_id: string | null;
  /** 1: it is said to be its own ultimate parent. */
  own_ultimate_parent: number;
  /** What that and its parents were read from, and that source's date, YYYY-MM-DD. */
  ownership_source: string | null;
  ownership_dated: string | null;
  /** `exporter` or `authority`: whose word the newest version is. */
  ownership_role: string | null;
  /** Counts the versions: see party_version. */
  version: number;
  /** `clear`, `denied` or `unscreened`: what the runs and the authority's word come to (service/registry/screening.ts). */
  standing: string;
  /** `word` of a person, or `run` of a tool; null while unscreened. */
  standing_origin: string | null;
  /** The list that it was screened against, and on which day, YYYY-MM-DD; null where the word named none. */
  list_version: string | null;
  screened_on: string | null;
  clear_until_ms: number | null;
  standing_reason: string | null;
  created_by: string;
  created_at_ms: number;
  leaf_index: number;
};

/** What a party was said to be, each time that somebody said it; never changed. */
export type PartyVersionTable = Pick<
  PartyTable,
  | 'legal_name'
  | 'country'
  | 'headquarters'
  | 'parent_id'
  | 'ultimate_parent_id'
  | 'own_ultimate_parent'
  | 'ownership_source'
  | 'ownership_dated'
  | 'ownership_role'
  | 'version'
  | 'leaf_index'
> & { party_id: string; reason: string | null; changed_by: string; at_ms: number };

/** Versions of the list of those who may not be served, as the authority declared them: the newest leaf is in force. */
export type ScreeningListTable = {
  version: string;
  reason: string;
  declared_by: string;
  declared_at_ms: number;
  /** For so long what was granted before stands on the list before. */
  grace_seconds: number;
  leaf_index: number;
};

/** What a screening tool found of a party; never changed. */
export type ScreeningRunTable = {
  id: string;
  party_id: string;
  list_version: string;
  /** `clear`, `hit` or `review`. */
  outcome: string;
  reviewer: string;
  /** YYYY-MM-DD. */
  screened_on: string;
  imported_by: string;
  imported_at_ms: number;
  leaf_index: number;
};

/** Who examined a customer, when, and where that is filed; never changed. */
export type KnowYourCustomerTable = {
  id: string;
  party_id: string;
  reference: string;
  /** YYYY-MM-DD. */
  dated: string;
  reviewer: string;
  recorded_by: string;
  recorded_at_ms: number;
  leaf_index: number;
};

/** Since when, and until when, a party may work on a host, or on all that an operator has at a facility. */
export type PartyAccessTable = {
  id: string;
  party_id: string;
  /** The operator that gives it. */
  tenant: string;
  facility_id: string;
  /** Null for the whole facility. */
  host_id: string | null;
  /** The newest examination that was on record when it began; null where there was none. */
  know_your_customer_id: string | null;
  started_at_ms: number;
  started_by: string;
  ended_at_ms: number | null;
  ended_by: string | null;
  ended_reason: string | null;
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
  /** Of the newest authorisation, and how many there are: where there are several, facility_period says which holds when. */
  authorised_from_ms: number | null;
  authorised_until_ms: number | null;
  tier: string | null;
  government_agreement: number;
  period_count: number;
  proposed_by: string;
  proposed_at_ms: number;
  decided_by: string | null;
  decided_at_ms: number | null;
  decided_reason: string | null;
  leaf_index: number;
};

/** From when until when a facility is authorised, and as what; nothing of it is ever edited (service/registry/authorisation.ts). */
export type FacilityPeriodTable = {
  id: string;
  facility_id: string;
  from_ms: number;
  until_ms: number | null;
  tier: string | null;
  government_agreement: number;
  decided_by: string;
  decided_at_ms: number;
  reason: string;
  withdrawn_at_ms: number | null;
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
  /** `in-service`, `returned`, `transferred` or `retired`: what people said. Its state is another thing (policy/register). */
  lifecycle: string;
  /** Since when a proof of its arrival is owed; not renewed by another shipment without a proof between. */
  shipped_at_ms: number | null;
  due_after_days: number;
  /** The newest evidence of it that was noted: newer one may be on its host. */
  verified_at_ms: number | null;
  maintenance_from_ms: number | null;
  maintenance_until_ms: number | null;
  /** The state that was last told of, and when it is to be looked at again (service/registry/watch-devices.ts). */
  noted_state: string;
  look_at_ms: number;
  created_by: string;
  created_at_ms: number;
  changed_at_ms: number;
  leaf_index: number;
};

/** A device that goes from one tenant to another, with both sides' consent. */
export type DeviceTransferTable = {
  id: string;
  device_id: string;
  from_tenant: string;
  to_tenant: string;
  /** `offered`, `accepted`, `refused` or `withdrawn`. */
  state: string;
  reason: string;
  offered_by: string;
  offered_at_ms: number;
  decided_by: string | null;
  decided_at_ms: number | null;
  decided_reason: string | null;
  /** What it is called at its new tenant. */
  new_device_id: string | null;
  leaf_index: number;
};

/** The devices of a licence, counted (service/registry/deliveries.ts). */
export type DeliveryTallyTable = {
  licence_id: string;
  devices: number;
  verified: number;
  missing: number;
  counted_at_ms: number;
  /** When a deadline of one of them changes the count; null where none does. */
  changes_at_ms: number | null;
};
