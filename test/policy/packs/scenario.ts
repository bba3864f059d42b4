import { hostTeeFacts } from '../../../src/appraisal/facts.ts';
import { canonicalJson } from '../../../src/bytes/canonical-json.ts';
import { plainJson } from '../../../src/bytes/plain-json.ts';
import { contentDigest } from '../../../src/evidence/digest.ts';
import { ledgerReasons } from '../../../src/ledger/index.ts';
import type { DeviceEvidence, DeviceState, PartyState } from '../../../src/policy/inputs.ts';
import { type LicenceConditions, licenceConditions } from '../../../src/policy/licence.ts';
import { type DecisionBasis, type LoadedPack, loadPack } from '../../../src/policy/packs/index.ts';
import { type Told, told } from '../../../src/policy/told.ts';
import type { Weighed } from '../../../src/policy/weighed.ts';
import { BASE, packIn } from './shipped.ts';

/** A licence with every condition that there is, under the base pack, and a fleet that keeps all of them. */
export const at = new Date('2026-03-01T12:00:00.000Z');
export const plus = (seconds: number): Date => new Date(at.getTime() + seconds * 1000);

export const base: LoadedPack = loadPack(packIn(BASE));
const { name, version } = base.pack.manifest;

export const conditions: LicenceConditions = licenceConditions.parse({
  validFrom: '2026-01-01T00:00:00Z',
  validUntil: '2027-01-01T00:00:00Z',
  parties: ['exporter', 'consignee', 'end-user'],
  facilities: ['fra1'],
  devices: ['guest-1', 'gpu-1'],
  minimumLevel: 'G2',
  evidenceMaxAgeSeconds: 3600,
  referenceSets: ['image'],
  rulePacks: [{ name, version }],
  consignee: 'consignee',
  endUser: 'end-user',
  purpose: 'inference',
  models: [{ model: 'H100', quantity: 8 }],
});

export const evidence: DeviceEvidence = {
  outcome: 'accepted',
  facts: hostTeeFacts('matched'),
  referenceSets: ['image'],
  nonceIssuedAt: plus(-60),
  validUntil: null,
  placeAt: null,
  placeUntil: null,
  auditUntil: null,
};
const guest: DeviceState = {
  id: 'guest-1',
  kind: 'host-tee',
  model: null,
  userId: null,
  lifecycle: 'verified',
  usableUntil: null,
  facilityId: 'fra1',
  hostId: 'host-1',
  serialLink: 'none',
  serialLinkUntil: null,
  modelDisagreement: null,
  evidence,
};
export const gpu: DeviceState = {
  ...guest,
  id: 'gpu-1',
  kind: 'gpu',
  model: 'H100',
  serialLink: 'manufacturer-manifest',
  evidence: { ...evidence, facts: { ...evidence.facts, gpuBinding: 'measured-cvm' } },
};
const german = { country: 'DE', headquarters: 'DE', parents: ['DE', 'NL'], chainComplete: true };
const everything: Told = told.parse({
  consignee: { id: 'consignee', ...german },
  endUser: { id: 'end-user', ...german, examinedAt: '2026-02-01T00:00:00Z' },
  facilities: [
    {
      id: 'fra1',
      country: 'DE',
      governmentAgreement: true,
      auditedAt: '2026-02-01T00:00:00Z',
    },
  ],
  deliveries: { verifiedSharePercent: 100, missingSharePercent: 0 },
  ledger: { consigneeYearTpp: 0, countryPeriodTpp: 0, destinationTpp: 0, homeShipmentsTpp: 0 },
  incidents: { unreported: [], oldestAt: null },
});

export { everything as told };

export const partyState = (id: string, more: Partial<PartyState> = {}): PartyState => ({
  id,
  standing: 'clear',
  clearUntil: null,
  listVersion: '2026-02',
  currentListVersion: '2026-02',
  deniedParents: [],
  ...more,
});

export const weighed: Weighed = {
  v: 1,
  action: 'use',
  at,
  licence: { id: 'licence-1', status: 'active', conditionsSha256: '' },
  requested: null,
  purpose: null,
  chips: [],
  devices: [guest, gpu],
  facilities: [
    {
      id: 'fra1',
      authorisation: 'authorised',
      authorisedFrom: plus(-86_400),
      authorisedUntil: null,
      tier: 'tier-1',
    },
  ],
  parties: ['exporter', 'consignee', 'end-user'].map((id) => partyState(id)),
  latches: [],
  clusters: [],
  ledger: {
    leases: {
      licenceId: 'licence-1',
      atMs: at.getTime(),
      payer: null,
      quota: null,
      tppInUse: null,
      modelsInUse: null,
      totals: { licence: 0, payer: 0 },
      hosts: [],
    },
    allocation: {
      licenceId: 'licence-1',
      consigneeId: 'consignee',
      country: 'DE',
      tpp: 0,
      unknown: [],
      licenceTpp: { cap: null, taken: 0 },
      chips: [],
      totals: { consignee: 0, country: 0 },
    },
  },
  packs: [{ name, version, digest: base.digest }],
  told: everything,
};

export type Change = {
  readonly conditions?: Partial<LicenceConditions>;
  readonly told?: Partial<Told>;
  readonly device?: Partial<DeviceState>;
  readonly evidence?: Partial<DeviceEvidence>;
  readonly packs?: DecisionBasis['packs'];
} & Partial<Omit<Weighed, 'told' | 'packs'>> & { readonly named?: Weighed['packs'] };

/** The scenario with something else: of devices, the GPU is the one that changes. */
export function basis(change: Change = {}): DecisionBasis {
  const { conditions: terms, told: facts, device, evidence: shown, packs, named, ...more } = change;
  const changed = { ...conditions, ...terms };
  const conditionsSha256 = contentDigest('licence-conditions', plainJson(changed));
  const state = {
    ...gpu,
    ...(shown === undefined ? {} : { evidence: { ...evidence, ...gpu.evidence, ...shown } }),
    ...device,
  };
  return {
    conditions: changed,
    ledger: ledgerReasons,
    packs: packs ?? ((digest) => (digest === base.digest ? base : null)),
    weighed: {
      ...weighed,
      devices: [guest, state],
      told: { ...everything, ...facts },
      packs: named ?? weighed.packs,
      licence: { ...weighed.licence, conditionsSha256 },
      ...more,
    },
  };
}

/** As the store keeps it: text, and read again. */
export function stored({ weighed: what, conditions: terms, packs, ledger }: DecisionBasis) {
  const kept = (value: object) => JSON.parse(canonicalJson(plainJson(value)));
  return { input: kept(what), conditions: kept(terms), packs, ledger };
}
