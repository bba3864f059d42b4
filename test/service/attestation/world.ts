import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { pino } from 'pino';
import { onTestFinished } from 'vitest';
import type { TpmReferenceSet } from '../../../src/appraisal/reference/tpm-pcrs.ts';
import { worldAtlas, worldCountries } from '../../../src/cli/locate/atlas.ts';
import { createMetrics } from '../../../src/http/metrics/metrics.ts';
import { verifierRoutes } from '../../../src/http/routes.ts';
import { type RunningServer, startServer } from '../../../src/http/server.ts';
import type { Area } from '../../../src/protocol/area.ts';
import type { KeyPurpose } from '../../../src/protocol/key-purpose.ts';
import { createPrincipal } from '../../../src/service/access/principals.ts';
import { ROLE_SCOPES } from '../../../src/service/access/scopes.ts';
import { mintToken } from '../../../src/service/access/tokens.ts';
import type { Context, Random, ServiceConfig } from '../../../src/service/context.ts';
import { LONGEST_GRANT_MS, STATUS_TTL_SECONDS } from '../../../src/service/grant/lease.ts';
import { privateKeyFolder } from '../../../src/service/keys/private-keys.ts';
import { openRotatingKeys } from '../../../src/service/keys/rotating-keys.ts';
import type { Principal, Role } from '../../../src/service/principal.ts';
import { proposeFacility } from '../../../src/service/registry/facilities.ts';
import { ruleOnFacility } from '../../../src/service/registry/rule-on-facility.ts';
import { REPORT_KEPT_MS } from '../../../src/service/report/sign.ts';
import { openSealingKeys } from '../../../src/service/sealing/sealing-keys.ts';
import { observedStore } from '../../../src/service/telemetry/observe-store.ts';
import { Tally } from '../../../src/service/telemetry/tally.ts';
import type { TrustContent } from '../../../src/service/trust/kinds.ts';
import { proposeTrustInput } from '../../../src/service/trust/propose.ts';
import { approveTrustInput } from '../../../src/service/trust/rule.ts';
import { ownThread } from '../../../src/service/workers/bundle-verifier.ts';
import type { Hole } from '../../../src/store/port.ts';
import { statement } from '../../../src/store/statement.ts';
import { hold, makePossession } from '../../http/possession.ts';
import { type Issued, issueRoot } from '../../pki/issue.ts';
import { openTestStore } from '../../postgres/choice.ts';
import { temporaryFolder } from '../../store/temporary.ts';

/** Within the dates of the certificates that tests issue. */
export const BEGINNING = new Date('2026-03-01T12:00:00.000Z');

/** A verifier with an authorised facility and a trusted TPM manufacturer, over real HTTP, with a clock of the test's own. */
export type World = {
  readonly context: Context;
  readonly server: RunningServer;
  readonly manufacturer: Issued;
  readonly facilityId: string;
  /** Bearer tokens and principals by role; operator and exporter are of the tenants `acme` and `chips`. */
  readonly people: Readonly<Record<'exporter' | 'operator' | 'authority' | 'auditor', Person>>;
  /** Where store and keys lie. */
  readonly folder: string;
  /** Moves the clock on. */
  readonly pass: (ms: number) => void;
  /** Another verifier process over the same store folder, after this one was closed. */
  readonly restart: () => Promise<World>;
};

export type Person = { readonly principal: Principal; readonly token: string };

const TENANTS = { exporter: 'chips', operator: 'acme', authority: 'bureau', auditor: 'bureau' } as const;

/** Somewhere in Iceland. */
export const AREA = {
  type: 'Polygon',
  coordinates: [
    [
      [-21.9, 64.1],
      [-21.8, 64.1],
      [-21.8, 64.2],
      [-21.9, 64.1],
    ],
  ],
} satisfies Area;

/** `folder`: one whose database was placed somewhere before (postgres/choice.ts); else a new one. */
type WorldOptions = Partial<ServiceConfig> & { readonly anchors?: boolean; readonly folder?: string };

export async function makeWorld({
  anchors = true,
  folder = temporaryFolder(),
  ...config
}: WorldOptions = {}): Promise<World> {
  const base = await boot(folder, config, { nowMs: BEGINNING.getTime() });
  const { context } = base;
  const people = {
    exporter: await hire(context, 'exporter'),
    operator: await hire(context, 'operator'),
    authority: await hire(context, 'authority'),
    auditor: await hire(context, 'auditor'),
  };
  const manufacturer = issueRoot({ subject: 'Test TPM Manufacturer' });
  if (anchors) await trust(context, anchorsContent(manufacturer));
  const facility = await proposeFacility(context, people.exporter.principal, {
    name: 'Hall 1',
    country: 'IS',
    operatorTenant: TENANTS.operator,
    area: AREA,
  });
  await ruleOnFacility(context, people.authority.principal, facility.id, {
    ruling: 'authorised',
    digest: facility.digest,
    authorisedUntil: null,
    reason: 'in order',
  });
  return { ...base, people, manufacturer, facilityId: facility.id };
}

export function anchorsContent(root: Issued, name = 'manufacturers'): TrustContent {
  const base64 = Buffer.from(root.der).toString('base64').replace(/.{64}/g, '$&\n');
  const certificates = `-----BEGIN CERTIFICATE-----\n${base64}\n-----END CERTIFICATE-----\n`;
  return { kind: 'anchors', content: { name, version: '1', purpose: 'tpm-ek', certificates } };
}

