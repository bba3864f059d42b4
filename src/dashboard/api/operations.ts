// Written by `npm run types:api` from the OpenAPI document: not edited, and held equal to it by a test.

export const OPERATIONS = {
  acceptTransfer: 'POST /v1/device-transfers/{transferId}/acceptance',
  activateEnrolment: 'POST /v1/enrolments/{enrolmentId}/activation',
  addWebhook: 'POST /v1/webhooks',
  adjustAccount: 'POST /v1/ledger/adjustments',
  approveTrustInput: 'POST /v1/trust-inputs/{trustInputId}/approval',
  authoriseFacility: 'POST /v1/facilities/{facilityId}/authorisation',
  beginEnrolment: 'POST /v1/enrolments',
  beginSignIn: 'POST /v1/page-sessions/oidc',
  bindToken: 'POST /v1/tokens/binding',
  changeParty: 'POST /v1/parties/{partyId}/versions',
  clearLatch: 'POST /v1/latches/{latchId}/clearing',
  clearLatches: 'POST /v1/latch-clearings',
  closeIncident: 'POST /v1/incidents/{incidentId}/closing',
  countHostsByFacility: 'GET /v1/overview/facilities',
  createPrincipal: 'POST /v1/principals',
  decide: 'POST /v1/decisions',
  declarePrincipalParty: 'POST /v1/principals/{principalId}/party',
  declareScreeningList: 'POST /v1/screening-lists',
  disablePrincipal: 'POST /v1/principals/{principalId}/disabling',
  discloseHost: 'POST /v1/hosts/{hostId}/disclosure',
  drawChallenges: 'POST /v1/challenges/{challengeId}/draw',
  endAccess: 'POST /v1/accesses/{accessId}/end',
  fileFacilityAudit: 'POST /v1/facilities/{facilityId}/audits',
  finishSignIn: 'GET /v1/page-sessions/callback',
  getActs: 'GET /v1/log/acts/{bundle}',
  getAuditRecord: 'GET /v1/audit/{kind}/{recordId}',
  getChallenge: 'GET /v1/challenges/{challengeId}',
  getCheckpoint: 'GET /v1/log/checkpoint',
  getConsistency: 'GET /v1/log/consistency/{oldSize}',
  getCosignedCheckpoint: 'GET /v1/log/checkpoint/cosigned',
  getDecision: 'GET /v1/decisions/{decisionId}',
  getDevice: 'GET /v1/devices/{deviceId}',
  getDeviceStatus: 'GET /v1/devices/{deviceId}/status',
  getDisclosureKeys: 'GET /.well-known/disclosure-keys.json',
  getDrawProof: 'GET /v1/challenges/{challengeId}/proof',
  getFacility: 'GET /v1/facilities/{facilityId}',
  getGrant: 'GET /v1/grants/{grantId}',
  getGrantKeys: 'GET /.well-known/grant-keys.json',
  getHealth: 'GET /healthz',
  getHost: 'GET /v1/hosts/{hostId}',
  getHostChallenge: 'GET /v1/host/challenge',
  getHostLocation: 'GET /v1/hosts/{hostId}/location',
  getHostLocationPicture: 'GET /v1/hosts/{hostId}/location/picture',
  getHostStatus: 'GET /v1/hosts/{hostId}/status',
  getIncident: 'GET /v1/incidents/{incidentId}',
  getJwks: 'GET /.well-known/jwks.json',
  getLatch: 'GET /v1/latches/{latchId}',
  getLicence: 'GET /v1/licences/{licenceId}',
  getLicenceDeliveries: 'GET /v1/licences/{licenceId}/deliveries',
  getLicenceReport: 'GET /v1/licences/{licenceId}/report',
  getLicenceStatus: 'GET /v1/licences/{licenceId}/status',
  getLogKey: 'GET /v1/log/key',
  getManifest: 'GET /v1/device-manifests/{manifestId}',
  getManifestContent: 'GET /v1/device-manifests/{manifestId}/content',
  getMetrics: 'GET /metrics',
  getOpenApi: 'GET /openapi.json',
  getOrigins: 'GET /v1/log/origins',
  getOverview: 'GET /v1/overview',
  getOwnHost: 'GET /v1/host',
  getPageSession: 'GET /v1/page-sessions/current',
  getParty: 'GET /v1/parties/{partyId}',
  getPartyDeliveries: 'GET /v1/parties/{partyId}/deliveries',
  getPastStatusList: 'GET /v1/status-lists/{list}/past',
  getPermitKeys: 'GET /.well-known/permit-keys.json',
  getReadiness: 'GET /readyz',
  getReceipt: 'GET /v1/log/receipts/{leafIndex}',
  getRecords: 'GET /v1/log/records/{bundle}',
  getReportKeys: 'GET /.well-known/report-keys.json',
  getResult: 'GET /v1/sessions/{sessionId}/ear',
  getSession: 'GET /v1/sessions/{sessionId}',
  getSignInMethods: 'GET /v1/sign-in',
  getStatusList: 'GET /v1/status-lists/{list}',
  getStatusListKeys: 'GET /.well-known/status-list-keys.json',
  getSubmission: 'GET /v1/sessions/{sessionId}/evidence',
  getTile: 'GET /v1/log/tile/{tile}',
  getTrustInput: 'GET /v1/trust-inputs/{trustInputId}',
  grantLicence: 'POST /v1/licences',
  importDevices: 'POST /v1/devices/import',
  importManifest: 'POST /v1/device-manifests',
  importParties: 'POST /v1/parties/import',
  importPlatformCertificate: 'POST /v1/platform-certificates',
  importScreenings: 'POST /v1/screenings/import',
  issueMeshPermits: 'POST /v1/landmarks/{landmarkId}/permits',
  issueProbePermits: 'POST /v1/sessions/{sessionId}/permits',
  issueSession: 'POST /v1/sessions',
  judgeNras: 'POST /v1/nras-judgements',
  liftLegalHold: 'POST /v1/legal-holds/{legalHoldId}/lifting',
  listAccesses: 'GET /v1/accesses',
  listAccounts: 'GET /v1/ledger/accounts',
  listAllocations: 'GET /v1/allocations',
  listChallenges: 'GET /v1/challenges',
  listDecisions: 'GET /v1/decisions',
  listDeletions: 'GET /v1/retention/deletions',
  listDeviceHosts: 'GET /v1/devices/{deviceId}/hosts',
  listDeviceIncidents: 'GET /v1/devices/{deviceId}/incidents',
  listDeviceLicences: 'GET /v1/devices/{deviceId}/licences',
  listDevices: 'GET /v1/devices',
  listEnrolmentTokens: 'GET /v1/enrolment-tokens',
  listEnrolments: 'GET /v1/enrolments',
  listEntries: 'GET /v1/ledger/entries',
  listEvents: 'GET /v1/events',
  listFacilities: 'GET /v1/facilities',
  listFacilityAudits: 'GET /v1/facility-audits',
  listFacilityAuthorisations: 'GET /v1/facilities/{facilityId}/authorisations',
  listFacilityPlaces: 'GET /v1/overview/places',
  listGrants: 'GET /v1/grants',
  listHostAppraisals: 'GET /v1/hosts/{hostId}/appraisals',
  listHostGrants: 'GET /v1/hosts/{hostId}/grants',
  listHosts: 'GET /v1/hosts',
  listIncidents: 'GET /v1/incidents',
  listKnowYourCustomer: 'GET /v1/parties/{partyId}/know-your-customer',
  listLandmarkMeasurements: 'GET /v1/landmarks/{landmarkId}/measurements',
  listLandmarks: 'GET /v1/landmarks',
  listLatches: 'GET /v1/latches',
  listLegalHolds: 'GET /v1/legal-holds',
  listLicences: 'GET /v1/licences',
  listManifests: 'GET /v1/device-manifests',
  listParties: 'GET /v1/parties',
  listPartyVersions: 'GET /v1/parties/{partyId}/versions',
  listPrincipals: 'GET /v1/principals',
  listScreeningLists: 'GET /v1/screening-lists',
  listScreenings: 'GET /v1/parties/{partyId}/screenings',
  listSigningKeys: 'GET /v1/keys',
  listTokens: 'GET /v1/tokens',
  listTransfers: 'GET /v1/device-transfers',
  listTrustInputs: 'GET /v1/trust-inputs',
  listUsageReports: 'GET /v1/usage-reports',
  listWebhooks: 'GET /v1/webhooks',
  maintainDevice: 'POST /v1/devices/{deviceId}/maintenance',
  mintEnrolmentToken: 'POST /v1/enrolment-tokens',
  mintToken: 'POST /v1/tokens',
  noteIncident: 'POST /v1/incidents/{incidentId}/notes',
  offerTransfer: 'POST /v1/devices/{deviceId}/transfers',
  orderChallenges: 'POST /v1/challenges',
  placeLegalHold: 'POST /v1/legal-holds',
  planRetention: 'GET /v1/retention/plan',
  previewTrustChange: 'POST /v1/trust-inputs/preview',
  proposeFacility: 'POST /v1/facilities',
  proposeTrustInput: 'POST /v1/trust-inputs',
  proveGuest: 'POST /v1/enrolments/{enrolmentId}/evidence',
  recordKnowYourCustomer: 'POST /v1/parties/{partyId}/know-your-customer',
  refuseFacility: 'POST /v1/facilities/{facilityId}/refusal',
  refuseTransfer: 'POST /v1/device-transfers/{transferId}/refusal',
  refuseTrustInput: 'POST /v1/trust-inputs/{trustInputId}/refusal',
  registerDevice: 'POST /v1/devices',
  registerParty: 'POST /v1/parties',
  reinstateHost: 'POST /v1/hosts/{hostId}/reinstatement',
  removeWebhook: 'DELETE /v1/webhooks/{webhookId}',
  renewGrant: 'POST /v1/grants/renewals',
  replayEvents: 'POST /v1/webhooks/{webhookId}/replay',
  reportIncident: 'POST /v1/incidents/{incidentId}/report',
  reportUsage: 'POST /v1/usage-reports',
  reportUsageOfHost: 'POST /v1/hosts/{hostId}/usage-reports',
  resumeDevice: 'POST /v1/devices/{deviceId}/resumption',
  retireDevice: 'POST /v1/devices/{deviceId}/retirement',
  returnDevice: 'POST /v1/devices/{deviceId}/return',
  revokeEnrolmentToken: 'DELETE /v1/enrolment-tokens/{enrolmentTokenId}',
  revokeGrant: 'POST /v1/grants/{grantId}/revocation',
  revokeToken: 'POST /v1/tokens/{tokenId}/revocation',
  rotateSigningKeys: 'POST /v1/keys/{purpose}/rotation',
  rotateWebhookSecret: 'POST /v1/webhooks/{webhookId}/secret',
  ruleOnAllocation: 'POST /v1/allocations/{allocationId}/ruling',
  ruleOnLicence: 'POST /v1/licences/{licenceId}/ruling',
  screenParty: 'POST /v1/parties/{partyId}/screening',
  shipDevice: 'POST /v1/devices/{deviceId}/shipment',
  signInWithToken: 'POST /v1/page-sessions',
  signOut: 'DELETE /v1/page-sessions/current',
  startAccess: 'POST /v1/accesses',
  streamEvents: 'GET /v1/events/stream',
  submitEvidence: 'POST /v1/sessions/{sessionId}/evidence',
  submitLocation: 'POST /v1/sessions/{sessionId}/location',
  submitMesh: 'POST /v1/landmarks/{landmarkId}/receipts',
  suspendHost: 'POST /v1/hosts/{hostId}/suspension',
  testWebhook: 'POST /v1/webhooks/{webhookId}/test',
  withdrawFacility: 'POST /v1/facilities/{facilityId}/withdrawal',
  withdrawTransfer: 'POST /v1/device-transfers/{transferId}/withdrawal',
  withdrawTrustInput: 'POST /v1/trust-inputs/{trustInputId}/withdrawal',
} as const;

export type Schema0 = string | number | boolean | null | readonly Schema0[] | { readonly [name: string]: Schema0 };

export type Schema1 = string | number | boolean | null | readonly Schema1[] | { readonly [name: string]: Schema1 };

export type AccessEndRequest = {
  readonly endedAt?: string;
  readonly reason: string;
};

export type AccessRequest = {
  readonly partyId: string;
  readonly hostId?: string;
  readonly facilityId?: string;
  readonly startedAt?: string;
};

export type ActivationRequest = {
  readonly proof: string;
};

export type Adjustment = {
  readonly account: string;
  readonly amount: number;
  readonly period?: string;
  readonly reason: string;
};

export type AllocationRuling = {
  readonly state: "committed" | "released";
  readonly reason: string;
};

export type AnchorsContent = {
  readonly name: string;
  readonly version: string;
  readonly purpose: "tpm-ek" | "intel-sgx-root" | "amd-ark" | "azure-vtpm-ak" | "nvidia-device-root" | "nvidia-rim-root" | "tcg-platform-ca";
  readonly certificates: string;
};

export type AppraisedDevice = {
  readonly id: string;
  readonly kind: string;
  readonly facts: Facts;
  readonly level: Level;
  readonly chip?: ChipEvidence;
  readonly reported?: ReportedGpu;
  readonly label: string;
  readonly next: {
    readonly level: Level;
    readonly missing: readonly {
      readonly code: string;
      readonly sentence: string;
      readonly mend: string;
    }[];
  } | null;
};

export type Area = {
  readonly type: "Point";
  readonly coordinates: readonly [number, number];
  readonly radiusMeters: number;
} | {
  readonly type: "Polygon";
  readonly coordinates: readonly (readonly (readonly [number, number])[])[];
} | {
  readonly type: "MultiPolygon";
  readonly coordinates: readonly (readonly (readonly (readonly [number, number])[])[])[];
};

export type AuthorisedArea = {
  readonly kind: "geofence";
} | {
  readonly kind: "countries";
  readonly name: string;
  readonly countries: readonly string[];
  readonly reading: "land-only" | "strict";
};

export type ChallengeOutcome = "pending" | "answered" | "not-shown" | "refused" | "unanswered" | "unreachable";

export type ChallengeRequest = {
  readonly of: {
    readonly kind: "licence";
    readonly id: string;
  } | {
    readonly kind: "facility";
    readonly id: string;
  } | {
    readonly kind: "party";
    readonly id: string;
  };
  readonly devices?: number;
  readonly percent?: number;
  readonly answerWithinSeconds?: number;
  readonly commitment: string;
  readonly reason: string;
};

