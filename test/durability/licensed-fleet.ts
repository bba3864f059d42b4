import { pino } from 'pino';
import { startVerifier } from '../../src/cli/serve/verifier.ts';
import { licenceConditions } from '../../src/policy/licence.ts';
import { createPrincipal } from '../../src/service/access/principals.ts';
import { mintToken } from '../../src/service/access/tokens.ts';
import type { Context } from '../../src/service/context.ts';
import { grantLicence } from '../../src/service/licence/licences.ts';
import { registerParty } from '../../src/service/registry/parties.ts';
import { recordScreening } from '../../src/service/registry/screen-party.ts';
import { connectTo, LOG_ORIGIN, PUBLIC_URL } from '../fleet/connection.ts';
import { foundFleet, principal, trust } from '../fleet/found.ts';
import type { FleetHost } from '../fleet/host.ts';
import { hold, makePossession } from '../http/possession.ts';
import { databaseOf } from '../postgres/choice.ts';
import { attestTimes } from './witness.ts';

/** What one GPU of the fleet computes at its peak: 10^12 operations a second. */
export const PEAK_E12 = 1_979;

/** Attested hosts with GPUs under one licence with a quota that nothing exhausts; the verifier is not running. */
export type LicensedFleet = {
  readonly hosts: readonly FleetHost[];
  readonly licenceId: string;
  /** The authority's token, held by the tests' key. */
  readonly authority: string;
};

export async function licenseFleet(
  data: string,
  hostCount: number,
  gpusEach: number,
): Promise<LicensedFleet> {
  const { hosts } = await foundFleet(data, hostCount, { gpusEach });
  const verifier = await startVerifier({
    data,
    ...(await databaseOf(data)),
    host: '127.0.0.1',
    port: 0,
    publicUrl: PUBLIC_URL,
    log: pino({ level: 'silent' }),
    config: { logOrigin: LOG_ORIGIN, attestationIntervalMs: 1 },
  });
  const connection = connectTo(verifier.url);
  try {
    const { context } = verifier;
    await trustChips(context);
    const licenceId = await license(context, hosts);
    await Promise.all(hosts.map((host) => attestTimes(connection, host, 1)));
    return { hosts, licenceId, authority: await hireAuthority(context) };
  } finally {
    connection.close();
    await verifier.close();
  }
}

/** What the fleet's chips can do, approved. */
export async function trustChips(context: Context): Promise<void> {
  const model = {
    model: 'H100',
    tpp: 15_824,
    format: 'fp8',
    source: 'data sheet',
    peakE12PerSecond: PEAK_E12,
  };
  const table = { name: 'chips', version: '1', ruleVersion: '1', models: [model] };
  await trust(context, { kind: 'chip-table', content: table });
}

/** A licence that names these hosts' GPUs. */
export async function license(context: Context, hosts: readonly FleetHost[]): Promise<string> {
  const party = await registerParty(context, principal('exporter', 'chips'), {
    legalName: 'Acme',
    country: 'IS',
  });
  const authority = principal('authority', 'bureau');
  await recordScreening(context, authority, party.id, {
    standing: 'clear',
    listVersion: null,
    clearUntil: null,
    reason: 'on no list',
  });
  const conditions = licenceConditions.parse({
    validFrom: '2020-01-01T00:00:00Z',
    validUntil: '2100-01-01T00:00:00Z',
    parties: [party.id],
    endUser: party.id,
    purpose: 'inference',
    facilities: [...new Set(hosts.map(({ facilityId }) => facilityId))],
    devices: hosts.flatMap(({ gpus }) => gpus),
    minimumFacts: { host: 'tpm' },
    evidenceMaxAgeSeconds: 86_400,
    referenceSets: 'any-approved',
    rulePacks: 'none',
    waivers: ['operator-claimed-serial'],
    computeQuota: { operationsE12: 10 ** 15, windowDays: 30 },
  });
  return (await grantLicence(context, authority, { tenant: 'chips', conditions })).id;
}

async function hireAuthority(context: Context): Promise<string> {
  const administrator = principal('administrator', 'verifier');
  const who = { name: 'authority', role: 'authority', tenant: 'bureau' } as const;
  const { id } = await createPrincipal(context, administrator, who);
  const key = makePossession();
  const wish = { principalId: id, label: 'load', expiresInSeconds: 86_400, key: key.jkt };
  return hold((await mintToken(context, administrator, wish)).token, key);
}
