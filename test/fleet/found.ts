import { generateKeyPairSync, hash, randomUUID, X509Certificate } from 'node:crypto';
import { pino } from 'pino';
import { enrol } from '../../src/agent/enrol.ts';
import { hostKeyFrom } from '../../src/agent/host-key.ts';
import { tpmAttester } from '../../src/agent/tpm/attester.ts';
import { startVerifier } from '../../src/cli/serve/verifier.ts';
import { toPcrMap } from '../../src/evidence/tpm/index.ts';
import { type EkCa, makeEkCa } from '../../src/forge/tpm/ek-ca.ts';
import { SoftwareTpm } from '../../src/forge/tpm/software-tpm.ts';
import { createPrincipal } from '../../src/service/access/principals.ts';
import { ROLE_SCOPES } from '../../src/service/access/scopes.ts';
import { mintToken } from '../../src/service/access/tokens.ts';
import type { Context } from '../../src/service/context.ts';
import { mintEnrolmentToken } from '../../src/service/enrolment/tokens.ts';
import type { Principal, Role } from '../../src/service/principal.ts';
import { registerDevice } from '../../src/service/registry/devices.ts';
import { proposeFacility } from '../../src/service/registry/facilities.ts';
import { ruleOnFacility } from '../../src/service/registry/rule-on-facility.ts';
import type { TrustContent } from '../../src/service/trust/kinds.ts';
import { proposeTrustInput } from '../../src/service/trust/propose.ts';
import { approveTrustInput } from '../../src/service/trust/rule.ts';
import { databaseOf } from '../postgres/choice.ts';
import { type Connection, clientOver, connectTo, LOG_ORIGIN, PUBLIC_URL } from './connection.ts';
import { CHOICE, type FleetHost, newSessionKeys } from './host.ts';

/** A verifier's data folder in which hosts are enrolled, and those hosts; the verifier itself is not running. */
export type Fleet = {
  readonly data: string;
  readonly hosts: readonly FleetHost[];
  /** Bearer tokens. */
  readonly tokens: Readonly<Record<'operator' | 'auditor', string>>;
};

/** Whom the verifier trusts besides the TPMs' manufacturer. */
export type FleetRoots = {
  readonly name: string;
  readonly purpose: 'nvidia-device-root' | 'nvidia-rim-root';
  readonly pem: string;
};

/**
 * Fills a new data folder as people and agents would: a facility, a trusted TPM manufacturer, a reference set that the
 * hosts match, and hosts with TPMs in software, each enrolled over HTTP by the agent's own code, with GPUs that its operator claims.
 */
export async function foundFleet(
  data: string,
  hostCount: number,
  { roots = [], gpusEach = 0 }: { readonly roots?: readonly FleetRoots[]; readonly gpusEach?: number } = {},
): Promise<Fleet> {
  const log = pino({ level: 'silent' });
  const verifier = await startVerifier({
    data,
    ...(await databaseOf(data)),
    host: '127.0.0.1',
    port: 0,
    publicUrl: PUBLIC_URL,
    log,
    config: { logOrigin: LOG_ORIGIN },
  });
  const connection = connectTo(verifier.url);
  try {
    const { context } = verifier;
    const ca = makeEkCa(new Date());
    const operator = await hire(context, 'operator', 'acme');
    const auditor = await hire(context, 'auditor', 'bureau');
    const facilityId = await openFacility(context);
    await trust(context, {
      kind: 'anchors',
      content: { name: 'manufacturers', version: '1', purpose: 'tpm-ek', certificates: ca.rootPem },
    });
    for (const { name, purpose, pem } of roots) {
      const content = { name, version: '1', purpose, certificates: pem };
      await trust(context, { kind: 'anchors', content });
    }
    const hosts: FleetHost[] = [];
    while (hosts.length < hostCount) {
      const enrolling = { context, connection, ca, operator: operator.principal, facilityId, gpusEach };
      const host = await enrolHost(enrolling);
      if (hosts.length === 0) await trust(context, await referenceSetOf(host.tpm));
      hosts.push(host);
    }
    return { data, hosts, tokens: { operator: operator.token, auditor: auditor.token } };
  } finally {
    connection.close();
    await verifier.close();
  }
}

