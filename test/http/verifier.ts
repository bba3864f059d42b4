import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import { worldAtlas, worldCountries } from '../../src/cli/locate/atlas.ts';
import { createMetrics } from '../../src/http/metrics/metrics.ts';
import type { Page } from '../../src/http/page/page.ts';
import type { Route } from '../../src/http/route.ts';
import { verifierRoutes } from '../../src/http/routes.ts';
import { startServer } from '../../src/http/server.ts';
import { bootstrapAdministrator } from '../../src/service/access/bootstrap.ts';
import type { CollateralAccess } from '../../src/service/collateral/access.ts';
import type { Context, Random, ServiceConfig } from '../../src/service/context.ts';
import { LONGEST_GRANT_MS, STATUS_TTL_SECONDS } from '../../src/service/grant/lease.ts';
import { privateKeyMemory } from '../../src/service/keys/private-keys.ts';
import { openRotatingKeys } from '../../src/service/keys/rotating-keys.ts';
import { generateSigningKeyPem, signingKeyFromPem } from '../../src/service/keys/signing-key.ts';
import type { Role } from '../../src/service/principal.ts';
import { REPORT_KEPT_MS } from '../../src/service/report/sign.ts';
import { openSealingKeys } from '../../src/service/sealing/sealing-keys.ts';
import { longestLifeMs } from '../../src/service/session/pace.ts';
import { ownThread } from '../../src/service/workers/bundle-verifier.ts';
import { openTestStore } from '../postgres/choice.ts';
import { dataRoot } from '../store/data-root.ts';
import { hold, makePossession, shown, TEST_KEY } from './possession.ts';

export type Answer = {
  readonly status: number;
  readonly headers: Headers;
  /** The parsed body; null where there is none. */
  readonly body: Record<string, unknown>;
};

export type CallOptions = {
  /** With it goes a proof of its key, and a new Idempotency-Key (possession.ts). */
  readonly token?: string;
  /** Sent as JSON, unless it is a string: then as it stands. */
  readonly body?: unknown;
  readonly mediaType?: string;
  readonly headers?: { readonly [name: string]: string };
};

/** A whole verifier on a free port, its store in a folder of its own, its clock in the test's hand. */
export type TestVerifier = {
  readonly url: string;
  readonly context: Context;
  readonly routes: readonly Route[];
  readonly adminToken: string;
  /** Moves the verifier's clock on. */
  readonly advance: (milliseconds: number) => void;
  readonly call: (method: string, path: string, options?: CallOptions) => Promise<Answer>;
  /** A new principal and a token for it, with all scopes of its role unless given. */
  readonly principal: (role: Role, tenant: string, scopes?: readonly string[]) => Promise<TestPrincipal>;
  readonly close: () => Promise<void>;
};

export type TestPrincipal = { readonly id: string; readonly token: string; readonly tokenId: string };

export async function startTestVerifier(
  config: Partial<ServiceConfig> = {},
  collateral: CollateralAccess | null = null,
  page?: Page,
): Promise<TestVerifier> {
  const folder = mkdtempSync(join(dataRoot, 'sextant-http-'));
  const store = await openTestStore({ folder });
  let aheadMs = 0;
  let url = '';
  const clock = () => new Date(Date.now() + aheadMs);
  const random: Random = (length) => new Uint8Array(randomBytes(length));
  const settings = {
    sessionTtlMs: 60_000,
    enrolmentTtlMs: 60_000,
    attestationIntervalMs: 60_000,
    dpopSkewMs: 60_000,
    selfApproval: false,
    ...config,
  };
  const context: Context = {
    bundles: ownThread,
    store,
    publication: null,
    clock,
    random,
    keys: {
      ear: await openRotatingKeys(
        { store, clock, random, purpose: 'ear', privateKeys: privateKeyMemory() },
        longestLifeMs(settings),
      ),
      permit: await openRotatingKeys(
        { store, clock, random, purpose: 'permit', privateKeys: privateKeyMemory() },
        60_000,
      ),
      grant: await openRotatingKeys(
        { store, clock, random, purpose: 'grant', privateKeys: privateKeyMemory() },
        LONGEST_GRANT_MS,
      ),
      status: await openRotatingKeys(
        { store, clock, random, purpose: 'status', privateKeys: privateKeyMemory() },
        STATUS_TTL_SECONDS * 1000,
      ),
      report: await openRotatingKeys(
        { store, clock, random, purpose: 'report', privateKeys: privateKeyMemory() },
        REPORT_KEPT_MS,
      ),
      disclosure: await openRotatingKeys(
        { store, clock, random, purpose: 'disclosure', privateKeys: privateKeyMemory() },
        longestLifeMs(settings),
      ),
      seal: await openSealingKeys({ store, clock, random, privateKeys: privateKeyMemory() }),
      log: signingKeyFromPem('Ed25519', generateSigningKeyPem('Ed25519')),
    },
    config: {
      get publicUrl() {
        return url;
      },
      logOrigin: 'sextant.test/log',
      ...settings,
    },
    log: pino({ level: 'silent' }),
    jurisdictions: worldAtlas,
    countries: worldCountries,
    collateral,
  };
  const bootstrap = await bootstrapAdministrator(context, () => TEST_KEY.jkt);
  if (bootstrap === null) throw new Error('a new store has no principal');
  const metrics = createMetrics();
  const { routes, authenticators, once } = verifierRoutes(context, {
    metrics,
    metricsAccess: 'bearer',
    version: '0',
  });
  const { log } = context;
  const server = await startServer({
    routes,
    authenticators,
    once,
    metrics,
    log,
    host: '127.0.0.1',
    port: 0,
    checkReplies: true,
    page,
  });
  url = server.url;
  const adminToken = hold(bootstrap.token, TEST_KEY);

  const call: TestVerifier['call'] = async (method, path, { token, body, mediaType, headers } = {}) => {
    const response = await fetch(url + path, {
      method,
      headers: {
        ...(token === undefined ? {} : shown(token, { method, url: url + path, now: clock() })),
        ...(body === undefined ? {} : { 'content-type': mediaType ?? 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const isStream = response.headers.get('content-type') === 'text/event-stream';
    if (isStream) await response.body?.cancel();
    const text = isStream ? '' : await response.text();
    const isJson = response.headers.get('content-type')?.includes('json') === true;
    return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : { text } };
  };

  return {
    url,
    context,
    routes,
    adminToken,
    call,
    advance: (milliseconds) => {
      aheadMs += milliseconds;
    },
    principal: async (role, tenant, scopes) => {
      const named = await call('POST', '/v1/principals', {
        token: adminToken,
        body: { name: `${role} of ${tenant}`, role, tenant },
      });
      const id = String(named.body['id']);
      const key = makePossession();
      const minted = await call('POST', '/v1/tokens', {
        token: adminToken,
        body: {
          principalId: id,
          label: 'test',
          key: key.jkt,
          ...(scopes === undefined ? {} : { scopes }),
        },
      });
      if (minted.status !== 201) throw new Error(JSON.stringify(minted.body));
      return { id, token: hold(String(minted.body['token']), key), tokenId: String(minted.body['id']) };
    },
    close: async () => {
      await server.close();
      await store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