export type Check = {
  readonly id: string;
  readonly status: "pass" | "fail";
  readonly expected?: string;
  readonly actual?: string;
  readonly where?: string;
};

export type ChipEvidence = {
  readonly item: string;
  readonly outcome: "attested" | "unproven" | "refused";
  readonly identity: string | null;
  readonly ueid: string | null;
  readonly model: string | null;
  readonly chip: string | null;
  readonly driverVersion: string | null;
  readonly vbiosVersion: string | null;
  readonly mode: "spt" | "mpt" | "ppcie" | null;
  readonly fwid: "match" | "mismatch" | "absent" | null;
  readonly measurements: readonly ({
    readonly component: "driver" | "vbios";
    readonly rimId: string | null;
    readonly verdict: "match" | "mismatch" | "unknown";
    readonly mismatches: readonly ({
      readonly index: number;
      readonly expected: readonly string[];
      readonly actual: string | null;
    })[];
    readonly why: string | null;
  })[];
  readonly validUntil: string | null;
};

export type ChipQuantity = {
  readonly model: string;
  readonly quantity: number;
};

export type ChipTableContent = {
  readonly name: string;
  readonly version: string;
  readonly ruleVersion: string;
  readonly models: readonly {
    readonly model: string;
    readonly tpp: number;
    readonly format: string;
    readonly source: string;
    readonly peakE12PerSecond: number;
    readonly dramBandwidthGBs?: number;
  }[];
};

export type DecisionAction = "use" | "allocate";

export type DecisionRequest = {
  readonly licenceId: string;
  readonly action?: DecisionAction;
  readonly devices?: readonly string[];
  readonly chips?: readonly ChipQuantity[];
  readonly purpose?: string;
  readonly dryRun?: boolean;
};

export type DeviceFact = "declared" | "host-reported" | "attested";

export type DeviceRequest = {
  readonly kind: "host-tpm" | "host-tee" | "gpu" | "switch";
  readonly model?: string;
  readonly serial?: string;
  readonly identity?: {
    readonly type: "tpm-ek" | "host-key" | "nvidia-chip-key";
    readonly sha256: string;
  };
  readonly facilityId?: string;
  readonly partyId?: string;
};

export type DeviceStateName = "declared" | "shipped" | "due" | "verified" | "missing" | "maintenance" | "returned" | "transferred" | "retired";

export type DisclosedVerdict = {
  readonly verdict: "inconclusive" | "inconsistent" | "proven-outside" | "proven-inside";
  readonly area: string;
  readonly grade: Grade | null;
  readonly f: number | null;
  readonly byGrade: {
    readonly A: number | null;
    readonly B: number | null;
  };
  readonly insideGeofence: boolean;
  readonly reason: {
    readonly code: string;
    readonly sentence: string;
  } | null;
};

export type Disclosure = "full" | "area-only";

export type DisclosureRequest = {
  readonly holderKey?: ManifestKey;
};

export type DrawRequest = {
  readonly secret: string;
};

export type Drawn = {
  readonly account: string;
  readonly unit: "chips" | "tpp" | "operations-e12";
  readonly amount: number;
  readonly taken: number;
  readonly cap: number | null;
};

export type EnrolmentRequest = {
  readonly kind?: "tpm";
  readonly tpm: {
    readonly ekCertificate: string;
    readonly ekIntermediates?: readonly string[];
    readonly ekPublic: string;
    readonly akPublic: string;
    readonly platform?: {
      readonly certificate: string;
      readonly intermediates?: readonly string[];
    };
  };
  readonly hostname?: string;
} | {
  readonly kind: "tee";
  readonly hostname?: string;
};

export type EnrolmentTokenRequest = {
  readonly facilityId: string;
  readonly expiresInSeconds?: number;
  readonly devices?: readonly ({
    readonly kind: "host-tpm" | "host-tee" | "gpu" | "switch";
    readonly serial: string;
  })[];
};

export type FacilityAuditContent = {
  readonly name: string;
  readonly version: string;
  readonly facilityId: string;
  readonly auditedAt: string;
  readonly validUntil: string;
  readonly tamperSignal: boolean;
  readonly reportSha256: string;
  readonly summary: string;
  readonly auditor: string;
  readonly auditorParty?: string | null;
};

export type FacilityAuditRequest = {
  readonly auditedAt: string;
  readonly validUntil: string;
  readonly tamperSignal: boolean;
  readonly reportSha256: string;
  readonly summary: string;
};

export type FacilityAuthorisation = {
  readonly digest: string;
  readonly authorisedFrom?: string;
  readonly authorisedUntil?: string;
  readonly tier?: string;
  readonly governmentAgreement?: boolean;
  readonly authorisedArea?: AuthorisedArea;
  readonly disclosure?: Disclosure;
  readonly reason: string;
};

export type FacilityRequest = {
  readonly name: string;
  readonly country: string;
  readonly operatorTenant: string;
  readonly area: Area;
};

export type Facts = {
  readonly device: DeviceFact;
  readonly host: HostFact;
  readonly place: Place;
  readonly audit: {
    readonly auditedAt: string | null;
    readonly tamperSignal: boolean;
  };
  readonly gpuBinding: GpuBinding;
};

export type GpuBinding = "not-applicable" | "none" | "measured-cvm" | "timed" | "tdisp";

export type Grade = "A" | "B";

export type GrantStatus = "valid" | "invalid" | "suspended";

export type HostFact = "none" | "tpm" | "tee" | "sealed";

export type HostStateName = "suspended" | "never" | "refused" | "stale" | "earlier-trust" | "proven";

export type IncidentKind = "diversion" | "duplicate-device" | "spoofed-location" | "missing-devices" | "tampering";

export type IssuedGrant = {
  readonly grantId: string;
  readonly hostId: string;
  readonly grant: string;
  readonly expiresAt: string;
  readonly renewAfter: string;
  readonly devices: readonly string[];
  readonly leafIndex: number;
};

export type IssuerSignIn = {
  readonly returnTo: string;
};

export type KeyPurpose = "ear" | "permit" | "grant" | "status" | "report" | "disclosure" | "seal";

export type KnowYourCustomer = {
  readonly id: string;
  readonly partyId: string;
  readonly reference: string;
  readonly dated: string;
  readonly reviewer: string;
  readonly recordedBy: string;
  readonly recordedAt: string;
  readonly leafIndex: number;
  readonly receipt?: Receipt;
};

export type KnowYourCustomerRequest = {
  readonly reference: string;
  readonly dated: string;
  readonly reviewer: string;
};

export type LandmarkContent = {
  readonly name: string;
  readonly version: string;
  readonly operator: string;
  readonly company: string;
  readonly site: string;
  readonly country: string;
  readonly place: {
    readonly latitude: number;
    readonly longitude: number;
  };
  readonly uncertaintyMeters: number;
  readonly key: string;
  readonly addresses: readonly {
    readonly address: string;
    readonly port: number;
  }[];
  readonly placeBasis: {
    readonly kind: "audit";
    readonly auditedAt: string;
    readonly auditor: string;
    readonly sealedUnit: string;
  } | {
    readonly kind: "mesh";
  };
};

export type LandmarkStanding = "counts" | "quarantined" | "audit-lapsed" | "place-unproven";

export type Latch = {
  readonly id: string;
  readonly subject: string;
  readonly code: string;
  readonly sentence: string;
  readonly since: string;
};

export type Level = "G0" | "G1" | "G2" | "G3" | "G4";

export type LicenceConditions = {
  readonly validFrom: string;
  readonly validUntil: string;
  readonly parties: readonly string[];
  readonly facilities: readonly string[];
  readonly devices: readonly string[];
  readonly minimumLevel?: Level;
  readonly minimumFacts?: {
    readonly device?: DeviceFact;
    readonly host?: HostFact;
    readonly place?: {
      readonly verdict: "proven-inside";
      readonly grade: "A" | "B";
      readonly f: number;
    };
  };
  readonly evidenceMaxAgeSeconds: number;
  readonly referenceSets: "any-approved" | "not-required" | readonly string[];
  readonly placeDisclosure?: Disclosure;
  readonly waivers?: readonly Waivable[];
  readonly rulePacks: "none" | readonly {
    readonly name: string;
    readonly version: string;
  }[];
  readonly consignee?: string;
  readonly endUser?: string;
  readonly purpose?: string;
  readonly basis?: string;
  readonly certifications?: readonly string[];
  readonly models?: readonly ChipQuantity[];
  readonly tppCap?: number;
  readonly computeQuota?: {
    readonly operationsE12: number;
    readonly windowDays: number;
  };
  readonly metering?: {
    readonly sources: readonly string[];
    readonly leastPercent: number;
    readonly reportWithinSeconds: number;
    readonly operators?: boolean;
  };
  readonly leaseSeconds?: number;
  readonly graceSeconds?: number;
  readonly maxClusterDevices?: number;
};

export type LicenceReport = {
  readonly decisions: readonly ProvenLeaf[];
  readonly deleted: readonly ({
    readonly class: "grants" | "usage" | "payments" | "decisions" | "evidence" | "documents" | "sessions" | "events";
    readonly until: string;
  })[];
  readonly devices: readonly ReportedDevice[];
  readonly format: "sextant-report/1";
  readonly grants: readonly {
    readonly grantId: string;
    readonly hostId: string;
    readonly issuedAt: string;
    readonly expiresAt: string;
    readonly devices: number;
    readonly status: GrantStatus;
    readonly leafIndex: number;
  }[];
  readonly holds: readonly Latch[];
  readonly incidents: readonly ({
    readonly id: string;
    readonly kind: IncidentKind;
    readonly state: "open" | "reported" | "closed";
    readonly subjects: readonly string[];
    readonly openedAt: string;
    readonly dueAt: string;
    readonly overdue: boolean;
    readonly reportedAt: string | null;
    readonly closedAt: string | null;
  })[];
  readonly inventoryAt: string;
  readonly issuer: string;
  readonly ledger: readonly ({
    readonly account: string;
    readonly unit: "chips" | "tpp" | "operations-e12";
    readonly reserved: number;
    readonly committed: number;
    readonly inPeriod: number | null;
  })[];
  readonly licence: {
    readonly id: string;
    readonly holder: string;
    readonly status: "active" | "suspended" | "revoked";
    readonly conditionsSha256: string;
    readonly validFrom: string;
    readonly validUntil: string;
    readonly minimumLevel: Level | null;
    readonly evidenceMaxAgeSeconds: number;
    readonly waivers: readonly Waivable[];
    readonly rulePacks: readonly ({
      readonly name: string;
      readonly version: string;
      readonly sha256: string | null;
    })[];
    readonly leafIndex: number;
  };
  readonly log: {
    readonly origin: string;
    readonly size: number;
    readonly checkpoint: string;
  };
  readonly period: {
    readonly from: string;
    readonly until: string;
  };
  readonly reader: "all-tenants" | "holder";
  readonly totals: {
    readonly devices: {
      readonly named: number;
      readonly verified: number;
      readonly missing: number;
      readonly moved: number;
      readonly held: number;
    };
    readonly challenges: {
      readonly drawn: number;
      readonly answered: number;
      readonly unanswered: number;
    };
    readonly decisions: {
      readonly allowed: number;
      readonly denied: number;
    };
    readonly grants: {
      readonly issued: number;
      readonly valid: number;
      readonly suspended: number;
      readonly invalid: number;
      readonly ended: number;
    };
    readonly incidents: {
      readonly open: number;
      readonly overdue: number;
    };
  };
  readonly trustInputs: {
    readonly count: number;
    readonly sha256: string;
    readonly selfApproved: boolean;
    readonly inputs: readonly {
      readonly kind: TrustKind;
      readonly name: string;
      readonly version: string;
      readonly sha256: string;
    }[] | null;
  };
  readonly verifier: {
    readonly developer: string;
    readonly build: string;
    readonly operatedBy: readonly string[];
  };
};

export type LicenceRequest = {
  readonly tenant: string;
  readonly conditions: LicenceConditions;
};

export type LicenceRuling = {
  readonly status: "active" | "suspended" | "revoked";
  readonly reason: string;
};

export type LinkedDevice = {
  readonly id: string;
  readonly kind: string;
  readonly serial: string | null;
  readonly link: "ek-digest" | "host-key" | "chip-certificate" | "operator-claimed" | "undeclared";
};

export type LocationRequest = {
  readonly receipts: readonly string[];
};

export type LocationVerdict = {
  readonly verdict: "inconclusive" | "inconsistent" | "proven-outside" | "proven-inside";
  readonly area: string;
  readonly grade: Grade | null;
  readonly f: number | null;
  readonly byGrade: {
    readonly A: number | null;
    readonly B: number | null;
  };
  readonly insideGeofence: boolean;
  readonly radiusMeters: number | null;
  readonly landmarks: readonly string[];
  readonly controlGroups: number;
  readonly reason: {
    readonly code: string;
    readonly sentence: string;
  } | null;
  readonly elsewhere: {
    readonly place: {
      readonly latitude: number;
      readonly longitude: number;
    };
    readonly country: string | null;
  } | null;
  readonly involved: readonly string[];
  readonly help: {
    readonly kind: "landmark";
    readonly landmarkId: string;
  } | {
    readonly kind: "place";
    readonly near: {
      readonly latitude: number;
      readonly longitude: number;
    };
    readonly withinMeters: number;
  } | null;
};

export type LogGrowth = {
  readonly oldSize: number;
  readonly consistencyProof: readonly string[];
  readonly checkpoint: string;
};

export type MaintenanceRequest = {
  readonly until: string;
  readonly reason: string;
};

export type ManifestKey = {
  readonly kty: "OKP";
  readonly crv: "Ed25519";
  readonly x: string;
} | {
  readonly kty: "EC";
  readonly crv: "P-256";
  readonly x: string;
  readonly y: string;
} | {
  readonly kty: "EC";
  readonly crv: "P-384";
  readonly x: string;
  readonly y: string;
};

export type ManufacturerContent = {
  readonly name: string;
  readonly version: string;
  readonly purpose: "device-manifest";
  readonly kinds: readonly ("gpu" | "switch" | "host-tpm")[];
  readonly keys: readonly ManifestKey[];
};

export type MeshPermitsRequest = {
  readonly exchangeKey: string;
};

export type MeshRequest = {
  readonly measured: readonly {
    readonly permit: string;
    readonly receipt: string;
  }[];
};

export type Move = "proven-outside" | "facility-changed" | "facility-not-licensed" | "returned" | "transferred";

export type NotPerformed = {
  readonly id: string;
  readonly reason: string;
};

