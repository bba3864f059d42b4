import type { IncidentKind } from '../../protocol/incident-kind.ts';

/** The tables of events, webhooks, incidents and schedules. Instants are milliseconds since the epoch. */
export type EventTables = {
  readonly event: EventTable;
  readonly webhook: WebhookTable;
  readonly incident: IncidentTable;
  readonly incident_note: IncidentNoteTable;
  readonly incident_licence: IncidentLicenceTable;
  readonly schedule: ScheduleTable;
  readonly licence_subject: LicenceSubjectTable;
  readonly licence_standing: LicenceStandingTable;
  readonly facility_outage: FacilityOutageTable;
  readonly decision_standing: DecisionStandingTable;
};

/** The outbox: what changed, written by the unit of work that changed it; never altered. */
export type EventTable = {
  /** Rises by one with each event: readers go on from the last that they saw. */
  readonly sequence: number;
  readonly id: string;
  readonly tenant: string;
  /** service/events/types.ts. */
  readonly type: string;
  /** `<kind>:<id>`. */
  readonly subject: string;
  readonly at_ms: number;
  readonly body: string;
};

/** Where somebody wants to be told, and how far that has come. */
export type WebhookTable = {
  readonly id: string;
  readonly tenant: string;
  readonly principal_id: string;
  /** 1: of every tenant, as its principal's role may read. */
  readonly sees_all: number;
  /** Those of the token that registered it, with blanks between: events that they do not show are not sent. */
  readonly scopes: string;
  readonly url: string;
  /** A list; null for whatever the scopes show. */
  readonly types: string | null;
  /**
   * What is signed with, `whsec_` and 32 bytes in base64, sealed (service/webhook/secrets.ts); as it is in rows that a version of before
   * wrote and none has sealed yet. The one before it signs too until its end.
   */
  readonly secret: string;
  /** The digest that acts have of `secret`; null where that is not sealed. */
  readonly secret_sha256: string | null;
  readonly previous_secret: string | null;
  readonly previous_until_ms: number | null;
  readonly state: 'active' | 'disabled';
  /** Counts changes by people, so that a delivery that is under way does not undo them. */
  readonly version: number;
  /** The last event that was delivered, or did not concern it. */
  readonly cursor: number;
  /** Attempts since the last that succeeded, and when the first of them was. */
  readonly failures: number;
  readonly failing_since_ms: number | null;
  readonly next_attempt_ms: number;
  /** A process is at it until then. */
  readonly lease_until_ms: number;
  readonly last_attempt_ms: number | null;
  readonly last_result: string | null;
  readonly created_at_ms: number;
  readonly disabled_at_ms: number | null;
};

/** What must be reported to an authority; never deleted. */
export type IncidentTable = {
  readonly id: string;
  readonly tenant: string;
  readonly kind: IncidentKind;
  /** SHA-256 of tenant, kind and subjects until it is closed, null after: one at a time of the same. */
  readonly open_key: string | null;
  /** Lists of `<kind>:<id>`. */
  readonly subjects: string;
  readonly evidence: string;
  readonly state: 'open' | 'reported' | 'closed';
  readonly opened_at_ms: number;
  readonly due_at_ms: number;
  /** How often the same was seen since, and when last; `evidence` is of the first time and of the last. */
  readonly times_seen: number;
  readonly last_seen_ms: number;
  /** When it was told that nobody had reported it in time. */
  readonly overdue_at_ms: number | null;
  readonly reported_at_ms: number | null;
  readonly reported_by: string | null;
  readonly reference: string | null;
  readonly closed_at_ms: number | null;
  readonly closed_by: string | null;
  readonly closed_reason: string | null;
  /** Of the newest act about it. */
  readonly leaf_index: number;
};

export type IncidentNoteTable = {
  readonly incident_id: string;
  readonly position: number;
  readonly at_ms: number;
  readonly by: string;
  readonly note: string;
};

/** Which licences an incident concerns: those that named what it is about when it was opened. */
export type IncidentLicenceTable = { readonly licence_id: string; readonly incident_id: string };

/** Something to be looked at again at an instant: see service/schedule. */
export type ScheduleTable = {
  readonly kind: string;
  readonly subject: string;
  readonly due_ms: number;
  /** A process is at it until then. */
  readonly lease_until_ms: number;
  /** Counts who asked: whoever is at it notices that somebody asked again meanwhile. */
  readonly version: number;
  /** What the next look needs to know; JSON. */
  readonly state: string | null;
};

/** What a licence names, as `<kind>:<id>`, so that whoever changes one finds the licences that rest on it. */
export type LicenceSubjectTable = {
  readonly subject: string;
  readonly licence_id: string;
  /** When a device was first seen proven under it: from then on its absence is a failure. */
  readonly proven_at_ms: number | null;
};

/** How a licence's conditions stood when they were last looked at: see policy/standing.ts. */
export type LicenceStandingTable = {
  readonly licence_id: string;
  /** {code: since when it fails without a break, in milliseconds}. */
  readonly failing: string;
  readonly suspends_at_ms: number | null;
  /** {code, subject, sentence}. */
  readonly cause: string | null;
  readonly judged_at_ms: number | null;
  readonly reinstated_at_ms: number | null;
};

/** What is missing at a facility, for all of its hosts, until it has been there again for a while. */
export type FacilityOutageTable = {
  readonly facility_id: string;
  readonly cause: string;
  readonly began_at_ms: number;
  readonly last_seen_ms: number;
};

/** The last recorded outcome of one question about a licence, to see when it becomes another. */
export type DecisionStandingTable = {
  readonly licence_id: string;
  /** SHA-256 of what was asked. */
  readonly question: string;
  readonly outcome: 'allow' | 'deny';
  readonly decision_id: string;
};
