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
];
