import type { Facts, SerialLink } from '../protocol/facts.ts';
import type { AuditStanding } from './audit-standing.ts';
import type { LicenceConditions } from './licence.ts';

/**
 * Everything a decision is made of, as the service read it in one snapshot. A collection that could not be read is
 * `unavailable`, which denies; an entry that is absent from one is unknown, which denies too.
 */
export type DecisionInput = {
  readonly licence: LicenceState;
  /** Ids that the request asks about; null for all that the licence names. */
  readonly requested: readonly string[] | null;
  readonly devices: Readable<DeviceState>;
  readonly facilities: Readable<FacilityState>;
  readonly parties: Readable<PartyState>;
  /** Every uncleared latch on anything above. */
  readonly latches: Readable<Latch>;
  /** What the request says it is for; null where it does not. */
  readonly purpose: string | null;
  /** Where the licence limits clusters: one for each facility of the devices. */
  readonly clusters: Readable<ClusterState>;
  readonly at: Date;
};

/** How many devices the licence's end user has been granted at a facility and holds, besides what is asked for now. */
export type ClusterState = { readonly facilityId: string; readonly granted: number };

export type Readable<T> = readonly T[] | 'unavailable';

export type LicenceState = {
  readonly id: string;
  readonly status: 'active' | 'suspended' | 'revoked';
  readonly conditions: LicenceConditions;
};

export type DeviceState = {
  readonly id: string;
  readonly kind: string;
  /** The chip's name, as chip tables and licences write it: declared, or proven where nothing was; null where neither is. */
  readonly model: string | null;
  /** Who the register says is to use it; null where it does not say. */
  readonly userId: string | null;
  /** Its state (register/device-state.ts): declared, shipped, due and verified devices may be used, and no other. */
  readonly lifecycle: string;
  /** When a deadline takes it out of the states that may be used; null where none runs. */
  readonly usableUntil: Date | null;
  readonly facilityId: string | null;
  readonly hostId: string | null;
  /** How the serial number on the licence is linked with the certificate that the evidence proves, and until when. */
  readonly serialLink: SerialLink;
  readonly serialLinkUntil: Date | null;
  /** How the declared model differs from what the evidence proves; null where it does not, or neither is known. */
  readonly modelDisagreement: string | null;
  /** From the latest appraisal of the device's host, refused ones included; null if there was none. */
  readonly evidence: DeviceEvidence | null;
};

/**
 * `none`: the device has no serial number to link, as a host's own TPM, which is named by its key. `contradicted`: its
 * manufacturer says that this serial number is another chip, or this chip another serial number.
 */
export type { SerialLink };

export type DeviceEvidence = {
  readonly outcome: 'accepted' | 'refused';
  readonly facts: Facts;
  /** Names of the reference sets that the host matched. */
  readonly referenceSets: readonly string[];
  /** When the nonce that the evidence answers was issued: age is counted from there. */
  readonly nonceIssuedAt: Date;
  /** The earliest end of keys, certificates and collateral that the appraisal leaned on; null if none ends. */
  readonly validUntil: Date | null;
  /** When the nonce was issued that its place was proven under: the proof's age counts from there; null where none is known. */
  readonly placeAt: Date | null;
  /** When the proof of its place and the audit of its facility end; null where there is none. */
  readonly placeUntil: Date | null;
  readonly auditUntil: Date | null;
};

export type FacilityState = {
  readonly id: string;
  readonly authorisation: 'proposed' | 'authorised' | 'revoked';
  /** Of the period whose word counts now (register/authorisation.ts). */
  readonly authorisedFrom: Date | null;
  readonly authorisedUntil: Date | null;
  /** The authority's word for how much it is trusted; `denied` denies. */
  readonly tier: string | null;
  /** How its newest audit's auditor stands to those whom it is about; absent where nobody audited it, and in decisions of before it was asked. */
  readonly audit?: AuditStanding | undefined;
};

export type PartyState = {
  readonly id: string;
  readonly standing: 'clear' | 'denied' | 'unscreened';
  /** When the screening that found the party clear lapses; null if it does not. */
  readonly clearUntil: Date | null;
  /** The list that it was screened against, and the one in force; null where nobody named one. */
  readonly listVersion: string | null;
  readonly currentListVersion: string | null;
  /**
   * Of one that was screened against an older list: until when what was granted before stands on that (register/screening.ts). Absent
   * where its list is in force, and in decisions of before it was asked.
   */
  readonly graceUntil?: Date | undefined;
  /** Those of its parents, up to the ultimate one, that are denied. */
  readonly deniedParents: readonly string[];
};

export type Latch = {
  readonly subject: {
    readonly kind: 'device' | 'host' | 'facility' | 'party' | 'licence';
    readonly id: string;
  };
  readonly code: string;
  readonly sentence: string;
};

/** Latches by what they hold, as `<kind>:<id>`. */
export type LatchIndex = ReadonlyMap<string, readonly Latch[]>;
