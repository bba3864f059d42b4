import { tokenAuthenticator } from '../service/access/authenticate.ts';
import type { Clock, Context } from '../service/context.ts';
import { proofAuthenticator } from '../service/dpop/authenticate.ts';
import { RequestError } from '../service/errors.ts';
import { type Once, onceFor } from '../service/once/once.ts';
import { onceStore } from '../service/once/store.ts';
import type { Caller } from '../service/principal.ts';
import { stateReader } from '../service/telemetry/state.ts';
import { readMeasuredHosts } from '../service/trust/measured-hosts.ts';
import { auditRoutes } from './audit/routes.ts';
import { challengeRoutes } from './challenges/routes.ts';
import { customerRoutes } from './customers/routes.ts';
import { decisionRoutes } from './decisions/routes.ts';
import { deliveryRoutes } from './deliveries/routes.ts';
import { deviceManifestRoutes } from './device-manifests/routes.ts';
import { deviceHistoryRoutes } from './devices/history.ts';
import { deviceMoveRoutes } from './devices/moves.ts';
import { deviceRoutes } from './devices/routes.ts';
import { transferRoutes } from './devices/transfers.ts';
import { disclosureRoutes } from './disclosures/routes.ts';
import { enrolmentTokenRoutes } from './enrolment-tokens/routes.ts';
import { enrolmentRoutes } from './enrolments/routes.ts';
import { eventRoutes } from './events/routes.ts';
import { facilityRoutes } from './facilities/routes.ts';
import { facilityAuditRoutes } from './facility-audits/routes.ts';
import { grantRoutes } from './grants/routes.ts';
import { healthRoutes } from './health/routes.ts';
import { hostRoutes } from './hosts/routes.ts';
import { incidentRoutes } from './incidents/routes.ts';
import { keyRoutes } from './keys/routes.ts';
import { landmarkRoutes } from './landmarks/routes.ts';
import { latchRoutes } from './latches/routes.ts';
import { ledgerRoutes } from './ledger/routes.ts';
import { licenceRoutes } from './licences/routes.ts';
import { locationRoutes } from './location/routes.ts';
import { logRoutes } from './log/routes.ts';
import type { Metrics } from './metrics/metrics.ts';
import { metricsRoutes } from './metrics/routes.ts';
import type { Authenticators, Credentials } from './middleware/authorise.ts';
import { nrasRoutes } from './nras/routes.ts';
import { overviewRoutes } from './overview/routes.ts';
import { pageCredentials } from './page-sessions/authenticate.ts';
import { pageSessionRoutes } from './page-sessions/routes.ts';
import { partyRoutes } from './parties/routes.ts';
import { principalRoutes } from './principals/routes.ts';
import { readinessChecks } from './readiness.ts';
import { reportRoutes } from './reports/routes.ts';
import { retentionRoutes } from './retention/routes.ts';
import type { Route } from './route.ts';
import { screeningRoutes } from './screenings/routes.ts';
import { sessionRoutes } from './sessions/routes.ts';
import { statusRoutes } from './status/routes.ts';
import { statusListRoutes } from './status-lists/routes.ts';
import { tokenRoutes } from './tokens/routes.ts';
import { trustInputRoutes } from './trust-inputs/routes.ts';
import { usageRoutes } from './usage/routes.ts';
import { webhookRoutes } from './webhooks/routes.ts';
import { wellKnownRoutes } from './well-known/routes.ts';

export type VerifierRoutesOptions = {
  readonly metrics: Metrics;
  /** See metrics/routes.ts. */
  readonly metricsAccess: 'public' | 'bearer';
  /** Whether this process is to end: it is not ready then. */
  readonly stopping?: () => boolean;
  /** The machine's clock, for readiness; null or absent where the service's own is set by somebody. */
  readonly machine?: Clock | null;
  /** Of the program, as the OpenAPI document names it. */
  readonly version: string;
};

export type VerifierRoutes = {
  readonly routes: readonly Route[];
  readonly authenticators: Authenticators;
  readonly once: Once;
};

/** Everything that a verifier answers: one line a resource. */
export function verifierRoutes(bare: Context, options: VerifierRoutesOptions): VerifierRoutes {
  const context: Context = { ...bare, store: onceStore(bare) };
  const report = (name: string, error: unknown): void => context.log.warn({ err: error, name }, 'not ready');
  const { collateral } = context;
  options.metrics.watchState(stateReader(bare));
  if (collateral !== null) options.metrics.watchCollateral(() => collateral.source.status());
  const routes: Route[] = [
    ...principalRoutes(context),
    ...tokenRoutes(context),
    ...pageSessionRoutes(context),
    ...partyRoutes(context),
    ...screeningRoutes(context),
    ...customerRoutes(context),
    ...facilityRoutes(context),
    ...facilityAuditRoutes(context),
    ...deviceRoutes(context),
    ...deviceHistoryRoutes(context),
    ...deviceMoveRoutes(context),
    ...transferRoutes(context),
    ...deliveryRoutes(context),
    ...deviceManifestRoutes(context),
    ...trustInputRoutes(context, readMeasuredHosts),
    ...enrolmentTokenRoutes(context),
    ...enrolmentRoutes(context),
    ...sessionRoutes(context),
    ...locationRoutes(context),
    ...landmarkRoutes(context),
    ...hostRoutes(context),
    ...nrasRoutes(context),
    ...disclosureRoutes(context),
    ...latchRoutes(context),
    ...licenceRoutes(context),
    ...reportRoutes(context),
    ...challengeRoutes(context),
    ...decisionRoutes(context),
    ...ledgerRoutes(context),
    ...usageRoutes(context),
    ...grantRoutes(context),
    ...statusListRoutes(context),
    ...statusRoutes(context),
    ...overviewRoutes(context),
    ...eventRoutes(context),
    ...webhookRoutes(context),
    ...incidentRoutes(context),
    ...logRoutes(context),
    ...auditRoutes(context),
    ...retentionRoutes(context),
    ...keyRoutes(context),
    ...healthRoutes(readinessChecks(context, options.machine ?? null), report, options.stopping),
    ...metricsRoutes(options.metrics, options.metricsAccess),
  ];
  return {
    routes: [...routes, ...wellKnownRoutes(context, options.version, routes)],
    authenticators: authenticators(context),
    once: onceFor(context),
  };
}

function authenticators(context: Context): Authenticators {
  const tokens = tokenAuthenticator(context);
  const proof = proofAuthenticator(context);
  const page = pageCredentials(context);
  const ofBrowser = async (credentials: Credentials): Promise<Caller> =>
    (await page.bearer(credentials)) ?? tokens.bearer(credentials);
  return {
    bearer: (credentials) =>
      credentials.cookie === undefined ? tokens.bearer(credentials) : ofBrowser(credentials),
    binder: (credentials) => tokens.binder(credentials),
    host: (credentials) => proof.host(credentials),
    key: (credentials) => proof.key(credentials),
    browser: async (credentials) => {
      page.requireOwnSite(credentials);
      return proof.key(credentials);
    },
    page: (credentials) => page.visitor(credentials),
    enrolment: (credentials) => proof.enrolment(credentials, enrolmentToken(credentials.authorization)),
  };
}

function enrolmentToken(authorization: string | undefined): string {
  const token = /^bearer ([^ ]{1,256})$/i.exec(authorization ?? '')?.[1];
  if (token !== undefined) return token;
  throw new RequestError(
    'enrolment_token_invalid',
    'Authorization: Bearer with an enrolment token is missing',
  );
}
