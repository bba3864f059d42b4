import { generateKeyPairSync, hash, randomBytes } from 'node:crypto';
import { type HostKey, hostKeyFrom } from '../../../src/agent/host-key.ts';
import { hostTpmFacts } from '../../../src/appraisal/facts.ts';
import { canonicalJson } from '../../../src/bytes/canonical-json.ts';
import { computeOfLicence, computeOfParty } from '../../../src/ledger/accounts.ts';
import { dayOf } from '../../../src/ledger/periods.ts';
import type { LicenceConditions } from '../../../src/policy/licence.ts';
import { Bulk } from '../bulk.ts';
import { type Customer, type Foundation, MODEL, REFERENCE_SET } from './world.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const WINDOW_DAYS = 30;
const PURPOSE = 'inference';
/** More than the fleet draws while it is measured: it is renewals that are, not denials. */
const QUOTA_E12 = 2 ** 50;

export type FleetPlan = {
  readonly devices: number;
  readonly devicesPerLicence: number;
  /** As licences limit them; undefined: they do not. */
  readonly maxClusterDevices?: number;
  /** Licence after licence, in turn. */
  readonly gpusPerHost: readonly number[];
  /** What the fleet looks like is how it stands then: hosts attested within the hour before. */
  readonly at: Date;
  /** Hosts of so many GPUs have keys of their own, for requests over HTTP; null: none has. */
  readonly keyed: number | null;
};

export type LicensedHost = {
  readonly hostId: string;
  readonly licenceId: string;
  readonly tenant: string;
  readonly gpus: number;
  /** Ids of its GPUs. */
  readonly devices: readonly string[];
  readonly jkt: string;
  readonly key: HostKey | null;
};

/**
 * Writes licences and their GPUs into a founded register, with hosts that attested: what enrolment, attestation and a month of
 * use would have left behind in the tables that renewals read. Books and leases of what is still running come with the first renewals.
 */
export function fillFleet(data: string, foundation: Foundation, plan: FleetPlan): LicensedHost[] {
  const bulk = new Bulk(data);
  try {
    const hosts: LicensedHost[] = [];
    const payers = new Map<string, string>();
    for (const { partyId } of foundation.customers) payers.set(partyId, ultimateParentOf(bulk, partyId));
    for (let number = 0; number < plan.devices / plan.devicesPerLicence; number++) {
      const customer = foundation.customers[number % foundation.customers.length];
      const facilityId = foundation.facilities[number % foundation.facilities.length];
      if (customer === undefined || facilityId === undefined) throw new Error('nobody to license');
      const gpusPerHost = plan.gpusPerHost[number % plan.gpusPerHost.length] ?? 1;
      hosts.push(...fillLicence(bulk, { plan, customer, facilityId, gpusPerHost }));
    }
    for (const parent of payers.values()) fillBook(bulk, computeOfParty(parent, PURPOSE).name, plan.at);
    return hosts;
  } finally {
    bulk.close();
  }
}

type Filling = {
  readonly plan: FleetPlan;
  readonly customer: Customer;
  readonly facilityId: string;
  readonly gpusPerHost: number;
};