export type NrasQuestion = {
  readonly answer: string;
  readonly nonce: string;
};

export type OperatorUsageRequest = {
  readonly licenceId: string;
  readonly from: string;
  readonly until: string;
  readonly unit: "operations-e12" | "chip-seconds";
  readonly amount: number;
  readonly source: string;
  readonly purpose: string;
};

export type PartyChangeRequest = {
  readonly legalName?: string;
  readonly country?: string;
  readonly parentId?: string | null;
  readonly ultimateParentId?: string | null;
  readonly ownUltimateParent?: boolean;
  readonly headquarters?: string;
  readonly source?: string;
  readonly dated?: string;
  readonly reason: string;
};

export type PartyRequest = {
  readonly legalName: string;
  readonly country: string;
  readonly reference?: string;
  readonly parentId?: string;
  readonly ultimateParentId?: string;
  readonly ownUltimateParent?: boolean;
  readonly headquarters?: string;
  readonly source?: string;
  readonly dated?: string;
};

export type Place = {
  readonly verdict: "unmeasured" | "inconclusive" | "inconsistent" | "proven-outside" | "proven-inside";
  readonly grade: Grade | null;
  readonly toleratedLiars: number | null;
  readonly byGrade?: {
    readonly A: number | null;
    readonly B: number | null;
  };
  readonly insideGeofence: boolean;
  readonly keyCustody: "operator-extractable" | "sealed";
};

export type Platform = {
  readonly intel: {
    readonly fmspc: string;
    readonly pceId: string;
    readonly ppid: string | null;
    readonly piid: string | null;
  } | null;
  readonly amd: {
    readonly product: string;
    readonly chipId: string | null;
    readonly cspId: string | null;
  } | null;
  readonly vtpmAkSha256: string | null;
};

export type PlatformCertificateRequest = {
  readonly platformCertificate: string;
  readonly platformIntermediates?: readonly string[];
  readonly ekCertificate: string;
  readonly ekIntermediates?: readonly string[];
};

export type PreviewRequest = {
  readonly change: "approve";
  readonly trustInputId: string;
} | {
  readonly change: "withdraw";
  readonly trustInputId: string;
} | {
  readonly change: "content";
  readonly proposal: {
    readonly kind: "anchors";
    readonly content: AnchorsContent;
  } | {
    readonly kind: "publisher";
    readonly content: PublisherContent;
  } | {
    readonly kind: "manufacturer";
    readonly content: ManufacturerContent;
  } | {
    readonly kind: "landmark";
    readonly content: LandmarkContent;
  } | {
    readonly kind: "rule-pack";
    readonly content: RulePack;
  } | {
    readonly kind: "chip-table";
    readonly content: ChipTableContent;
  } | {
    readonly kind: "retention-rule";
    readonly content: RetentionRuleContent;
  } | {
    readonly kind: "reference-set";
    readonly content: ReferenceSet;
  };
};

export type PrincipalParty = {
  readonly partyId: string;
};

export type PrincipalRequest = {
  readonly name: string;
  readonly role: Role;
  readonly tenant: string;
  readonly partyId?: string;
};

export type Proposal = {
  readonly kind: "anchors";
  readonly content: AnchorsContent;
} | {
  readonly kind: "publisher";
  readonly content: PublisherContent;
} | {
  readonly kind: "manufacturer";
  readonly content: ManufacturerContent;
} | {
  readonly kind: "landmark";
  readonly content: LandmarkContent;
} | {
  readonly kind: "rule-pack";
  readonly content: RulePack;
} | {
  readonly kind: "chip-table";
  readonly content: ChipTableContent;
} | {
  readonly kind: "retention-rule";
  readonly content: RetentionRuleContent;
} | {
  readonly kind: "reference-set";
  readonly content: ReferenceSet;
  readonly publication?: Publication;
};

export type ProvenLeaf = {
  readonly leafIndex: number;
  readonly act: { readonly [name: string]: unknown };
  readonly salt: string;
  readonly inclusionProof: readonly string[];
};

export type Publication = {
  readonly publisher: string;
  readonly issuedAt: string;
  readonly signature: string;
};

export type PublisherContent = {
  readonly name: string;
  readonly version: string;
  readonly keys: readonly {
    readonly kty: "OKP";
    readonly crv: "Ed25519";
    readonly x: string;
  }[];
};

export type Reason = {
  readonly code: string;
  readonly kind: "violated" | "unproven" | "unavailable";
  readonly sentence: string;
  readonly subject?: string;
  readonly mend?: string;
};

export type Reasoned = {
  readonly reason: string;
};

export type Receipt = {
  readonly leafIndex: number;
  readonly act: { readonly [name: string]: unknown };
  readonly salt: string;
  readonly inclusionProof: readonly string[];
  readonly checkpoint: string;
};

export type ReferenceSet = TpmReferenceSet | TdxReferenceSet | SnpReferenceSet;

export type RenewalRequest = {
  readonly licenceId: string;
  readonly listDevices?: boolean;
  readonly witnesses?: number;
};

export type ReportedDevice = {
  readonly id: string;
  readonly kind: string;
  readonly model: string | null;
  readonly provenModel: string | null;
  readonly serial: string | null;
  readonly serialLink: SerialLink;
  readonly facilityId: string | null;
  readonly hostId: string | null;
  readonly state: DeviceStateName;
  readonly moved: readonly Move[];
  readonly level: Level;
  readonly label: string;
  readonly facts: Facts;
  readonly weaknesses: readonly string[];
  readonly evidenceIssuedAt: string | null;
  readonly evidenceAgeSeconds: number | null;
  readonly missingAt: string | null;
  readonly history: readonly {
    readonly at: string;
    readonly from: string;
    readonly to: string;
    readonly leafIndex: number;
  }[];
  readonly historyIsCut: boolean;
  readonly holds: readonly Latch[];
  readonly challenges: readonly ({
    readonly orderId: string;
    readonly drawnAt: string;
    readonly sessionId: string | null;
    readonly outcome: ChallengeOutcome;
  })[];
};

export type ReportedGpu = {
  readonly index: number;
  readonly uuid: string;
  readonly name: string;
  readonly serial: string | null;
  readonly pciBusId: string;
  readonly driverVersion: string;
  readonly vbiosVersion: string | null;
  readonly why: {
    readonly code: string;
    readonly detail: string;
  };
};

export type RetentionRuleContent = {
  readonly name: string;
  readonly version: string;
  readonly basis: string;
  readonly keepDays: {
    readonly grants?: number;
    readonly usage?: number;
    readonly decisions?: number;
    readonly evidence?: number;
    readonly sessions?: number;
    readonly events?: number;
  };
};

export type Revocation = {
  readonly reason: string;
};

export type Role = "exporter" | "operator" | "authority" | "auditor" | "administrator";

export type Rotation = {
  readonly reason: string;
  readonly compromised?: boolean;
};

export type RulePack = {
  readonly manifest: {
    readonly name: string;
    readonly version: string;
    readonly title: string;
    readonly status: "in-force" | "codified-unenforced" | "proposed" | "withdrawn" | "example";
    readonly jurisdiction: string | "any";
    readonly effectiveFrom: string | null;
    readonly effectiveUntil: string | null;
    readonly sources: readonly ({
      readonly title: string;
      readonly url: string;
      readonly basis: "primary" | "secondary" | "memory" | "own";
    })[];
    readonly gaps: readonly string[];
  };
  readonly schema: string;
  readonly policies: string;
  readonly data: {
    readonly countries: { readonly [name: string]: readonly string[] };
    readonly lists: { readonly [name: string]: readonly string[] };
    readonly limits: { readonly [name: string]: number };
    readonly chips: { readonly [name: string]: {
        readonly tpp: number;
        readonly format: string;
        readonly source: string;
        readonly ruleVersion: string;
        readonly dramBandwidthGBs?: number;
      } };
    readonly reportDays?: { readonly [name: string]: number };
  };
  readonly tests: {
    readonly input: { readonly [name: string]: Schema0 };
    readonly tests: readonly ({
      readonly name: string;
      readonly set?: { readonly [name: string]: Schema1 };
      readonly remove?: readonly string[];
      readonly outcome: "allow" | "deny";
      readonly codes: readonly string[];
    })[];
  };
};

export type ScreeningList = {
  readonly version: string;
  readonly reason: string;
  readonly declaredBy: string;
  readonly declaredAt: string;
  readonly graceSeconds: number;
  readonly leafIndex: number;
  readonly receipt?: Receipt;
};

export type ScreeningListRequest = {
  readonly version: string;
  readonly graceSeconds?: number;
  readonly reason: string;
};

export type ScreeningRequest = {
  readonly standing: Standing;
  readonly listVersion?: string;
  readonly clearUntil?: string;
  readonly reason: string;
};

export type SerialLink = "manufacturer-manifest" | "operator-claimed" | "contradicted" | "none";

export type Session = {
  readonly id: string;
  readonly nonce: string;
  readonly issuedAt: string;
  readonly expiresAt: string;
  readonly aud: string;
  readonly tenant: string;
  readonly hostId: string;
  readonly accept: readonly string[];
};

export type ShipmentRequest = {
  readonly dueAfterDays?: number;
  readonly reason: string;
};

export type ShownLevel = "G0" | "G1" | "G2-tpm" | "G2-tee" | "G3" | "G4";

export type SigningKey = {
  readonly kid: string;
  readonly purpose: KeyPurpose;
  readonly alg: string;
  readonly state: "next" | "pending" | "signing" | "retired" | "gone" | "revoked";
  readonly createdAt: string;
  readonly activeFrom: string | null;
  readonly publishedUntil: string | null;
  readonly revokedAt: string | null;
};

export type SnpReferenceSet = {
  readonly kind: "snp";
  readonly name: string;
  readonly version: string;
  readonly publisher: string;
  readonly measurement?: readonly string[];
  readonly hostData?: readonly string[];
  readonly idKeyDigest?: readonly string[];
  readonly authorKeyDigest?: readonly string[];
  readonly familyId?: readonly string[];
  readonly imageId?: readonly string[];
  readonly vtpm?: {
    readonly bank: "sha256" | "sha384" | "sha512";
    readonly pcrs: { readonly [name: string]: readonly string[] };
    readonly denied?: { readonly [name: string]: readonly string[] };
  };
  readonly denied?: {
    readonly measurement?: readonly string[];
    readonly hostData?: readonly string[];
    readonly idKeyDigest?: readonly string[];
    readonly authorKeyDigest?: readonly string[];
    readonly familyId?: readonly string[];
    readonly imageId?: readonly string[];
  };
  readonly policy?: {
    readonly products?: readonly ("Milan" | "Genoa" | "Turin")[];
    readonly vmpls?: readonly number[];
    readonly minimumTcb?: {
      readonly Milan?: {
        readonly fmc?: number;
        readonly bootLoader?: number;
        readonly tee?: number;
        readonly snp?: number;
        readonly microcode?: number;
      };
      readonly Genoa?: {
        readonly fmc?: number;
        readonly bootLoader?: number;
        readonly tee?: number;
        readonly snp?: number;
        readonly microcode?: number;
      };
      readonly Turin?: {
        readonly fmc?: number;
        readonly bootLoader?: number;
        readonly tee?: number;
        readonly snp?: number;
        readonly microcode?: number;
      };
    };
    readonly minimumLaunchTcb?: {
      readonly Milan?: {
        readonly fmc?: number;
        readonly bootLoader?: number;
        readonly tee?: number;
        readonly snp?: number;
        readonly microcode?: number;
      };
      readonly Genoa?: {
        readonly fmc?: number;
        readonly bootLoader?: number;
        readonly tee?: number;
        readonly snp?: number;
        readonly microcode?: number;
      };
      readonly Turin?: {
        readonly fmc?: number;
        readonly bootLoader?: number;
        readonly tee?: number;
        readonly snp?: number;
        readonly microcode?: number;
      };
    };
    readonly acceptProvisionalFirmware?: boolean;
    readonly minimumGuestSvn?: number;
    readonly requiredGuestPolicy?: readonly ("smt" | "single-socket" | "cxl" | "aes-256-xts" | "rapl-disabled" | "ciphertext-hiding" | "page-swap-disabled")[];
    readonly forbiddenGuestPolicy?: readonly ("smt" | "single-socket" | "cxl" | "aes-256-xts" | "rapl-disabled" | "ciphertext-hiding" | "page-swap-disabled")[];
    readonly requiredPlatformInfo?: readonly ("smt" | "tsme" | "ecc" | "rapl-disabled" | "ciphertext-hiding" | "iommu-write-safe" | "tio")[];
    readonly forbiddenPlatformInfo?: readonly ("smt" | "tsme" | "ecc" | "rapl-disabled" | "ciphertext-hiding" | "iommu-write-safe" | "tio")[];
    readonly requiredLaunchMitigations?: string;
    readonly requiredCurrentMitigations?: string;
    readonly signingKeys?: readonly ("vcek" | "vlek")[];
    readonly cspIds?: readonly string[];
    readonly waived?: readonly ("migrate-ma" | "alias-check")[];
  };
  readonly chipIds?: readonly string[];
  readonly sealed: boolean;
  readonly facilities?: readonly string[];
  readonly notes?: string;
};

export type Standing = "clear" | "denied" | "unscreened";

export type SuspensionCause = {
  readonly code: string;
  readonly subject?: string;
  readonly sentence: string;
};

export type TdxReferenceSet = {
  readonly kind: "tdx";
  readonly name: string;
  readonly version: string;
  readonly publisher: string;
  readonly mrTd: readonly string[];
  readonly rtMr?: {
    readonly "0"?: readonly string[];
    readonly "1"?: readonly string[];
    readonly "2"?: readonly string[];
    readonly "3"?: readonly string[];
  };
  readonly mrConfigId?: readonly string[];
  readonly mrOwner?: readonly string[];
  readonly mrOwnerConfig?: readonly string[];
  readonly mrServiceTd?: readonly string[];
  readonly mrSeam?: readonly string[];
  readonly vtpm?: {
    readonly bank: "sha256" | "sha384" | "sha512";
    readonly pcrs: { readonly [name: string]: readonly string[] };
    readonly denied?: { readonly [name: string]: readonly string[] };
  };
  readonly denied?: {
    readonly mrTd?: readonly string[];
    readonly rtMr?: {
      readonly "0"?: readonly string[];
      readonly "1"?: readonly string[];
      readonly "2"?: readonly string[];
      readonly "3"?: readonly string[];
    };
    readonly mrConfigId?: readonly string[];
    readonly mrOwner?: readonly string[];
    readonly mrOwnerConfig?: readonly string[];
    readonly mrServiceTd?: readonly string[];
    readonly mrSeam?: readonly string[];
  };
  readonly policy?: {
    readonly acceptedTcbStatuses?: readonly ("UpToDate" | "SWHardeningNeeded" | "ConfigurationNeeded" | "ConfigurationAndSWHardeningNeeded" | "OutOfDate" | "OutOfDateConfigurationNeeded" | "TDRelaunchAdvised" | "TDRelaunchAdvisedConfigurationNeeded")[];
    readonly outOfDateGraceDays?: number;
    readonly deniedAdvisories?: readonly string[];
    readonly minimumEvaluationNumber?: number;
    readonly waived?: readonly ("sept-ve-disable" | "migratable")[];
  };
  readonly platforms?: readonly string[];
  readonly sealed: boolean;
  readonly facilities?: readonly string[];
  readonly notes?: string;
};

