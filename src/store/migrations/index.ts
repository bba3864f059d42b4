import { log } from './0001-log.ts';
import { registry } from './0002-registry.ts';
import { attestation } from './0003-attestation.ts';
import { teeHosts } from './0004-tee-hosts.ts';
import { compositeHosts } from './0005-composite-hosts.ts';
import { location } from './0006-location.ts';
import { keysAndManifests } from './0007-keys.ts';
import { bootLogs } from './0045-boot-logs.ts';
import { witnesses } from './0070-witnesses.ts';
import { entities } from './0081-entities.ts';
import { decisionInputs } from './0082-decision-inputs.ts';
import { ledger } from './0083-ledger.ts';
import { grants } from './0084-grants.ts';
import { events } from './0086-events.ts';
import { boundTokens } from './0087-bound-tokens.ts';
import { audit } from './0090-audit.ts';
import { logKey } from './0091-log-key.ts';
import { leasedModels } from './0092-leased-models.ts';
import { usageReports } from './0092-usage-reports.ts';
import { groups } from './0093-groups.ts';
import { retention } from './0094-retention.ts';
import { challenges } from './0095-challenges.ts';
import { reports } from './0095-reports.ts';
import { deviceIdentity } from './0096-device-identity.ts';
import { gateReads } from './0096-gate-reads.ts';
import { logOrigins } from './0110-log-origins.ts';
import { gateStamp } from './0120-gate-stamp.ts';
import { booksInOrder } from './0121-books-in-order.ts';
import { pageSessions } from './0130-page-sessions.ts';
import { hostSummaries } from './0131-host-summaries.ts';
import { oidc } from './0132-oidc.ts';
import { certificateBoundTokens } from './0140-certificate-bound-tokens.ts';
import { partiesOfPrincipals } from './0170-parties-of-principals.ts';
import { partitionedEvidence } from './0180-partitioned-evidence.ts';
import { licenceLists } from './0195-licence-lists.ts';
import { screeningGrace } from './0230-screening-grace.ts';
import { reportedBy } from './0231-reported-by.ts';
import { oldUsage } from './0232-old-usage.ts';
import { smallRowsInOrder } from './0255-small-rows-in-order.ts';
import { summariesInOrder } from './0275-summaries-in-order.ts';
import { sealedWebhookSecrets } from './0280-sealed-webhook-secrets.ts';
import { proofKeys } from './0293-proof-keys.ts';
import { grantDenials } from './0302-grant-denials.ts';
import { turnedAway } from './0320-turned-away.ts';
import type { Migration } from './migration.ts';

/** In the order in which they run. New ones are added at the end; a released one is never edited, moved or removed. */
export const MIGRATIONS: readonly Migration[] = [
  log,
  registry,
  attestation,
  teeHosts,
  compositeHosts,
  location,
  keysAndManifests,
  bootLogs,
  witnesses,
  decisionInputs,
  ledger,
  events,
  audit,
  entities,
  boundTokens,
  logKey,
  grants,
  groups,
  reports,
  leasedModels,
  retention,
  usageReports,
  gateReads,
  challenges,
  deviceIdentity,
  pageSessions,
  gateStamp,
  certificateBoundTokens,
  hostSummaries,
  logOrigins,
  oidc,
  booksInOrder,
  partiesOfPrincipals,
  partitionedEvidence,
  licenceLists,
  screeningGrace,
  reportedBy,
  oldUsage,
  smallRowsInOrder,
  sealedWebhookSecrets,
  summariesInOrder,
  proofKeys,
  grantDenials,
  turnedAway,
];