function fillLicence(bulk: Bulk, filling: Filling): LicensedHost[] {
  const { plan, customer, facilityId, gpusPerHost } = filling;
  const { at, devicesPerLicence, maxClusterDevices } = plan;
  const licenceId = newId('lic');
  const devices: string[] = [];
  const hosts: LicensedHost[] = [];
  while (devices.length < devicesPerLicence) {
    const key = gpusPerHost === plan.keyed ? newKey() : null;
    const jkt = key?.jkt ?? randomBytes(32).toString('base64url');
    const hostId = fillHost(bulk, { plan, facilityId, jkt });
    const count = Math.min(gpusPerHost, devicesPerLicence - devices.length);
    const held = Array.from({ length: count }, () => fillGpu(bulk, { plan, customer, facilityId, hostId }));
    hosts.push({ hostId, licenceId, tenant: 'acme', gpus: count, devices: held, jkt, key });
    devices.push(...held);
  }
  const conditions: LicenceConditions = {
    validFrom: '2026-01-01T00:00:00Z',
    validUntil: '2036-01-01T00:00:00Z',
    parties: [...customer.parties],
    facilities: [facilityId],
    devices,
    minimumLevel: 'G2',
    evidenceMaxAgeSeconds: 86_400,
    referenceSets: 'any-approved',
    waivers: [],
    rulePacks: [{ name: 'base', version: '1.0.0' }],
    consignee: customer.partyId,
    endUser: customer.partyId,
    purpose: PURPOSE,
    models: [{ model: MODEL, quantity: devicesPerLicence }],
    tppCap: devicesPerLicence * 15_824,
    computeQuota: { operationsE12: QUOTA_E12, windowDays: WINDOW_DAYS },
    leaseSeconds: 3600,
    ...(maxClusterDevices === undefined ? {} : { maxClusterDevices }),
  };
  const atMs = at.getTime();
  bulk.insert('licence', {
    id: licenceId,
    tenant: 'chips',
    conditions: canonicalJson(JSON.parse(JSON.stringify(conditions))),
    status: 'active',
    created_by: 'authority',
    created_at_ms: atMs - 60 * DAY_MS,
    version: 1,
    leaf_index: 0,
  });
  // As the verifier's own rounds keep it: counted again every few minutes, and good here for as long as is measured.
  bulk.insert('delivery_tally', {
    licence_id: licenceId,
    devices: devicesPerLicence,
    verified: devicesPerLicence,
    missing: 0,
    counted_at_ms: atMs,
    changes_at_ms: null,
  });
  fillBook(bulk, computeOfLicence(licenceId).name, at);
  return hosts;
}

type Hosting = {
  readonly plan: FleetPlan;
  readonly facilityId: string;
  readonly jkt: string;
};

const FACTS = canonicalJson(JSON.parse(JSON.stringify(hostTpmFacts(true))));

function fillHost(bulk: Bulk, { plan: { at }, facilityId, jkt }: Hosting): string {
  const hostId = newId('hst');
  const sessionId = `ses_${randomBytes(16).toString('base64url')}`;
  const evidence = randomHex();
  // Some attested just now, others are about to again.
  const evidenceAtMs = at.getTime() - Math.floor(Math.random() * 60) * MINUTE_MS - 1;
  bulk.insert('host', {
    id: hostId,
    tenant: 'acme',
    facility_id: facilityId,
    kind: 'tpm',
    identity_sha256: randomHex(),
    ek_certificate: new Uint8Array(800),
    ek_anchor: randomHex(),
    ek_name: randomBytes(34),
    ek_valid_until_ms: null,
    jkt,
    host_key: '{"crv":"P-256","kty":"EC"}'.padEnd(130),
    ak_name: randomBytes(34),
    ak_public: randomBytes(120),
    tee: null,
    platform: null,
    hostname: hostId,
    device_id: newId('dev'),
    enrolled_at_ms: at.getTime() - 60 * DAY_MS,
    version: 1,
    suspended_at_ms: null,
    suspended_reason: null,
  });
  bulk.insert('host_state', {
    host_id: hostId,
    session_id: sessionId,
    session_issued_at_ms: evidenceAtMs,
    session_expires_at_ms: evidenceAtMs + 5 * MINUTE_MS,
    unanswered: 0,
    failures: 0,
    next_attestation_after_ms: evidenceAtMs + 60 * MINUTE_MS,
    evidence_session_id: sessionId,
    evidence_at_ms: evidenceAtMs,
    outcome: 'accepted',
    reasons: '[]',
    facts: FACTS,
    reference_sets: JSON.stringify([REFERENCE_SET]),
    trust_epoch: bulk.trustEpoch,
    pcrs: '{}',
    firmware_version: '0'.repeat(16),
    tee_state: null,
    vtpm_pcrs: null,
    boot_state: null,
    boot_history: null,
    tee_anchors: null,
    valid_until_ms: null,
    place_subject: null,
    place: null,
    challenge_session_id: null,
  });
  bulk.insert('session', {
    id: sessionId,
    host_id: hostId,
    nonce: randomBytes(32),
    issued_at_ms: evidenceAtMs,
    expires_at_ms: evidenceAtMs + 5 * MINUTE_MS,
    submitted_at_ms: evidenceAtMs,
    evidence_digest: evidence,
    lapsed_at_ms: null,
  });
  bulk.insert('appraisal', {
    session_id: sessionId,
    host_id: hostId,
    tenant: 'acme',
    evidence_digest: evidence,
    outcome: 'accepted',
    at_ms: evidenceAtMs,
    answer: '{}'.padEnd(4000),
    leaf_index: 0,
    inputs: null,
  });
  return hostId;
}