export type TeeEvidenceRequest = {
  readonly mediaType: string;
  readonly value: string;
};

export type TeeKind = "tdx" | "snp" | "azure-tdx" | "azure-snp";

export type TokenKey = string | {
  readonly kty: "EC";
  readonly crv: "P-256";
  readonly x: string;
  readonly y: string;
} | {
  readonly kty: "OKP";
  readonly crv: "Ed25519";
  readonly x: string;
};

export type TokenRequest = {
  readonly principalId: string;
  readonly label: string;
  readonly scopes?: readonly string[];
  readonly expiresInSeconds?: number;
  readonly key?: TokenKey;
  readonly certificate?: string;
  readonly bindWithinSeconds?: number;
};

export type TokenSignIn = {
  readonly token: string;
};

export type TpmReferenceSet = {
  readonly kind: "tpm-pcrs";
  readonly name: string;
  readonly version: string;
  readonly publisher: string;
  readonly bank: "sha256" | "sha384" | "sha512";
  readonly pcrs: { readonly [name: string]: readonly string[] };
  readonly denied?: { readonly [name: string]: readonly string[] };
  readonly minimumFirmwareVersion?: string;
  readonly boot?: {
    readonly secureBoot: true;
    readonly signers: readonly string[];
    readonly dbx?: {
      readonly contains?: readonly string[];
      readonly minimumEntries?: number;
    };
    readonly minimumSbatLevel?: string;
    readonly loaders?: readonly (readonly string[])[];
    readonly kernelCommandLine?: {
      readonly pcr: 8 | 12;
      readonly arguments: readonly string[];
      readonly required?: readonly string[];
    };
    readonly withoutDmaProtection?: true;
    readonly windows?: true;
  };
  readonly ima?: {
    readonly allowed: readonly string[];
    readonly ignored?: readonly string[];
    readonly sha1Templates?: true;
  };
  readonly sealed: boolean;
  readonly facilities?: readonly string[];
  readonly notes?: string;
};

export type TransferRequest = {
  readonly toTenant: string;
  readonly reason: string;
};

export type TrustApproval = {
  readonly digest: string;
};

export type TrustKind = "anchors" | "publisher" | "reference-set" | "manufacturer" | "landmark" | "facility-audit" | "rule-pack" | "chip-table" | "retention-rule";

export type UsageRequest = {
  readonly report: string;
};

export type Waivable = "operator-claimed-serial" | "gpu-binding" | "operator-extractable";

export type Weakness = {
  readonly code: string;
  readonly sentence: string;
};

export type Problem = {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: string;
  readonly detail?: string;
  readonly errors?: readonly {
    readonly path: string;
    readonly expected: string;
    readonly actual?: string;
  }[];
  readonly requestId: string;
};

export type Schema4 = string | number | boolean | null | readonly Schema4[] | { readonly [name: string]: Schema4 };

export type Access = {
  readonly id: string;
  readonly partyId: string;
  readonly tenant: string;
  readonly facilityId: string;
  readonly hostId: string | null;
  readonly knowYourCustomerId: string | null;
  readonly startedAt: string;
  readonly startedBy: string;
  readonly endedAt: string | null;
  readonly endedBy: string | null;
  readonly endedReason: string | null;
  readonly leafIndex: number;
  readonly receipt?: Receipt;
};

export type Account = {
  readonly account: string;
  readonly unit: "chips" | "tpp" | "operations-e12";
  readonly reserved: number;
  readonly committed: number;
  readonly entries: number;
  readonly periods: readonly {
    readonly period: string;
    readonly reserved: number;
    readonly committed: number;
  }[];
};

export type ActPage = {
  readonly acts: readonly {
    readonly leafIndex: number;
    readonly type: string;
    readonly atMs: number;
    readonly tenant: string;
    readonly body: string;
    readonly salt: string;
  }[];
};

export type Allocation = {
  readonly id: string;
  readonly licenceId: string;
  readonly decisionId: string;
  readonly chips: readonly ChipQuantity[];
  readonly tpp: number;
  readonly consigneeId: string;
  readonly country: string;
  readonly period: string;
  readonly state: "reserved" | "committed" | "released";
  readonly at: string;
  readonly changedBy: string | null;
  readonly changedAt: string | null;
  readonly changedReason: string | null;
  readonly leafIndex: number | null;
  readonly receipt?: Receipt;
};

export type AppraisalListed = {
  readonly sessionId: string;
  readonly outcome: "accepted" | "refused";
  readonly at: string;
  readonly reasons: readonly Reason[];
  readonly devices: readonly {
    readonly id: string;
    readonly kind: string;
    readonly label: string;
  }[];
  readonly evidenceSha256: string;
  readonly leafIndex: number;
};

export type AuthorizationStarted = {
  readonly authorizationUrl: string;
};

export type ChallengeOrder = {
  readonly id: string;
  readonly of: {
    readonly kind: "licence";
    readonly id: string;
  } | {
    readonly kind: "facility";
    readonly id: string;
  } | {
    readonly kind: "party";
    readonly id: string;
  };
  readonly state: "ordered" | "drawn" | "ended" | "lapsed";
  readonly wanted: number;
  readonly population: number;
  readonly populationSha256: string;
  readonly commitment: string;
  readonly answerWithinSeconds: number;
  readonly reason: string;
  readonly orderedBy: string;
  readonly orderedAt: string;
  readonly leafIndex: number;
  readonly drawnAt: string | null;
  readonly drawnLeafIndex: number | null;
  readonly deadline: string | null;
  readonly endedAt: string | null;
  readonly devices?: readonly ({
    readonly deviceId: string;
    readonly hostId: string | null;
    readonly sessionId: string | null;
    readonly outcome: ChallengeOutcome;
    readonly settledAt: string | null;
  })[];
  readonly receipt?: Receipt;
};

export type Decision = {
  readonly outcome: "allow" | "deny";
  readonly reasons: readonly Reason[];
  readonly devices: readonly ({
    readonly id: string;
    readonly allowed: boolean;
    readonly level: Level | null;
    readonly label: string | null;
    readonly facts: Facts | null;
    readonly serialLink: SerialLink | null;
    readonly waived: readonly Waivable[];
    readonly evidenceIssuedAt: string | null;
    readonly evidenceExpiresAt: string | null;
    readonly validUntil?: string | null;
    readonly reasons: readonly string[];
  })[];
  readonly validUntil: string | null;
  readonly id: string;
  readonly licenceId: string;
  readonly action: DecisionAction;
  readonly chips: readonly ChipQuantity[];
  readonly at: string;
  readonly dryRun: boolean;
  readonly policy: {
    readonly name: string;
    readonly version: string;
  };
  readonly packs: readonly ({
    readonly name: string;
    readonly version: string;
    readonly digest: string | null;
  })[];
  readonly ledger: readonly Drawn[];
  readonly notCounted: readonly string[];
  readonly screeningList: string | null;
  readonly inputSha256: string | null;
  readonly trustInputs: readonly string[];
  readonly selfApproved: boolean;
  readonly grants?: readonly IssuedGrant[];
  readonly receipt?: Receipt;
};

export type DecisionListed = {
  readonly id: string;
  readonly licenceId: string;
  readonly tenant: string;
  readonly action: DecisionAction;
  readonly outcome: "allow" | "deny";
  readonly at: string;
  readonly codes: readonly string[];
  readonly leafIndex: number;
};

export type Deletion = {
  readonly leafIndex: number;
  readonly class: string;
  readonly at: string;
  readonly until: string;
  readonly count: number;
};

export type Deliveries = {
  readonly devices: number;
  readonly verified: number;
  readonly missing: number;
  readonly verifiedSharePercent: number;
  readonly missingSharePercent: number;
};

export type Device = {
  readonly id: string;
  readonly tenant: string;
  readonly kind: "host-tpm" | "host-tee" | "gpu" | "switch";
  readonly model: string | null;
  readonly serial: string | null;
  readonly identity: {
    readonly type: "tpm-ek" | "host-key" | "nvidia-chip-key";
    readonly sha256: string;
  } | null;
  readonly facilityId: string | null;
  readonly partyId: string | null;
  readonly lifecycle: "in-service" | "returned" | "transferred" | "retired";
  readonly notedState: DeviceStateName;
  readonly shippedAt: string | null;
  readonly dueAfterDays: number;
  readonly maintenanceUntil: string | null;
  readonly createdBy: string;
  readonly createdAt: string;
  readonly changedAt: string;
  readonly leafIndex: number;
  readonly receipt?: Receipt;
};

export type DeviceStatus = {
  readonly id: string;
  readonly kind: string;
  readonly model: string | null;
  readonly serial: string | null;
  readonly provenModel: string | null;
  readonly serialLink: SerialLink;
  readonly lifecycle: string;
  readonly state: DeviceStateName;
  readonly dueAt: string | null;
  readonly missingAt: string | null;
  readonly hostId: string | null;
  readonly facilityId: string | null;
  readonly facts: Facts;
  readonly level: Level;
  readonly label: string;
  readonly evidenceIssuedAt: string | null;
  readonly nextAttestationDue: string | null;
  readonly latches: readonly Latch[];
};

export type DisclosureAnswer = {
  readonly sdJwt: string;
  readonly disclosures: readonly {
    readonly name: string;
    readonly disclosure: string;
  }[];
  readonly expiresAt: string;
  readonly leafIndex: number;
  readonly receipt?: Receipt;
};

export type DrawProof = {
  readonly order: Receipt;
  readonly draw: Receipt;
  readonly growth: LogGrowth;
  readonly population: readonly string[];
};

export type Enrolled = {
  readonly hostId: string;
  readonly tenant: string;
  readonly facilityId: string;
  readonly again: boolean;
  readonly devices: readonly LinkedDevice[];
  readonly receipt?: Receipt;
};

export type Enrolment = {
  readonly id: string;
  readonly tokenId: string;
  readonly tenant: string;
  readonly facilityId: string;
  readonly hostname: string | null;
  readonly kind: "tpm" | "tee";
  readonly outcome: "challenged" | "refused" | "completed";
  readonly checks: readonly Check[];
  readonly notPerformed: readonly NotPerformed[];
  readonly createdAt: string;
  readonly expiresAt: string;
  readonly hostId: string | null;
};

export type EnrolmentChallenge = {
  readonly enrolmentId: string;
  readonly expiresAt: string;
  readonly credentialBlob: string;
  readonly encryptedSecret: string;
};

export type EnrolmentToken = {
  readonly id: string;
  readonly tenant: string;
  readonly facilityId: string;
  readonly state: "usable" | "consumed" | "expired" | "revoked" | "exhausted";
  readonly devices: readonly ({
    readonly kind: "host-tpm" | "host-tee" | "gpu" | "switch";
    readonly serial: string;
  })[];
  readonly attemptsLeft: number;
  readonly createdBy: string;
  readonly createdAt: string;
  readonly expiresAt: string;
  readonly hostId: string | null;
};

export type Entry = {
  readonly account: string;
  readonly number: number;
  readonly period: string | null;
  readonly at: string;
  readonly kind: "reserve" | "commit" | "release" | "adjust";
  readonly reserved: number;
  readonly committed: number;
  readonly licenceId: string | null;
  readonly decisionId: string | null;
  readonly allocationId: string | null;
  readonly by: string;
  readonly reason: string | null;
  readonly leafIndex: number | null;
  readonly receipt?: Receipt;
};

export type Event = {
  readonly id: string;
  readonly sequence: number;
  readonly type: string;
  readonly timestamp: string;
  readonly tenant: string;
  readonly subject: string;
  readonly data: { readonly [name: string]: Schema4 };
};

export type EvidenceAnswer = {
  readonly sessionId: string;
  readonly appraisal: Appraisal;
  readonly ear: string;
  readonly nextAttestationAfter: string;
  readonly receipt?: Receipt;
};

export type Facility = {
  readonly id: string;
  readonly tenant: string;
  readonly operatorTenant: string;
  readonly name: string;
  readonly country: string;
  readonly area: Area;
  readonly digest: string;
  readonly state: "proposed" | "authorised" | "refused" | "withdrawn";
  readonly authorisedFrom: string | null;
  readonly authorisedUntil: string | null;
  readonly tier: string | null;
  readonly governmentAgreement: boolean;
  readonly authorisedArea: AuthorisedArea;
  readonly disclosure: Disclosure;
  readonly proposedBy: string;
  readonly proposedAt: string;
  readonly decidedBy: string | null;
  readonly decidedAt: string | null;
  readonly decidedReason: string | null;
  readonly leafIndex: number;
  readonly receipt?: Receipt;
};

export type FacilityAudit = {
  readonly id: string;
  readonly kind: TrustKind;
  readonly name: string;
  readonly version: string;
  readonly digest: string;
  readonly state: "proposed" | "effective" | "superseded" | "withdrawn" | "refused";
  readonly proposedBy: string;
  readonly proposedAt: string;
  readonly approvedBy: string | null;
  readonly effectiveAt: string | null;
  readonly selfApproved: boolean;
  readonly endedBy: string | null;
  readonly endedAt: string | null;
  readonly endedReason: string | null;
  readonly leafIndex: number;
  readonly receipt?: Receipt;
  readonly content: FacilityAuditContent;
};

export type FacilityPeriods = {
  readonly items: readonly ({
    readonly id: string;
    readonly from: string;
    readonly until: string | null;
    readonly tier: string | null;
    readonly governmentAgreement: boolean;
    readonly decidedBy: string;
    readonly decidedAt: string;
    readonly reason: string;
    readonly withdrawnAt: string | null;
    readonly leafIndex: number;
  })[];
};