type Enrolling = {
  readonly context: Context;
  readonly connection: Connection;
  readonly ca: EkCa;
  readonly operator: Principal;
  readonly facilityId: string;
  readonly gpusEach: number;
};

async function enrolHost(enrolling: Enrolling): Promise<FleetHost> {
  const { context, connection, ca, operator, facilityId, gpusEach } = enrolling;
  const claims = Array.from({ length: gpusEach }, () => ({ kind: 'gpu' as const, serial: randomUUID() }));
  const gpus: string[] = [];
  for (const claim of claims) {
    const { row } = await registerDevice(context, principal('exporter', 'chips'), {
      ...claim,
      model: 'H100',
      facilityId,
    });
    gpus.push(row.id);
  }
  const wish = { facilityId, expiresInSeconds: 3600, devices: claims };
  const { token } = await mintEnrolmentToken(context, operator, wish);
  const hostKey = hostKeyFrom(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey);
  const tpm = new SoftwareTpm({ ca, clock: () => new Date(), ek: 'ecc256' });
  const deviceId = await declareTpm(context, tpm, facilityId);
  const { hostId } = await enrol({
    client: clientOver(connection, hostKey),
    attester: tpmAttester(tpm, CHOICE),
    token,
    // Nothing is ever sent again here: what fails must be seen.
    pace: {
      clock: () => new Date(),
      sleep: async () => Promise.reject(new Error('no answer')),
      random: () => 0,
    },
    signal: new AbortController().signal,
  });
  return { hostId, deviceId, gpus, facilityId, hostKey, tpm, sessionKeys: newSessionKeys() };
}

/** By the exporter, as a device of its own. */
async function declareTpm(context: Context, tpm: SoftwareTpm, facilityId: string): Promise<string> {
  const { publicKey } = new X509Certificate((await tpm.readEndorsement()).ekCertificate);
  const sha256 = hash('sha256', publicKey.export({ type: 'spki', format: 'der' }), 'hex');
  const { row } = await registerDevice(context, principal('exporter', 'chips'), {
    kind: 'host-tpm',
    identity: { type: 'tpm-ek', sha256 },
    facilityId,
  });
  return row.id;
}

async function openFacility(context: Context): Promise<string> {
  const { id, digest } = await proposeFacility(context, principal('exporter', 'chips'), {
    name: 'Hall 1',
    country: 'IS',
    operatorTenant: 'acme',
    area: { type: 'Point', coordinates: [-21.9, 64.1], radiusMeters: 500 },
  });
  const ruling = { ruling: 'authorised', digest, authorisedUntil: null, reason: 'in order' } as const;
  await ruleOnFacility(context, principal('authority', 'bureau'), id, ruling);
  return id;
}

async function referenceSetOf(tpm: SoftwareTpm): Promise<TrustContent> {
  const { pcrs } = await tpm.quote({ extraData: new Uint8Array(32), choice: CHOICE });
  const values = Object.entries(toPcrMap(pcrs)['sha256'] ?? {}).map(([pcr, value]) => [pcr, [value]]);
  return {
    kind: 'reference-set',
    content: {
      kind: 'tpm-pcrs',
      name: 'image',
      version: '1',
      publisher: 'acme',
      bank: 'sha256',
      sealed: false,
      pcrs: Object.fromEntries(values),
    },
  };
}

export async function trust(context: Context, content: TrustContent): Promise<void> {
  const row = await proposeTrustInput(context, principal('authority', 'bureau', 'proposer'), content, null);
  await approveTrustInput(context, principal('authority', 'bureau', 'approver'), row.id, row.digest);
}

export function principal(role: Role, tenant: string, id: string = role): Principal {
  return { id, name: id, role, tenant, scopes: new Set(ROLE_SCOPES[role]) };
}

async function hire(
  context: Context,
  role: Role,
  tenant: string,
): Promise<{ readonly principal: Principal; readonly token: string }> {
  const administrator = principal('administrator', 'verifier');
  const { id } = await createPrincipal(context, administrator, { name: role, role, tenant });
  const wish = { principalId: id, label: role, expiresInSeconds: 86_400 };
  const { token } = await mintToken(context, administrator, wish);
  return { principal: principal(role, tenant, id), token };
}
