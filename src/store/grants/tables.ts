import type { GrantStatus } from '../../protocol/grant.ts';

/** The tables of grants and their statuses. Instants are milliseconds since the epoch. */
export type GrantTables = {
  readonly licence_grant: LicenceGrantTable;
  readonly host_grant: HostGrantTable;
  readonly grant_denial: GrantDenialTable;
  readonly turned_away: TurnedAwayTable;
  readonly granted_device: GrantedDeviceTable;
  readonly grant_hold: GrantHoldTable;
  readonly status_list: StatusListTable;
  readonly status_change: StatusChangeTable;
};

/** One grant, for ever. */
export type LicenceGrantTable = {
  readonly id: string;
  readonly licence_id: string;
  /** The exporter that holds the licence. */
  readonly tenant: string;
  readonly host_id: string;
  /** The operator of the host. */
  readonly host_tenant: string;
  readonly facility_id: string;
  readonly decision_id: string;
  /** Its place among the statuses; no two have the same. */
  readonly list: number;
  readonly position: number;
  readonly issued_at_ms: number;
  readonly expires_at_ms: number;
  /** Ids of its devices: JSON. */
  readonly devices: string;
  readonly status: GrantStatus;
  /** The JWT. */
  readonly token: string;
  /** Of its issue. */
  readonly leaf_index: number;
};

/** The newest grant of a host under a licence, and the newest refusal of one. */
export type HostGrantTable = {
  readonly host_id: string;
  readonly licence_id: string;
  readonly grant_id: string | null;
  readonly expires_at_ms: number;
  readonly end_user: string | null;
  readonly facility_id: string | null;
  /** How many devices it names. */
  readonly devices: number;
  readonly denied_at_ms: number | null;
};

/** Why a host was refused last under a licence. It says something of now only where `host_grant` was denied at the same instant: a grant leaves it be. */
export type GrantDenialTable = {
  readonly host_id: string;
  readonly licence_id: string;
  readonly at_ms: number;
  readonly decision_id: string;
  /** As the host was told them: JSON. */
  readonly reasons: string;
};

/** When a host asked last under an identifier of which no licence names a device of it, if there is one: a few for each host. */
export type TurnedAwayTable = {
  readonly host_id: string;
  readonly licence_id: string;
  readonly at_ms: number;
};

/** Hosts that a device was ever granted to: where to look for grants that name it. */
export type GrantedDeviceTable = { readonly device_id: string; readonly host_id: string };

/** Why a grant is suspended: `<kind>:<id>` of whatever holds it. It is lifted with the last of them. */
export type GrantHoldTable = { readonly grant_id: string; readonly cause: string };

export type StatusListTable = { readonly number: number; readonly opened_at_ms: number };

/** Every change of a status; never deleted, so that a list can be made as it was. */
export type StatusChangeTable = {
  readonly list: number;
  /** Of the act that changed it: later ones are larger. */
  readonly leaf_index: number;
  readonly position: number;
  readonly status: GrantStatus;
  readonly at_ms: number;
};