export type Grant = {
  readonly grantId: string;
  readonly hostId: string;
  readonly grant: string;
  readonly expiresAt: string;
  readonly renewAfter: string;
  readonly devices: readonly string[];
  readonly leafIndex: number;
  readonly licenceId: string;
  readonly tenant: string;
  readonly hostTenant: string;
  readonly facilityId: string;
  readonly decisionId: string;
  readonly issuedAt: string;
  readonly status: GrantStatus;
  readonly receipt?: Receipt;
};

export type Hold = {
  readonly id: string;
  readonly subject: string;
  readonly code: string;
  readonly sentence: string;
  readonly since: string;
  readonly tenant: string;
  readonly sessionId: string | null;
  readonly clearedAt: string | null;
  readonly clearedBy: string | null;
  readonly clearedReason: string | null;
};

export type Host = {
  readonly id: string;
  readonly tenant: string;
  readonly facilityId: string;
  readonly hostname: string | null;
  readonly kind: "tpm" | "tee";
  readonly tee: TeeKind | null;
  readonly ekSha256: string | null;
  readonly hostKeySha256: string | null;
  readonly enrolledAt: string;
  readonly suspendedAt: string | null;
  readonly suspendedReason: string | null;
  readonly lastSubmission: {
    readonly sessionId: string;
    readonly outcome: "accepted" | "refused";
    readonly evidenceIssuedAt: string;
    readonly reasons: readonly Reason[];
  } | null;
  readonly failures: number;
  readonly unansweredSessions: number;
  readonly nextAttestationAfter: string | null;
  readonly jkt: string;
  readonly akName: string | null;
  readonly ekAnchorSha256: string | null;
  readonly ekValidUntil: string | null;
  readonly platform: Platform | null;
  readonly devices: readonly LinkedDevice[];
};

export type HostChallenge = {
  readonly session: Session | null;
  readonly askAgainAfterSeconds: number;
};

export type HostGrant = {
  readonly licenceId: string;
  readonly grant: {
    readonly grantId: string;
    readonly status: GrantStatus;
    readonly decisionId: string;
    readonly issuedAt: string;
    readonly expiresAt: string;
    readonly renewAfter: string;
    readonly devices: readonly string[];
    readonly heldBy: readonly string[];
  } | null;
  readonly denied: {
    readonly at: string;
    readonly decisionId: string | null;
    readonly reasons: readonly Reason[];
  } | null;
};

export type HostListed = {
  readonly id: string;
  readonly tenant: string;
  readonly facilityId: string;
  readonly hostname: string | null;
  readonly kind: "tpm" | "tee";
  readonly tee: TeeKind | null;
  readonly ekSha256: string | null;
  readonly hostKeySha256: string | null;
  readonly enrolledAt: string;
  readonly suspendedAt: string | null;
  readonly suspendedReason: string | null;
  readonly lastSubmission: {
    readonly sessionId: string;
    readonly outcome: "accepted" | "refused";
    readonly evidenceIssuedAt: string;
    readonly reasons: readonly Reason[];
  } | null;
  readonly failures: number;
  readonly unansweredSessions: number;
  readonly nextAttestationAfter: string | null;
  readonly state: HostStateName;
  readonly level: ShownLevel | null;
};

export type HostLocation = {
  readonly sessionId: string;
  readonly hostId: string;
  readonly disclosure: Disclosure;
  readonly verdict: LocationVerdict | DisclosedVerdict;
  readonly receipts: readonly ({
    readonly landmarkId: string | null;
    readonly counts: boolean;
    readonly failed: readonly Check[];
  })[] | null;
  readonly devices: readonly AppraisedDevice[];
  readonly weaknesses: readonly Weakness[];
  readonly at: string;
  readonly expiresAt: string;
  readonly now: {
    readonly verdict: "unmeasured" | "inconclusive" | "inconsistent" | "proven-outside" | "proven-inside";
    readonly grade: Grade | null;
    readonly toleratedLiars: number | null;
    readonly byGrade?: {
      readonly A: number | null;
      readonly B: number | null;
    };
    readonly insideGeofence: boolean;
  } | null;
  readonly region: { readonly [name: string]: unknown } | null;
  readonly leafIndex: number;
};

export type HostStatus = {
  readonly id: string;
  readonly hostname: string | null;
  readonly lifecycle: string;
  readonly enrolledAt: string;
  readonly lastSession: {
    readonly id: string;
    readonly outcome: "pending" | "accepted" | "refused" | "expired";
    readonly issuedAt: string;
    readonly reasons: readonly Reason[];
  } | null;
  readonly devices: readonly string[];
  readonly level: Level;
  readonly label: string;
  readonly evidenceIssuedAt: string | null;
  readonly nextAttestationDue: string | null;
  readonly latches: readonly Latch[];
};

export type HostsByFacility = {
  readonly at: string;
  readonly items: readonly {
    readonly facilityId: string;
    readonly total: number;
    readonly states: { readonly [name: string]: number };
  }[];
};

export type ImportReport = {
  readonly dryRun: boolean;
  readonly rows: number;
  readonly created: number;
  readonly changed: number;
  readonly unchanged: number;
  readonly rejected: number;
  readonly results: readonly ({
    readonly row: number;
    readonly outcome: "created" | "changed" | "unchanged" | "rejected";
    readonly deviceId: string | null;
    readonly leafIndex: number | null;
    readonly code: "row_malformed" | "field_invalid" | "field_unknown" | "facility_unknown" | "party_unknown" | "identity_differs" | "device_retired" | "device_transferred" | "proof_owed" | "duplicate_row" | null;
    readonly field: string | null;
    readonly message: string | null;
  })[];
};

export type ImportedManifest = {
  readonly id: string;
  readonly kind: "manifest" | "platform-certificate";
  readonly manufacturer: string;
  readonly sha256: string;
  readonly signer: string;
  readonly inForce: boolean;
  readonly issuedAt: string;
  readonly expiresAt: string | null;
  readonly devices: number;
  readonly importedBy: string | null;
  readonly importedAt: string;
  readonly leafIndex: number;
  readonly receipt?: Receipt;
};

export type Incident = {
  readonly id: string;
  readonly tenant: string;
  readonly kind: IncidentKind;
  readonly state: "open" | "reported" | "closed";
  readonly subjects: readonly string[];
  readonly evidence: readonly string[];
  readonly openedAt: string;
  readonly dueAt: string;
  readonly overdue: boolean;
  readonly timesSeen: number;
  readonly lastSeenAt: string;
  readonly reportedAt: string | null;
  readonly reportedBy: string | null;
  readonly reference: string | null;
  readonly closedAt: string | null;
  readonly closedBy: string | null;
  readonly closedReason: string | null;
  readonly notes?: readonly {
    readonly at: string;
    readonly by: string;
    readonly note: string;
  }[];
  readonly leafIndex: number;
  readonly receipt?: Receipt;
};

export type Jwk = {
  readonly kid: string;
  readonly alg: string;
  readonly use: "sig";
  readonly kty: string;
  readonly crv: string;
  readonly x: string;
  readonly y?: string;
};

export type KnowYourCustomerList = {
  readonly items: readonly KnowYourCustomer[];
};

export type LandmarkList = {
  readonly at: string;
  readonly items: readonly ({
    readonly id: string;
    readonly operator: string;
    readonly company: string;
    readonly site: string;
    readonly country: string;
    readonly latitude: number;
    readonly longitude: number;
    readonly uncertaintyMeters: number;
    readonly placeBasis: "audit" | "mesh";
    readonly controlGroup: string;
    readonly standing: LandmarkStanding;
    readonly tolerance: {
      readonly A: number | null;
      readonly B: number | null;
    };
    readonly until: string | null;
    readonly digest: string;
  })[];
};

export type LandmarkMeasurements = {
  readonly at: string;
  readonly items: readonly {
    readonly from: string;
    readonly to: string;
    readonly at: string;
    readonly minRttNanos: number;
    readonly reachMeters: number;
    readonly distanceMeters: number;
    readonly contradicts: boolean;
    readonly withdrawn: boolean;
  }[];
};

export type LegalHold = {
  readonly id: string;
  readonly subject: string;
  readonly reason: string;
  readonly placedBy: string;
  readonly placedAt: string;
  readonly liftedBy: string | null;
  readonly liftedAt: string | null;
  readonly liftedReason: string | null;
  readonly leafIndex: number;
  readonly receipt?: Receipt;
};

export type Licence = {
  readonly id: string;
  readonly tenant: string;
  readonly status: "active" | "suspended" | "revoked";
  readonly conditions: LicenceConditionsOutput;
  readonly suspendsAt: string | null;
  readonly cause: SuspensionCause | null;
  readonly createdBy: string;
  readonly createdAt: string;
  readonly leafIndex: number;
  readonly receipt?: Receipt;
};

export type LicenceStatus = {
  readonly id: string;
  readonly outcome: "allow" | "deny";
  readonly reasons: readonly Reason[];
  readonly validUntil: string | null;
  readonly suspendsAt: string | null;
  readonly cause: SuspensionCause | null;
  readonly devices: {
    readonly named: number;
    readonly allowed: number;
  };
  readonly latches: readonly Latch[];
};

export type LocationAnswer = {
  readonly sessionId: string;
  readonly hostId: string;
  readonly disclosure: Disclosure;
  readonly verdict: LocationVerdict | DisclosedVerdict;
  readonly receipts: readonly ({
    readonly landmarkId: string | null;
    readonly counts: boolean;
    readonly failed: readonly Check[];
  })[] | null;
  readonly devices: readonly AppraisedDevice[];
  readonly weaknesses: readonly Weakness[];
  readonly at: string;
  readonly expiresAt: string;
  readonly ear: string;
  readonly receipt?: Receipt;
};

export type LogOrigins = {
  readonly openings: readonly Receipt[];
};

export type MeshAnswer = {
  readonly counted: number;
  readonly refused: readonly ({
    readonly landmarkId: string | null;
    readonly failed: readonly string[];
  })[];
};

export type MeshPermitsAnswer = {
  readonly expiresAt: string;
  readonly permits: readonly {
    readonly landmarkId: string;
    readonly permit: string;
  }[];
};

export type MintedEnrolmentToken = {
  readonly id: string;
  readonly tenant: string;
  readonly facilityId: string;
  readonly state: "usable" | "consumed" | "expired" | "revoked" | "exhausted";
  readonly devices: readonly ({
    readonly kind: "host-tpm" | "host-tee" | "gpu" | "switch";
    readonly serial: string;
  })[];
  readonly attemptsLeft: number;
  readonly createdBy: string;
  readonly createdAt: string;
  readonly expiresAt: string;
  readonly hostId: string | null;
  readonly token: string;
};

export type MintedToken = {
  readonly id: string;
  readonly principalId: string;
  readonly label: string;
  readonly scopes: readonly string[];
  readonly createdBy: string;
  readonly createdAt: string;
  readonly expiresAt: string | null;
  readonly revokedAt: string | null;
  readonly lastUsedAt: string | null;
  readonly jkt: string | null;
  readonly x5tS256: string | null;
  readonly bindUntil: string | null;
  readonly token: string;
};

export type NrasJudgement = {
  readonly accepted: boolean;
  readonly policy: "gate";
  readonly judgedAt: string;
  readonly keys: {
    readonly sha256: string;
    readonly fetchedAt: string;
    readonly source: string;
  } | null;
  readonly checks: readonly Check[];
  readonly notPerformed: readonly NotPerformed[];
  readonly tokens: {
    readonly authentic: boolean;
    readonly result: boolean;
    readonly issuedAt: string;
    readonly expiresAt: string;
    readonly devices: readonly ({
      readonly name: string;
      readonly kind: string;
      readonly ueid: string;
      readonly model: string;
      readonly driverVersion: string | null;
      readonly vbiosVersion: string | null;
      readonly measurements: string;
      readonly secureBoot: boolean | null;
      readonly debugStatus: string | null;
      readonly warning: string | null;
    })[];
  } | null;
  readonly unproven: readonly {
    readonly code: string;
    readonly sentence: string;
  }[];
};

export type Overview = {
  readonly at: string;
  readonly hosts: {
    readonly total: number;
    readonly states: { readonly [name: string]: number };
    readonly levels: { readonly [name: string]: number };
  } | null;
  readonly licences: {
    readonly active: number;
    readonly suspended: number;
    readonly revoked: number;
  } | null;
  readonly ends: readonly ({
    readonly kind: "licence" | "facility";
    readonly id: string;
    readonly name: string | null;
    readonly at: string;
  })[];
  readonly incidents: {
    readonly open: number;
    readonly overdue: number;
    readonly reported: number;
    readonly due: readonly {
      readonly id: string;
      readonly kind: IncidentKind;
      readonly dueAt: string;
      readonly overdue: boolean;
    }[];
  } | null;
  readonly holds: number | null;
  readonly landmarks: { readonly [name: string]: number } | null;
};

export type OwnedParty = {
  readonly id: string;
  readonly tenant: string;
  readonly reference: string | null;
  readonly legalName: string;
  readonly country: string;
  readonly headquarters: string | null;
  readonly parentId: string | null;
  readonly ultimateParentId: string | null;
  readonly ownUltimateParent: boolean;
  readonly source: string | null;
  readonly dated: string | null;
  readonly version: number;
  readonly standing: Standing;
  readonly listVersion: string | null;
  readonly screenedOn: string | null;
  readonly clearUntil: string | null;
  readonly standingReason: string | null;
  readonly createdBy: string;
  readonly createdAt: string;
  readonly leafIndex: number;
  readonly receipt?: Receipt;
  readonly ownership: {
    readonly parents: readonly ({
      readonly id: string;
      readonly legalName: string;
      readonly country: string;
      readonly headquarters: string | null;
      readonly standing: Standing;
    })[];
    readonly chainComplete: boolean;
    readonly gap: "top-not-declared" | "parent-unknown" | "loop" | "too-long" | "ultimate-parent-disagrees" | null;
  };
};

export type PageSession = {
  readonly principal: {
    readonly id: string;
    readonly name: string;
  };
  readonly role: Role;
  readonly tenant: string;
  readonly scopes: readonly string[];
  readonly readsOnly: boolean;
  readonly expiresAt: string;
  readonly idleSeconds: number;
  readonly sessionHash: string;
};

