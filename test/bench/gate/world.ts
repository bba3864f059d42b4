import { join, resolve } from 'node:path';
import { pino } from 'pino';
import { worldAtlas, worldCountries } from '../../../src/cli/locate/atlas.ts';
import { openKeys } from '../../../src/cli/serve/keys.ts';
import { pooledRandom } from '../../../src/cli/serve/random.ts';
import { makeEkCa } from '../../../src/forge/tpm/ek-ca.ts';
import { ROLE_SCOPES } from '../../../src/service/access/scopes.ts';
import type { Context } from '../../../src/service/context.ts';
import type { Principal, Role } from '../../../src/service/principal.ts';
import { proposeFacility } from '../../../src/service/registry/facilities.ts';
import { registerParty } from '../../../src/service/registry/parties.ts';
import { ruleOnFacility } from '../../../src/service/registry/rule-on-facility.ts';
import { recordScreening } from '../../../src/service/registry/screen-party.ts';
import { declareScreeningList } from '../../../src/service/registry/screening-lists.ts';
import type { TrustContent } from '../../../src/service/trust/kinds.ts';
import { proposeTrustInput } from '../../../src/service/trust/propose.ts';
import { approveTrustInput } from '../../../src/service/trust/rule.ts';
import { ownThread } from '../../../src/service/workers/bundle-verifier.ts';
import type { Store } from '../../../src/store/port.ts';
import { openSqliteStore } from '../../../src/store/sqlite/open.ts';
import { LOG_ORIGIN, PUBLIC_URL } from '../../fleet/connection.ts';
import { packIn } from '../../policy/packs/shipped.ts';

/** A service in this process over a data folder, by a clock that is set. */
export type GateWorld = {
  readonly context: Context;
  readonly clock: { nowMs: number };
  readonly close: () => Promise<void>;
};

const BASE = resolve(import.meta.dirname, '../../../packs/base');

export async function openWorld(data: string, clock: { nowMs: number }): Promise<GateWorld> {
  const store: Store = await openSqliteStore({ folder: data });
  const random = pooledRandom();
  const now = () => new Date(clock.nowMs);
  const config = {
    publicUrl: PUBLIC_URL,
    logOrigin: LOG_ORIGIN,
    sessionTtlMs: 300_000,
    enrolmentTtlMs: 600_000,
    attestationIntervalMs: 3_600_000,
    dpopSkewMs: 60_000,
    selfApproval: false,
  };
  const context: Context = {
    store,
    publication: null,
    clock: now,
    random,
    config,
    keys: await openKeys(join(data, 'keys'), { store, clock: now, random }, config),
    bundles: ownThread,
    collateral: null,
    jurisdictions: worldAtlas,
    countries: worldCountries,
    log: pino({ level: 'silent' }),
  };
  return { context, clock, close: () => store.close() };
}

/** A customer that uses what it is delivered, and whoever else its licences name. */
export type Customer = { readonly partyId: string; readonly parties: readonly string[] };

/** What licences of the fleet rest on, by id. */
export type Foundation = {
  readonly customers: readonly Customer[];
  readonly facilities: readonly string[];
};

/** Where customers are: rules tell some of these countries from others. */
const COUNTRIES = ['DE', 'FR', 'GB', 'IN', 'IS', 'JP', 'KR', 'NL', 'SE', 'US'];
const FACILITIES = 20;
export const MODEL = 'H100';
export const REFERENCE_SET = 'image';

/** Trust inputs, facilities, parties with a parent each, and the list that all are screened against: as people found them. */
export async function foundWorld(context: Context, customerCount: number): Promise<Foundation> {
  const exporter = principal('exporter', 'chips');
  const authority = principal('authority', 'bureau');
  for (const content of trustInputs(context.clock())) await trust(context, content);
  await declareScreeningList(context, authority, {
    version: '2026-02',
    graceSeconds: 0,
    reason: 'published',
  });
  const clear = async (wanted: Parameters<typeof registerParty>[2]): Promise<string> => {
    const { id } = await registerParty(context, exporter, wanted);
    const clearUntil = new Date(context.clock().getTime() + 90 * 86_400_000);
    const word = { standing: 'clear', listVersion: '2026-02', clearUntil, reason: 'on no list' } as const;
    await recordScreening(context, authority, id, word);
    return id;
  };
  const seller = await clear({ legalName: 'Chips', country: 'US', headquarters: 'US', ...TOP });
  const customers: Customer[] = [];
  for (let index = 0; index < customerCount; index++) {
    const country = COUNTRIES[index % COUNTRIES.length] ?? 'US';
    const at = { country, headquarters: country } as const;
    const parent = await clear({ legalName: `Holding ${index}`, ...at, ...TOP });
    const owner = { parentId: parent, ultimateParentId: parent, source: 'register', dated: '2026-01-01' };
    const partyId = await clear({ legalName: `Customer ${index}`, ...at, ...owner });
    customers.push({ partyId, parties: [seller, partyId] });
  }
  const facilities: string[] = [];
  for (let index = 0; index < FACILITIES; index++) facilities.push(await openFacility(context, index));
  return { customers, facilities };
}

const TOP = { ownUltimateParent: true, source: 'register', dated: '2026-01-01' } as const;

async function openFacility(context: Context, index: number): Promise<string> {
  const { id, digest } = await proposeFacility(context, principal('exporter', 'chips'), {
    name: `Hall ${index}`,
    country: 'IS',
    operatorTenant: 'acme',
    area: { type: 'Point', coordinates: [-21.9, 64.1], radiusMeters: 500 },
  });
  const ruling = { ruling: 'authorised', digest, authorisedUntil: null, tier: 'tier-1' } as const;
  await ruleOnFacility(context, principal('authority', 'bureau'), id, { ...ruling, reason: 'in order' });
  return id;
}

function trustInputs(at: Date): TrustContent[] {
  const model = { model: MODEL, tpp: 15_824, format: 'fp8', source: 'data sheet', peakE12PerSecond: 1_979 };
  const certificates = makeEkCa(at).rootPem;
  return [
    { kind: 'anchors', content: { name: 'manufacturers', version: '1', purpose: 'tpm-ek', certificates } },
    {
      kind: 'reference-set',
      content: {
        kind: 'tpm-pcrs',
        name: REFERENCE_SET,
        version: '1',
        publisher: 'acme',
        bank: 'sha256',
        sealed: false,
        pcrs: { 7: ['0'.repeat(64)] },
      },
    },
    { kind: 'chip-table', content: { name: 'chips', version: '1', ruleVersion: '1', models: [model] } },
    { kind: 'rule-pack', content: packIn(BASE) },
  ];
}

async function trust(context: Context, content: TrustContent): Promise<void> {
  const row = await proposeTrustInput(context, principal('authority', 'bureau', 'proposer'), content, null);
  await approveTrustInput(context, principal('authority', 'bureau', 'approver'), row.id, row.digest);
}

export function principal(role: Role, tenant: string, id: string = role): Principal {
  return { id, name: id, role, tenant, scopes: new Set(ROLE_SCOPES[role]) };
}