type Placing = {
  readonly plan: FleetPlan;
  readonly customer: Customer;
  readonly facilityId: string;
  readonly hostId: string;
};

function fillGpu(bulk: Bulk, { plan: { at }, customer, facilityId, hostId }: Placing): string {
  const id = newId('dev');
  const chip = randomHex();
  const atMs = at.getTime();
  bulk.insert('device', {
    id,
    tenant: 'chips',
    kind: 'gpu',
    model: MODEL,
    serial: `16${id.slice(-11)}`,
    natural_key: `serial:16${id.slice(-11)}`,
    facility_id: facilityId,
    party_id: customer.partyId,
    identity_type: 'nvidia-chip-key',
    identity_sha256: chip,
    lifecycle: 'in-service',
    shipped_at_ms: atMs - 50 * DAY_MS,
    due_after_days: 30,
    verified_at_ms: atMs - 60 * MINUTE_MS,
    maintenance_from_ms: null,
    maintenance_until_ms: null,
    noted_state: 'verified',
    look_at_ms: atMs + 30 * DAY_MS,
    created_by: 'exporter',
    created_at_ms: atMs - 60 * DAY_MS,
    changed_at_ms: atMs - 50 * DAY_MS,
    leaf_index: 0,
  });
  bulk.insert('host_device', {
    device_id: id,
    host_id: hostId,
    link: 'chip-certificate',
    since_ms: atMs - 50 * DAY_MS,
  });
  bulk.insert('proven_chip', {
    chip_sha256: chip,
    host_id: hostId,
    kind: 'gpu',
    outcome: 'attested',
    evidence: chipEvidence(chip, atMs),
    anchors: JSON.stringify([`nvidia-device:${'0'.repeat(64)}`]),
    valid_until_ms: atMs + 10 * DAY_MS,
  });
  return id;
}

function chipEvidence(identity: string, atMs: number): string {
  const match = { verdict: 'match', mismatches: [], why: null } as const;
  return JSON.stringify({
    item: 'gpu0',
    outcome: 'attested',
    identity,
    ueid: BigInt(`0x${identity.slice(0, 38)}`).toString(),
    model: 'GH100 A01 GSP BROM',
    chip: 'GH100',
    driverVersion: '580.105.08',
    vbiosVersion: '96.00.9F.00.01',
    mode: 'spt',
    fwid: 'match',
    measurements: [
      { component: 'driver', rimId: 'NV_GPU_DRIVER_GH100_580.105.08', ...match },
      { component: 'vbios', rimId: 'NV_GPU_VBIOS_1010_0200_882_96009F0001', ...match },
    ],
    validUntil: new Date(atMs + 10 * DAY_MS).toISOString(),
  });
}

function ultimateParentOf(bulk: Bulk, partyId: string): string {
  const [row] = bulk.all('select ultimate_parent_id as parent from party where id = ?', partyId);
  return String(row?.['parent'] ?? partyId);
}

/** A month of use: what was drawn on each day of the window. */
function fillBook(bulk: Bulk, account: string, at: Date): void {
  const of = (committed: number) => ({ account, reserved: 0, committed, entries: 24 });
  for (let day = 1; day <= WINDOW_DAYS; day++) {
    const period = dayOf(new Date(at.getTime() - day * DAY_MS));
    bulk.insert('ledger_balance', { ...of(1e9), period });
  }
  bulk.insert('ledger_balance', { ...of(WINDOW_DAYS * 1e9), period: '', entries: 24 * WINDOW_DAYS });
}

function newKey(): HostKey {
  return hostKeyFrom(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey);
}

function randomHex(): string {
  return randomBytes(32).toString('hex');
}

let made = 0;
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

/** As the service makes them (service/identifier.ts): what was registered together stands together. */
function newId(prefix: string): string {
  const order = hash('sha256', String(made), 'buffer');
  const when = Math.floor(made++ / 8)
    .toString(32)
    .padStart(10, '0');
  return `${prefix}_${when.replace(/[i-v]/g, (letter) => ALPHABET[Number.parseInt(letter, 32)] ?? letter)}${[
    ...order.subarray(0, 16),
  ]
    .map((byte) => ALPHABET[byte % 32])
    .join('')}`;
}