export type Party = {
  readonly id: string;
  readonly tenant: string;
  readonly reference: string | null;
  readonly legalName: string;
  readonly country: string;
  readonly headquarters: string | null;
  readonly parentId: string | null;
  readonly ultimateParentId: string | null;
  readonly ownUltimateParent: boolean;
  readonly source: string | null;
  readonly dated: string | null;
  readonly version: number;
  readonly standing: Standing;
  readonly listVersion: string | null;
  readonly screenedOn: string | null;
  readonly clearUntil: string | null;
  readonly standingReason: string | null;
  readonly createdBy: string;
  readonly createdAt: string;
  readonly leafIndex: number;
  readonly receipt?: Receipt;
};

export type PartyImportReport = {
  readonly dryRun: boolean;
  readonly rows: number;
  readonly created: number;
  readonly changed: number;
  readonly unchanged: number;
  readonly rejected: number;
  readonly results: readonly ({
    readonly row: number;
    readonly outcome: "created" | "changed" | "unchanged" | "rejected";
    readonly partyId: string | null;
    readonly leafIndex: number | null;
    readonly code: "row_malformed" | "field_invalid" | "field_unknown" | "duplicate_row" | "parent_unknown" | "ownership_loops" | "ownership_contradicts" | "source_missing" | "not_yours" | null;
    readonly field: string | null;
    readonly message: string | null;
  })[];
};

export type PartyVersions = {
  readonly items: readonly ({
    readonly version: number;
    readonly legalName: string;
    readonly country: string;
    readonly headquarters: string | null;
    readonly parentId: string | null;
    readonly ultimateParentId: string | null;
    readonly ownUltimateParent: boolean;
    readonly source: string | null;
    readonly dated: string | null;
    readonly saidBy: "exporter" | "authority" | null;
    readonly reason: string | null;
    readonly changedBy: string;
    readonly at: string;
    readonly leafIndex: number;
  })[];
};

export type PastRuns = {
  readonly items: readonly ({
    readonly id: string;
    readonly listVersion: string;
    readonly outcome: "clear" | "hit" | "review";
    readonly reviewer: string;
    readonly date: string;
    readonly importedBy: string;
    readonly importedAt: string;
    readonly leafIndex: number;
  })[];
};

export type PermitsAnswer = {
  readonly sessionId: string;
  readonly expiresAt: string;
  readonly permits: readonly {
    readonly landmarkId: string;
    readonly permit: string;
  }[];
  readonly receipt?: Receipt;
};

export type Principal = {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  readonly tenant: string;
  readonly partyId: string | null;
  readonly createdBy: string;
  readonly createdAt: string;
  readonly disabledAt: string | null;
};

export type RenewalAnswer = {
  readonly outcome: "granted" | "denied";
  readonly licenceId: string;
  readonly decisionId: string;
  readonly grant: IssuedGrant | null;
  readonly statusList: string | null;
  readonly reasons: readonly Reason[];
  readonly receipt?: Receipt;
};

export type RetentionPlan = {
  readonly at: string;
  readonly rules: readonly string[];
  readonly classes: readonly ({
    readonly class: "grants" | "usage" | "payments" | "decisions" | "evidence" | "documents" | "sessions" | "events";
    readonly keepDays: number;
    readonly until: string;
    readonly wouldGo: number;
    readonly keptBack: readonly {
      readonly by: string;
      readonly count: number;
    }[];
    readonly more: boolean;
  })[];
};

export type ScreeningLists = {
  readonly items: readonly ScreeningList[];
};

export type ScreeningReport = {
  readonly dryRun: boolean;
  readonly rows: number;
  readonly recorded: number;
  readonly unchanged: number;
  readonly rejected: number;
  readonly results: readonly ({
    readonly row: number;
    readonly outcome: "recorded" | "unchanged" | "rejected";
    readonly partyId: string | null;
    readonly standing: Standing | null;
    readonly leafIndex: number | null;
    readonly code: "row_malformed" | "field_invalid" | "field_unknown" | "party_unknown" | "date_ahead" | "list_unknown" | "renamed_since" | null;
    readonly field: string | null;
    readonly message: string | null;
  })[];
};

export type SignInMethods = {
  readonly methods: readonly ({
    readonly kind: "token";
  } | {
    readonly kind: "oidc";
    readonly name: string;
  })[];
};

export type SignedReport = {
  readonly report: LicenceReport;
  readonly signature: string;
};

export type SigningKeys = {
  readonly keys: readonly SigningKey[];
};

export type TeeChallenge = {
  readonly kind: "tee";
  readonly enrolmentId: string;
  readonly expiresAt: string;
  readonly challenge: string;
  readonly aud: string;
  readonly tenant: string;
  readonly accept: readonly string[];
};

export type Token = {
  readonly id: string;
  readonly principalId: string;
  readonly label: string;
  readonly scopes: readonly string[];
  readonly createdBy: string;
  readonly createdAt: string;
  readonly expiresAt: string | null;
  readonly revokedAt: string | null;
  readonly lastUsedAt: string | null;
  readonly jkt: string | null;
  readonly x5tS256: string | null;
  readonly bindUntil: string | null;
};

export type Transfer = {
  readonly id: string;
  readonly deviceId: string;
  readonly fromTenant: string;
  readonly toTenant: string;
  readonly state: "offered" | "accepted" | "refused" | "withdrawn";
  readonly reason: string;
  readonly offeredBy: string;
  readonly offeredAt: string;
  readonly decidedBy: string | null;
  readonly decidedAt: string | null;
  readonly decidedReason: string | null;
  readonly newDeviceId: string | null;
  readonly leafIndex: number;
  readonly receipt?: Receipt;
};

export type TrustInput = {
  readonly id: string;
  readonly kind: TrustKind;
  readonly name: string;
  readonly version: string;
  readonly digest: string;
  readonly state: "proposed" | "effective" | "superseded" | "withdrawn" | "refused";
  readonly proposedBy: string;
  readonly proposedAt: string;
  readonly approvedBy: string | null;
  readonly effectiveAt: string | null;
  readonly selfApproved: boolean;
  readonly endedBy: string | null;
  readonly endedAt: string | null;
  readonly endedReason: string | null;
  readonly leafIndex: number;
  readonly receipt?: Receipt;
};

export type TrustInputWithContent = {
  readonly id: string;
  readonly kind: TrustKind;
  readonly name: string;
  readonly version: string;
  readonly digest: string;
  readonly state: "proposed" | "effective" | "superseded" | "withdrawn" | "refused";
  readonly proposedBy: string;
  readonly proposedAt: string;
  readonly approvedBy: string | null;
  readonly effectiveAt: string | null;
  readonly selfApproved: boolean;
  readonly endedBy: string | null;
  readonly endedAt: string | null;
  readonly endedReason: string | null;
  readonly leafIndex: number;
  readonly receipt?: Receipt;
  readonly content: { readonly [name: string]: unknown };
  readonly publication: Publication | null;
  readonly certificates: readonly {
    readonly subject: string;
    readonly sha256: string;
    readonly notBefore: string;
    readonly notAfter: string;
  }[] | null;
};

export type TrustPreview = {
  readonly epoch: number;
  readonly hosts: number;
  readonly gained: readonly ({
    readonly hostId: string;
    readonly facilityId: string | null;
    readonly differences: readonly ({
      readonly field: string;
      readonly expected: readonly string[];
      readonly actual: string | null;
    })[];
  })[];
  readonly lost: readonly ({
    readonly hostId: string;
    readonly facilityId: string | null;
    readonly differences: readonly ({
      readonly field: string;
      readonly expected: readonly string[];
      readonly actual: string | null;
    })[];
  })[];
  readonly newlyDenied: readonly ({
    readonly hostId: string;
    readonly facilityId: string | null;
    readonly differences: readonly ({
      readonly field: string;
      readonly expected: readonly string[];
      readonly actual: string | null;
    })[];
  })[];
  readonly truncated: boolean;
};

export type UsageAnswer = {
  readonly outcome: "counted" | "refused";
  readonly reasons: readonly Reason[];
  readonly leasedE12: number;
  readonly creditedE12: number;
  readonly receipt?: Receipt;
};

export type UsageRecord = {
  readonly sha256: string;
  readonly licenceId: string;
  readonly hostId: string;
  readonly from: string;
  readonly until: string;
  readonly at: string;
  readonly report: string;
  readonly reportedBy: string | null;
  readonly inputSha256: string;
  readonly leasedE12: number;
  readonly creditedE12: number;
  readonly leafIndex: number;
};

export type Webhook = {
  readonly id: string;
  readonly tenant: string;
  readonly principalId: string;
  readonly url: string;
  readonly types: readonly string[] | null;
  readonly state: "active" | "disabled";
  readonly cursor: number;
  readonly failures: number;
  readonly failingSince: string | null;
  readonly nextAttemptAt: string;
  readonly lastAttemptAt: string | null;
  readonly lastResult: string | null;
  readonly createdAt: string;
  readonly disabledAt: string | null;
  readonly secret?: string;
};

export type WebhookTest = {
  readonly delivered: boolean;
  readonly result: string;
};

export type Appraisal = {
  readonly outcome: "accepted" | "refused";
  readonly at: string;
  readonly devices: readonly AppraisedDevice[];
  readonly checks: readonly Check[];
  readonly notPerformed: readonly NotPerformed[];
  readonly reasons: readonly Reason[];
  readonly referenceSets: {
    readonly matched: readonly {
      readonly name: string;
      readonly version: string;
      readonly digest: string;
      readonly sealed: boolean;
    }[];
    readonly nearest: {
      readonly set: {
        readonly name: string;
        readonly version: string;
        readonly digest: string;
        readonly sealed: boolean;
      };
      readonly differences: readonly ({
        readonly field: string;
        readonly expected: readonly string[];
        readonly actual: string | null;
        readonly event?: {
          readonly pcr: number;
          readonly index: number | null;
          readonly sentence: string;
        };
      })[];
    } | null;
  };
  readonly violations: readonly {
    readonly code: string;
    readonly subject: string;
    readonly sentence: string;
  }[];
  readonly weaknesses: readonly Weakness[];
  readonly collateral: readonly {
    readonly name: string;
    readonly sha256: string;
    readonly issuedAt: string;
    readonly nextUpdate: string;
  }[];
  readonly validUntil: string | null;
  readonly evidence: readonly {
    readonly label: string;
    readonly mediaType: string;
    readonly sha256: string;
  }[];
  readonly trustInputs: readonly string[];
  readonly selfApproved: boolean;
};

export type LicenceConditionsOutput = {
  readonly validFrom: string;
  readonly validUntil: string;
  readonly parties: readonly string[];
  readonly facilities: readonly string[];
  readonly devices: readonly string[];
  readonly minimumLevel?: Level;
  readonly minimumFacts?: {
    readonly device?: DeviceFact;
    readonly host?: HostFact;
    readonly place?: {
      readonly verdict: "proven-inside";
      readonly grade: "A" | "B";
      readonly f: number;
    };
  };
  readonly evidenceMaxAgeSeconds: number;
  readonly referenceSets: "any-approved" | "not-required" | readonly string[];
  readonly placeDisclosure?: Disclosure;
  readonly waivers: readonly Waivable[];
  readonly rulePacks: "none" | readonly {
    readonly name: string;
    readonly version: string;
  }[];
  readonly consignee?: string;
  readonly endUser?: string;
  readonly purpose?: string;
  readonly basis?: string;
  readonly certifications?: readonly string[];
  readonly models?: readonly ChipQuantity[];
  readonly tppCap?: number;
  readonly computeQuota?: {
    readonly operationsE12: number;
    readonly windowDays: number;
  };
  readonly metering?: {
    readonly sources: readonly string[];
    readonly leastPercent: number;
    readonly reportWithinSeconds: number;
    readonly operators?: boolean;
  };
  readonly leaseSeconds?: number;
  readonly graceSeconds?: number;
  readonly maxClusterDevices?: number;
};

type None = { readonly [name: string]: never };