export function referenceSetContent(
  set: Partial<TpmReferenceSet> & Pick<TpmReferenceSet, 'pcrs'>,
): TrustContent {
  return {
    kind: 'reference-set',
    content: {
      kind: 'tpm-pcrs',
      name: 'image',
      version: '1',
      publisher: 'acme',
      bank: 'sha256',
      sealed: false,
      ...set,
    },
  };
}

/** What H100 chips can do. */
export function chipTableContent(): TrustContent {
  const model = { model: 'H100', tpp: 15_824, format: 'fp8', source: 'data sheet', peakE12PerSecond: 1_979 };
  return { kind: 'chip-table', content: { name: 'chips', version: '1', ruleVersion: '1', models: [model] } };
}

/** Puts a trust input in force by two people of the authority. */
export async function trust(context: Context, content: TrustContent): Promise<void> {
  const [proposer, approver] = ['p', 'q'].map((id): Principal => ({ ...principalOf('authority'), id }));
  if (proposer === undefined || approver === undefined) return;
  const row = await proposeTrustInput(context, proposer, content, null);
  await approveTrustInput(context, approver, row.id, row.digest);
}

function principalOf(role: Role): Principal {
  return { id: role, name: role, role, tenant: 'bureau', scopes: new Set(ROLE_SCOPES[role]) };
}

async function hire(
  context: Context,
  role: keyof typeof TENANTS,
  tenant: string = TENANTS[role],
): Promise<Person> {
  const administrator = principalOf('administrator');
  const { id, name } = await createPrincipal(context, administrator, { name: role, role, tenant });
  const key = makePossession();
  const { token } = await mintToken(context, administrator, {
    principalId: id,
    label: role,
    expiresInSeconds: 30 * 86_400,
    key: key.jkt,
  });
  hold(token, key);
  return { principal: { id, name, role, tenant, scopes: new Set(ROLE_SCOPES[role]) }, token };
}

/** Somebody else's operator, or exporter. */
export function hireStranger(context: Context, role: 'exporter' | 'operator' = 'operator'): Promise<Person> {
  return hire(context, role, 'strangers');
}

const log = generateKeyPairSync('ed25519');

type Base = Pick<World, 'context' | 'server' | 'pass' | 'folder'> & {
  readonly restart: () => Promise<World>;
};

async function boot(folder: string, config: Partial<ServiceConfig>, clock: { nowMs: number }): Promise<Base> {
  const tally = new Tally();
  const store = observedStore(await openTestStore({ folder }), tally, () => performance.now() / 1000);
  let server: RunningServer | undefined;
  const now = () => new Date(clock.nowMs);
  const random: Random = (length) => new Uint8Array(randomBytes(length));
  const open = (purpose: KeyPurpose, lifeMs: number) => {
    const privateKeys = privateKeyFolder(join(folder, 'keys', purpose));
    return openRotatingKeys({ store, clock: now, random, purpose, privateKeys }, lifeMs);
  };
  const context: Context = {
    bundles: ownThread,
    store,
    publication: null,
    clock: now,
    random,
    keys: {
      ear: await open('ear', 2 * 3_600_000 + 300_000),
      permit: await open('permit', 60_000),
      grant: await open('grant', LONGEST_GRANT_MS),
      status: await open('status', STATUS_TTL_SECONDS * 1000),
      report: await open('report', REPORT_KEPT_MS),
      disclosure: await open('disclosure', 2 * 3_600_000 + 300_000),
      seal: await openSealingKeys({
        store,
        clock: now,
        random,
        privateKeys: privateKeyFolder(join(folder, 'keys', 'seal')),
      }),
      log: { kid: 'log', alg: 'Ed25519', ...log },
    },
    config: {
      get publicUrl() {
        return server?.url ?? '';
      },
      logOrigin: 'test.invalid/log',
      sessionTtlMs: 300_000,
      enrolmentTtlMs: 600_000,
      attestationIntervalMs: 3_600_000,
      dpopSkewMs: 60_000,
      selfApproval: false,
      ...config,
    },
    log: pino({ level: 'silent' }),
    jurisdictions: worldAtlas,
    countries: worldCountries,
    collateral: null,
  };
  const metrics = createMetrics(tally);
  const { routes, authenticators, once } = verifierRoutes(context, {
    metrics,
    metricsAccess: 'public',
    version: 'test',
  });
  server = await startServer({
    routes,
    authenticators,
    once,
    metrics,
    host: '127.0.0.1',
    port: 0,
    log: context.log,
    checkReplies: true,
  });
  const running = server;
  let closed = false;
  const close = async (): Promise<void> => {
    if (closed) return;
    closed = true;
    await running.close(0);
    await store.close();
  };
  onTestFinished(close);
  const base: Base = {
    context,
    server: running,
    folder,
    pass: (ms) => {
      clock.nowMs += ms;
    },
    restart: async () => {
      await close();
      return (await boot(folder, config, clock)) as World; // the caller spreads it over the world that it had
    },
  };
  return base;
}

const actsOfType = statement((db, hole: Hole<{ type: string }>) =>
  db.selectFrom('log_leaf').select('body').where('type', '=', hole('type')).orderBy('leaf_index'),
);

/** The bodies of the log's acts of one type, oldest first. */
export async function logged(
  { context }: World,
  type: string,
): Promise<readonly { [name: string]: unknown }[]> {
  const rows = await context.store.read((view) => view.all(actsOfType, { type }));
  return rows.map(({ body }) => JSON.parse(body));
}