export type Operations = {
  acceptTransfer: {
    params: {
      readonly transferId: string;
    };
    query: None;
    body: Reasoned;
    answer: Transfer;
  };
  activateEnrolment: {
    params: {
      readonly enrolmentId: string;
    };
    query: None;
    body: ActivationRequest;
    answer: Enrolled;
  };
  addWebhook: {
    params: None;
    query: None;
    body: {
      readonly url: string;
      readonly types?: readonly ("host.enrolled" | "host.suspended" | "host.reinstated" | "host.outcome-changed" | "host.level-changed" | "host.place-changed" | "host.grant-changed" | "chip.contested" | "hold.set" | "hold.cleared" | "device.registered" | "device.changed" | "device.retired" | "device.state-changed" | "device.transfer-changed" | "device-manifest.imported" | "party.registered" | "party.changed" | "party.screened" | "party.examined" | "screening-list.declared" | "access.started" | "access.ended" | "facility.proposed" | "facility.authorised" | "facility.refused" | "facility.withdrawn" | "facility.outage-began" | "facility.outage-ended" | "trust-input.proposed" | "trust-input.effective" | "trust-input.superseded" | "trust-input.refused" | "trust-input.withdrawn" | "landmarks.set-aside" | "licence.granted" | "licence.suspended" | "licence.reinstated" | "licence.revoked" | "licence.expired" | "ledger.threshold-reached" | "ledger.adjusted" | "allocation.committed" | "allocation.released" | "usage.reported" | "grant.issued" | "grant.suspended" | "grant.reinstated" | "grant.revoked" | "decision.flipped" | "challenge.ended" | "device.challenge-unanswered" | "host.challenge-unanswered" | "incident.opened" | "incident.seen-again" | "incident.reported" | "incident.closed" | "incident.overdue" | "webhook.disabled" | "signing-key.rotated")[];
    };
    answer: Webhook;
  };
  adjustAccount: {
    params: None;
    query: None;
    body: Adjustment;
    answer: Entry;
  };
  approveTrustInput: {
    params: {
      readonly trustInputId: string;
    };
    query: None;
    body: TrustApproval;
    answer: TrustInput;
  };
  authoriseFacility: {
    params: {
      readonly facilityId: string;
    };
    query: None;
    body: FacilityAuthorisation;
    answer: Facility;
  };
  beginEnrolment: {
    params: None;
    query: None;
    body: EnrolmentRequest;
    answer: EnrolmentChallenge | TeeChallenge;
  };
  beginSignIn: {
    params: None;
    query: None;
    body: IssuerSignIn;
    answer: AuthorizationStarted;
  };
  bindToken: {
    params: None;
    query: None;
    body: undefined;
    answer: Token;
  };
  changeParty: {
    params: {
      readonly partyId: string;
    };
    query: None;
    body: PartyChangeRequest;
    answer: Party;
  };
  clearLatch: {
    params: {
      readonly latchId: string;
    };
    query: None;
    body: {
      readonly reason: string;
    };
    answer: Hold;
  };
  clearLatches: {
    params: None;
    query: None;
    body: {
      readonly latchIds: readonly string[];
      readonly reason: string;
    };
    answer: {
      readonly items: readonly Hold[];
    };
  };
  closeIncident: {
    params: {
      readonly incidentId: string;
    };
    query: None;
    body: {
      readonly reason: string;
    };
    answer: Incident;
  };
  countHostsByFacility: {
    params: None;
    query: None;
    body: undefined;
    answer: HostsByFacility;
  };
  createPrincipal: {
    params: None;
    query: None;
    body: PrincipalRequest;
    answer: Principal;
  };
  decide: {
    params: None;
    query: None;
    body: DecisionRequest;
    answer: Decision;
  };
  declarePrincipalParty: {
    params: {
      readonly principalId: string;
    };
    query: None;
    body: PrincipalParty;
    answer: Principal;
  };
  declareScreeningList: {
    params: None;
    query: None;
    body: ScreeningListRequest;
    answer: ScreeningList;
  };
  disablePrincipal: {
    params: {
      readonly principalId: string;
    };
    query: None;
    body: undefined;
    answer: Principal;
  };
  discloseHost: {
    params: {
      readonly hostId: string;
    };
    query: None;
    body: DisclosureRequest;
    answer: DisclosureAnswer;
  };
  drawChallenges: {
    params: {
      readonly challengeId: string;
    };
    query: None;
    body: DrawRequest;
    answer: ChallengeOrder;
  };
  endAccess: {
    params: {
      readonly accessId: string;
    };
    query: None;
    body: AccessEndRequest;
    answer: Access;
  };
  fileFacilityAudit: {
    params: {
      readonly facilityId: string;
    };
    query: None;
    body: FacilityAuditRequest;
    answer: TrustInput;
  };
  finishSignIn: {
    params: None;
    query: {
      readonly code?: string;
      readonly state?: string;
    };
    body: undefined;
    answer: undefined;
  };
  getActs: {
    params: {
      readonly bundle: number;
    };
    query: None;
    body: undefined;
    answer: ActPage;
  };
  getAuditRecord: {
    params: {
      readonly kind: "appraisals" | "decisions" | "weighed" | "trust-inputs" | "evidence" | "documents" | "deleted" | "deletions";
      readonly recordId: string;
    };
    query: None;
    body: undefined;
    answer: undefined;
  };
  getChallenge: {
    params: {
      readonly challengeId: string;
    };
    query: None;
    body: undefined;
    answer: ChallengeOrder;
  };
  getCheckpoint: {
    params: None;
    query: None;
    body: undefined;
    answer: undefined;
  };
  getConsistency: {
    params: {
      readonly oldSize: number;
    };
    query: None;
    body: undefined;
    answer: LogGrowth;
  };
  getCosignedCheckpoint: {
    params: None;
    query: {
      readonly witnesses?: number;
    };
    body: undefined;
    answer: undefined;
  };
  getDecision: {
    params: {
      readonly decisionId: string;
    };
    query: None;
    body: undefined;
    answer: Decision;
  };
  getDevice: {
    params: {
      readonly deviceId: string;
    };
    query: None;
    body: undefined;
    answer: Device;
  };
  getDeviceStatus: {
    params: {
      readonly deviceId: string;
    };
    query: None;
    body: undefined;
    answer: DeviceStatus;
  };
  getDisclosureKeys: {
    params: None;
    query: None;
    body: undefined;
    answer: {
      readonly keys: readonly Jwk[];
    };
  };
  getDrawProof: {
    params: {
      readonly challengeId: string;
    };
    query: None;
    body: undefined;
    answer: DrawProof;
  };
  getFacility: {
    params: {
      readonly facilityId: string;
    };
    query: None;
    body: undefined;
    answer: Facility;
  };
  getGrant: {
    params: {
      readonly grantId: string;
    };
    query: {
      readonly witnesses?: number;
    };
    body: undefined;
    answer: Grant;
  };
  getGrantKeys: {
    params: None;
    query: None;
    body: undefined;
    answer: {
      readonly keys: readonly Jwk[];
    };
  };
  getHealth: {
    params: None;
    query: None;
    body: undefined;
    answer: {
      readonly status: "ok";
    };
  };
  getHost: {
    params: {
      readonly hostId: string;
    };
    query: None;
    body: undefined;
    answer: Host;
  };
  getHostChallenge: {
    params: None;
    query: None;
    body: undefined;
    answer: HostChallenge;
  };
  getHostLocation: {
    params: {
      readonly hostId: string;
    };
    query: None;
    body: undefined;
    answer: HostLocation;
  };
  getHostLocationPicture: {
    params: {
      readonly hostId: string;
    };
    query: None;
    body: undefined;
    answer: undefined;
  };
  getHostStatus: {
    params: {
      readonly hostId: string;
    };
    query: None;
    body: undefined;
    answer: HostStatus;
  };
  getIncident: {
    params: {
      readonly incidentId: string;
    };
    query: None;
    body: undefined;
    answer: Incident;
  };
  getJwks: {
    params: None;
    query: None;
    body: undefined;
    answer: {
      readonly keys: readonly Jwk[];
    };
  };
  getLatch: {
    params: {
      readonly latchId: string;
    };
    query: None;
    body: undefined;
    answer: Hold;
  };
  getLicence: {
    params: {
      readonly licenceId: string;
    };
    query: None;
    body: undefined;
    answer: Licence;
  };
  getLicenceDeliveries: {
    params: {
      readonly licenceId: string;
    };
    query: None;
    body: undefined;
    answer: Deliveries;
  };
  getLicenceReport: {
    params: {
      readonly licenceId: string;
    };
    query: {
      readonly from?: string;
      readonly until?: string;
    };
    body: undefined;
    answer: SignedReport;
  };
  getLicenceStatus: {
    params: {
      readonly licenceId: string;
    };
    query: None;
    body: undefined;
    answer: LicenceStatus;
  };
  getLogKey: {
    params: None;
    query: None;
    body: undefined;
    answer: undefined;
  };
  getManifest: {
    params: {
      readonly manifestId: string;
    };
    query: None;
    body: undefined;
    answer: ImportedManifest;
  };
  getManifestContent: {
    params: {
      readonly manifestId: string;
    };
    query: None;
    body: undefined;
    answer: undefined;
  };
  getMetrics: {
    params: None;
    query: None;
    body: undefined;
    answer: undefined;
  };
  getOpenApi: {
    params: None;
    query: None;
    body: undefined;
    answer: undefined;
  };
  getOrigins: {
    params: None;
    query: None;
    body: undefined;
    answer: LogOrigins;
  };
  getOverview: {
    params: None;
    query: None;
    body: undefined;
    answer: Overview;
  };
  getOwnHost: {
    params: None;
    query: None;
    body: undefined;
    answer: Host;
  };
  getPageSession: {
    params: None;
    query: None;
    body: undefined;
    answer: PageSession;
  };
  getParty: {
    params: {
      readonly partyId: string;
    };
    query: None;
    body: undefined;
    answer: OwnedParty;
  };
  getPartyDeliveries: {
    params: {
      readonly partyId: string;
    };
    query: None;
    body: undefined;
    answer: Deliveries;
  };
  getPastStatusList: {
    params: {
      readonly list: number;
    };
    query: {
      readonly time: number;
    };
    body: undefined;
    answer: undefined;
  };
  getPermitKeys: {
    params: None;
    query: None;
    body: undefined;
    answer: {
      readonly keys: readonly Jwk[];
    };
  };
  getReadiness: {
    params: None;
    query: None;
    body: undefined;
    answer: {
      readonly status: "ready" | "not-ready";
      readonly checks: readonly ({
        readonly name: string;
        readonly status: "ok" | "failed";
        readonly code?: string;
      })[];
    };
  };
  getReceipt: {
    params: {
      readonly leafIndex: number;
    };
    query: None;
    body: undefined;
    answer: Receipt;
  };
  getRecords: {
    params: {
      readonly bundle: number;
    };
    query: {
      readonly after?: number;
      readonly tenant?: string;
      readonly from?: string;
      readonly until?: string;
      readonly most?: number;
    };
    body: undefined;
    answer: undefined;
  };
  getReportKeys: {
    params: None;
    query: None;
    body: undefined;
    answer: {
      readonly keys: readonly Jwk[];
    };
  };
  getResult: {
    params: {
      readonly sessionId: string;
    };
    query: {
      readonly claims?: "current" | "dotted";
    };
    body: undefined;
    answer: undefined;
  };
  getSession: {
    params: {
      readonly sessionId: string;
    };
    query: None;
    body: undefined;
    answer: {
      readonly id: string;
      readonly tenant: string;
      readonly hostId: string;
      readonly state: "open" | "expired" | "submitted";
      readonly nonce: string;
      readonly issuedAt: string;
      readonly expiresAt: string;
      readonly submittedAt: string | null;
      readonly evidenceSha256: string | null;
      readonly answer: EvidenceAnswer | null;
      readonly leafIndex: number | null;
    };
  };
  getSignInMethods: {
    params: None;
    query: None;
    body: undefined;
    answer: SignInMethods;
  };
  getStatusList: {
    params: {
      readonly list: number;
    };
    query: None;
    body: undefined;
    answer: undefined;
  };
  getStatusListKeys: {
    params: None;
    query: None;
    body: undefined;
    answer: {
      readonly keys: readonly Jwk[];
    };
  };
  getSubmission: {
    params: {
      readonly sessionId: string;
    };
    query: None;
    body: undefined;
    answer: undefined;
  };
  getTile: {
    params: {
      readonly tile: string;
    };
    query: None;
    body: undefined;
    answer: undefined;
  };
  getTrustInput: {
    params: {
      readonly trustInputId: string;
    };
    query: None;
    body: undefined;
    answer: TrustInputWithContent;
  };
  grantLicence: {
    params: None;
    query: None;
    body: LicenceRequest;
    answer: Licence;
  };
  importDevices: {
    params: None;
    query: {
      readonly dryRun?: "true" | "false";
    };
    body: undefined;
    answer: ImportReport;
  };
  importManifest: {
    params: None;
    query: None;
    body: undefined;
    answer: ImportedManifest;
  };
  importParties: {
    params: None;
    query: {
      readonly dryRun?: "true" | "false";
    };
    body: undefined;
    answer: PartyImportReport;
  };
  importPlatformCertificate: {
    params: None;
    query: None;
    body: PlatformCertificateRequest;
    answer: ImportedManifest;
  };
  importScreenings: {
    params: None;
    query: {
      readonly dryRun?: "true" | "false";
    };
    body: undefined;
    answer: ScreeningReport;
  };
  issueMeshPermits: {
    params: {
      readonly landmarkId: string;
    };
    query: None;
    body: MeshPermitsRequest;
    answer: MeshPermitsAnswer;
  };
  issueProbePermits: {
    params: {
      readonly sessionId: string;
    };
    query: None;
    body: undefined;
    answer: PermitsAnswer;
  };
  issueSession: {
    params: None;
    query: None;
    body: undefined;
    answer: Session;
  };
  judgeNras: {
    params: None;
    query: None;
    body: NrasQuestion;
    answer: NrasJudgement;
  };
  liftLegalHold: {
    params: {
      readonly legalHoldId: string;
    };
    query: None;
    body: {
      readonly reason: string;
    };
    answer: LegalHold;
  };
  listAccesses: {
    params: None;
    query: {
      readonly limit?: number;
      readonly after?: string;
    };
    body: undefined;
    answer: {
      readonly items: readonly Access[];
      readonly next: string | null;
    };
  };
  listAccounts: {
    params: None;
    query: {
      readonly licence?: string;
      readonly party?: string;
      readonly country?: string;
    };
    body: undefined;
    answer: {
      readonly items: readonly Account[];
    };
  };
  listAllocations: {
    params: None;
    query: {
      readonly licence: string;
      readonly limit?: number;
      readonly after?: string;
    };
    body: undefined;
    answer: {
      readonly items: readonly Allocation[];
      readonly next: string | null;
    };
  };
  listChallenges: {
    params: None;
    query: {
      readonly limit?: number;
      readonly after?: string;
    };
    body: undefined;
    answer: {
      readonly items: readonly ChallengeOrder[];
      readonly next: string | null;
    };
  };
  listDecisions: {
    params: None;
    query: {
      readonly limit?: number;
      readonly after?: string;
      readonly licenceId?: string;
      readonly outcome?: "allow" | "deny";
    };
    body: undefined;
    answer: {
      readonly items: readonly DecisionListed[];
      readonly next: string | null;
    };
  };
  listDeletions: {
    params: None;
    query: {
      readonly limit?: number;
      readonly after?: number;
    };
    body: undefined;
    answer: {
      readonly items: readonly Deletion[];
      readonly next: string | null;
    };
  };
  listDeviceHosts: {
    params: {
      readonly deviceId: string;
    };
    query: {
      readonly limit?: number;
      readonly after?: string;
    };
    body: undefined;
    answer: {
      readonly items: readonly {
        readonly hostId: string;
        readonly facilityId: string;
        readonly firstAt: string;
        readonly lastAt: string;
        readonly grants: number;
        readonly firstGrantId: string;
        readonly lastGrantId: string;
        readonly licenceId: string;
        readonly decisionId: string;
      }[];
      readonly next: string | null;
    };
  };
  listDeviceIncidents: {
    params: {
      readonly deviceId: string;
    };
    query: {
      readonly limit?: number;
      readonly after?: string;
    };
    body: undefined;
    answer: {
      readonly items: readonly Incident[];
      readonly next: string | null;
    };
  };
  listDeviceLicences: {
    params: {
      readonly deviceId: string;
    };
    query: {
      readonly limit?: number;
      readonly after?: string;
    };
    body: undefined;
    answer: {
      readonly items: readonly ({
        readonly id: string;
        readonly tenant: string;
        readonly status: "active" | "suspended" | "revoked";
        readonly provenAt: string | null;
        readonly suspendsAt: string | null;
        readonly createdAt: string;
      })[];
      readonly next: string | null;
    };
  };
  listDevices: {
    params: None;
    query: {
      readonly limit?: number;
      readonly after?: string;
      readonly facilityId?: string;
      readonly kind?: "host-tpm" | "host-tee" | "gpu" | "switch";
      readonly notedState?: DeviceStateName;
      readonly search?: string;
      readonly count?: "true";
    };
    body: undefined;
    answer: {
      readonly items: readonly Device[];
      readonly next: string | null;
      readonly count?: number;
    };
  };
  listEnrolmentTokens: {
    params: None;
    query: {
      readonly limit?: number;
      readonly after?: string;
    };
    body: undefined;
    answer: {
      readonly items: readonly EnrolmentToken[];
      readonly next: string | null;
    };
  };
  listEnrolments: {
    params: None;
    query: {
      readonly limit?: number;
      readonly after?: string;
    };
    body: undefined;
    answer: {
      readonly items: readonly Enrolment[];
      readonly next: string | null;
    };
  };
  listEntries: {
    params: None;
    query: {
      readonly account: string;
      readonly limit?: number;
      readonly after?: string;
    };
    body: undefined;
    answer: {
      readonly items: readonly Entry[];
      readonly next: string | null;
    };
  };
  listEvents: {
    params: None;
    query: {
      readonly limit?: number;
      readonly after?: number;
    };
    body: undefined;
    answer: {
      readonly items: readonly Event[];
      readonly next: number | null;
      readonly cursor: number;
    };
  };
  listFacilities: {
    params: None;
    query: {
      readonly limit?: number;
      readonly after?: string;
    };
    body: undefined;
    answer: {
      readonly items: readonly Facility[];
      readonly next: string | null;
    };
  };
  listFacilityAudits: {
    params: None;
    query: {
      readonly limit?: number;
      readonly after?: string;
      readonly facilityId?: string;
    };
    body: undefined;
    answer: {
      readonly items: readonly FacilityAudit[];
      readonly next: string | null;
    };
  };
  listFacilityAuthorisations: {
    params: {
      readonly facilityId: string;
    };
    query: None;
    body: undefined;
    answer: FacilityPeriods;
  };
  listFacilityPlaces: {
    params: None;
    query: {
      readonly limit?: number;
      readonly after?: string;
    };
    body: undefined;
    answer: {
      readonly items: readonly ({
        readonly id: string;
        readonly operatorTenant: string;
        readonly name: string;
        readonly country: string;
        readonly state: "proposed" | "authorised" | "refused" | "withdrawn";
        readonly authorisedFrom: string | null;
        readonly authorisedUntil: string | null;
        readonly latitude: number;
        readonly longitude: number;
      })[];
      readonly next: string | null;
    };
  };
  listGrants: {
    params: None;
    query: {
      readonly limit?: number;
      readonly after?: string;
      readonly licenceId?: string;
      readonly hostId?: string;
    };
    body: undefined;
    answer: {
      readonly items: readonly Grant[];
      readonly next: string | null;
    };
  };
  listHostAppraisals: {
    params: {
      readonly hostId: string;
    };
    query: {
      readonly limit?: number;
      readonly after?: string;
    };
    body: undefined;
    answer: {
      readonly items: readonly AppraisalListed[];
      readonly next: string | null;
    };
  };
  listHostGrants: {
    params: {
      readonly hostId: string;
    };
    query: {
      readonly limit?: number;
      readonly after?: string;
    };
    body: undefined;
    answer: {
      readonly items: readonly HostGrant[];
      readonly next: string | null;
    };
  };
  listHosts: {
    params: None;
    query: {
      readonly limit?: number;
      readonly after?: string;
      readonly state?: HostStateName;
      readonly level?: ShownLevel;
      readonly facilityId?: string;
      readonly search?: string;
      readonly sort?: "id" | "hostname" | "evidence" | "-id" | "-hostname" | "-evidence";
      readonly count?: "true";
    };
    body: undefined;
    answer: {
      readonly items: readonly HostListed[];
      readonly next: string | null;
      readonly count?: number;
    };
  };
  listIncidents: {
    params: None;
    query: {
      readonly limit?: number;
      readonly after?: string;
    };
    body: undefined;
    answer: {
      readonly items: readonly Incident[];
      readonly next: string | null;
    };
  };
  listKnowYourCustomer: {
    params: {
      readonly partyId: string;
    };
    query: None;
    body: undefined;
    answer: KnowYourCustomerList;
  };
  listLandmarkMeasurements: {
    params: {
      readonly landmarkId: string;
    };
    query: None;
    body: undefined;
    answer: LandmarkMeasurements;
  };
  listLandmarks: {
    params: None;
    query: None;
    body: undefined;
    answer: LandmarkList;
  };
  listLatches: {
    params: None;
    query: {
      readonly limit?: number;
      readonly after?: string;
      readonly openOn?: string;
    };
    body: undefined;
    answer: {
      readonly items: readonly Hold[];
      readonly next: string | null;
    };
  };
  listLegalHolds: {
    params: None;
    query: {
      readonly limit?: number;
      readonly after?: string;
    };
    body: undefined;
    answer: {
      readonly items: readonly LegalHold[];
      readonly next: string | null;
    };
  };
  listLicences: {
    params: None;
    query: {
      readonly limit?: number;
      readonly after?: string;
      readonly status?: "active" | "suspended" | "revoked";
      readonly search?: string;
      readonly sort?: "id" | "suspendsAt" | "-id" | "-suspendsAt";
      readonly count?: "true";
    };
    body: undefined;
    answer: {
      readonly items: readonly Licence[];
      readonly next: string | null;
      readonly count?: number;
    };
  };
  listManifests: {
    params: None;
    query: {
      readonly limit?: number;
      readonly after?: string;
    };
    body: undefined;
    answer: {
      readonly items: readonly ImportedManifest[];
      readonly next: string | null;
    };
  };
  listParties: {
    params: None;
    query: {
      readonly limit?: number;
      readonly after?: string;
    };
    body: undefined;
    answer: {
      readonly items: readonly Party[];
      readonly next: string | null;
    };
  };
  listPartyVersions: {
    params: {
      readonly partyId: string;
    };
    query: None;
    body: undefined;
    answer: PartyVersions;
  };
  listPrincipals: {
    params: None;
    query: {
      readonly limit?: number;
      readonly after?: string;
    };
    body: undefined;
    answer: {
      readonly items: readonly Principal[];
      readonly next: string | null;
    };
  };
  listScreeningLists: {
    params: None;
    query: None;
    body: undefined;
    answer: ScreeningLists;
  };
  listScreenings: {
    params: {
      readonly partyId: string;
    };
    query: None;
    body: undefined;
    answer: PastRuns;
  };
  listSigningKeys: {
    params: None;
    query: None;
    body: undefined;
    answer: SigningKeys;
  };
  listTokens: {
    params: None;
    query: {
      readonly limit?: number;
      readonly after?: string;
    };
    body: undefined;
    answer: {
      readonly items: readonly Token[];
      readonly next: string | null;
    };
  };
  listTransfers: {
    params: None;
    query: {
      readonly limit?: number;
      readonly after?: string;
    };
    body: undefined;
    answer: {
      readonly items: readonly Transfer[];
      readonly next: string | null;
    };
  };
  listTrustInputs: {
    params: None;
    query: {
      readonly limit?: number;
      readonly after?: string;
    };
    body: undefined;
    answer: {
      readonly items: readonly TrustInput[];
      readonly next: string | null;
    };
  };
  listUsageReports: {
    params: None;
    query: {
      readonly licence: string;
      readonly limit?: number;
      readonly after?: string;
    };
    body: undefined;
    answer: {
      readonly items: readonly UsageRecord[];
      readonly next: string | null;
    };
  };
  listWebhooks: {
    params: None;
    query: {
      readonly limit?: number;
      readonly after?: string;
    };
    body: undefined;
    answer: {
      readonly items: readonly Webhook[];
      readonly next: string | null;
    };
  };
  maintainDevice: {
    params: {
      readonly deviceId: string;
    };
    query: None;
    body: MaintenanceRequest;
    answer: Device;
  };
  mintEnrolmentToken: {
    params: None;
    query: None;
    body: EnrolmentTokenRequest;
    answer: MintedEnrolmentToken;
  };
  mintToken: {
    params: None;
    query: None;
    body: TokenRequest;
    answer: MintedToken;
  };
  noteIncident: {
    params: {
      readonly incidentId: string;
    };
    query: None;
    body: {
      readonly note: string;
    };
    answer: Incident;
  };
  offerTransfer: {
    params: {
      readonly deviceId: string;
    };
    query: None;
    body: TransferRequest;
    answer: Transfer;
  };
  orderChallenges: {
    params: None;
    query: None;
    body: ChallengeRequest;
    answer: ChallengeOrder;
  };
  placeLegalHold: {
    params: None;
    query: None;
    body: {
      readonly subject: string;
      readonly reason: string;
    };
    answer: LegalHold;
  };
  planRetention: {
    params: None;
    query: None;
    body: undefined;
    answer: RetentionPlan;
  };
  previewTrustChange: {
    params: None;
    query: None;
    body: PreviewRequest;
    answer: TrustPreview;
  };
  proposeFacility: {
    params: None;
    query: None;
    body: FacilityRequest;
    answer: Facility;
  };
  proposeTrustInput: {
    params: None;
    query: None;
    body: Proposal;
    answer: TrustInput;
  };
  proveGuest: {
    params: {
      readonly enrolmentId: string;
    };
    query: None;
    body: TeeEvidenceRequest;
    answer: Enrolled;
  };
  recordKnowYourCustomer: {
    params: {
      readonly partyId: string;
    };
    query: None;
    body: KnowYourCustomerRequest;
    answer: KnowYourCustomer;
  };
  refuseFacility: {
    params: {
      readonly facilityId: string;
    };
    query: None;
    body: Reasoned;
    answer: Facility;
  };
  refuseTransfer: {
    params: {
      readonly transferId: string;
    };
    query: None;
    body: Reasoned;
    answer: Transfer;
  };
  refuseTrustInput: {
    params: {
      readonly trustInputId: string;
    };
    query: None;
    body: Reasoned;
    answer: TrustInput;
  };
  registerDevice: {
    params: None;
    query: None;
    body: DeviceRequest;
    answer: Device;
  };
  registerParty: {
    params: None;
    query: None;
    body: PartyRequest;
    answer: Party;
  };
  reinstateHost: {
    params: {
      readonly hostId: string;
    };
    query: None;
    body: Reasoned;
    answer: Host;
  };
  removeWebhook: {
    params: {
      readonly webhookId: string;
    };
    query: None;
    body: undefined;
    answer: undefined;
  };
  renewGrant: {
    params: None;
    query: None;
    body: RenewalRequest;
    answer: RenewalAnswer;
  };
  replayEvents: {
    params: {
      readonly webhookId: string;
    };
    query: None;
    body: {
      readonly after: number;
    };
    answer: Webhook;
  };
  reportIncident: {
    params: {
      readonly incidentId: string;
    };
    query: None;
    body: {
      readonly reference: string;
    };
    answer: Incident;
  };
  reportUsage: {
    params: None;
    query: None;
    body: UsageRequest;
    answer: UsageAnswer;
  };
  reportUsageOfHost: {
    params: {
      readonly hostId: string;
    };
    query: None;
    body: OperatorUsageRequest;
    answer: UsageAnswer;
  };
  resumeDevice: {
    params: {
      readonly deviceId: string;
    };
    query: None;
    body: Reasoned;
    answer: Device;
  };
  retireDevice: {
    params: {
      readonly deviceId: string;
    };
    query: None;
    body: Reasoned;
    answer: Device;
  };
  returnDevice: {
    params: {
      readonly deviceId: string;
    };
    query: None;
    body: Reasoned;
    answer: Device;
  };
  revokeEnrolmentToken: {
    params: {
      readonly enrolmentTokenId: string;
    };
    query: None;
    body: undefined;
    answer: EnrolmentToken;
  };
  revokeGrant: {
    params: {
      readonly grantId: string;
    };
    query: None;
    body: Revocation;
    answer: Grant;
  };
  revokeToken: {
    params: {
      readonly tokenId: string;
    };
    query: None;
    body: undefined;
    answer: Token;
  };
  rotateSigningKeys: {
    params: {
      readonly purpose: KeyPurpose;
    };
    query: None;
    body: Rotation;
    answer: {
      readonly keys: readonly SigningKey[];
      readonly leafIndex: number;
      readonly receipt?: Receipt;
    };
  };
  rotateWebhookSecret: {
    params: {
      readonly webhookId: string;
    };
    query: None;
    body: undefined;
    answer: Webhook;
  };
  ruleOnAllocation: {
    params: {
      readonly allocationId: string;
    };
    query: None;
    body: AllocationRuling;
    answer: Allocation;
  };
  ruleOnLicence: {
    params: {
      readonly licenceId: string;
    };
    query: None;
    body: LicenceRuling;
    answer: Licence;
  };
  screenParty: {
    params: {
      readonly partyId: string;
    };
    query: None;
    body: ScreeningRequest;
    answer: Party;
  };
  shipDevice: {
    params: {
      readonly deviceId: string;
    };
    query: None;
    body: ShipmentRequest;
    answer: Device;
  };
  signInWithToken: {
    params: None;
    query: None;
    body: TokenSignIn;
    answer: PageSession;
  };
  signOut: {
    params: None;
    query: None;
    body: undefined;
    answer: undefined;
  };
  startAccess: {
    params: None;
    query: None;
    body: AccessRequest;
    answer: Access;
  };
  streamEvents: {
    params: None;
    query: {
      readonly after?: number;
    };
    body: undefined;
    answer: undefined;
  };
  submitEvidence: {
    params: {
      readonly sessionId: string;
    };
    query: None;
    body: undefined;
    answer: EvidenceAnswer;
  };
  submitLocation: {
    params: {
      readonly sessionId: string;
    };
    query: None;
    body: LocationRequest;
    answer: LocationAnswer;
  };
  submitMesh: {
    params: {
      readonly landmarkId: string;
    };
    query: None;
    body: MeshRequest;
    answer: MeshAnswer;
  };
  suspendHost: {
    params: {
      readonly hostId: string;
    };
    query: None;
    body: Reasoned;
    answer: Host;
  };
  testWebhook: {
    params: {
      readonly webhookId: string;
    };
    query: None;
    body: undefined;
    answer: WebhookTest;
  };
  withdrawFacility: {
    params: {
      readonly facilityId: string;
    };
    query: None;
    body: Reasoned;
    answer: Facility;
  };
  withdrawTransfer: {
    params: {
      readonly transferId: string;
    };
    query: None;
    body: Reasoned;
    answer: Transfer;
  };
  withdrawTrustInput: {
    params: {
      readonly trustInputId: string;
    };
    query: None;
    body: Reasoned;
    answer: TrustInput;
  };
};
