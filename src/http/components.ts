import { z } from 'zod';
import * as snp from '../appraisal/reference/snp.ts';
import * as tdx from '../appraisal/reference/tdx.ts';
import * as tpm from '../appraisal/reference/tpm-pcrs.ts';
import * as referenceSets from '../appraisal/reference-set.ts';
import * as licenceTerms from '../policy/licence.ts';
import * as packs from '../policy/packs/document.ts';
import * as access from '../protocol/access.ts';
import * as appraisal from '../protocol/appraisal.ts';
import * as appraisalInputs from '../protocol/appraisal-inputs.ts';
import * as area from '../protocol/area.ts';
import * as audit from '../protocol/audit.ts';
import * as challenge from '../protocol/challenge.ts';
import * as check from '../protocol/check.ts';
import * as chip from '../protocol/chip.ts';
import * as customer from '../protocol/customer.ts';
import * as decision from '../protocol/decision.ts';
import * as device from '../protocol/device.ts';
import * as deviceManifest from '../protocol/device-manifest.ts';
import * as deviceState from '../protocol/device-state.ts';
import * as disclosure from '../protocol/disclosure.ts';
import * as enrolment from '../protocol/enrolment.ts';
import * as event from '../protocol/event.ts';
import * as evidence from '../protocol/evidence.ts';
import * as facilityAudit from '../protocol/facility-audit.ts';
import * as facts from '../protocol/facts.ts';
import * as grant from '../protocol/grant.ts';
import * as history from '../protocol/history.ts';
import * as hostList from '../protocol/host-list.ts';
import * as incident from '../protocol/incident.ts';
import * as landmark from '../protocol/landmark.ts';
import * as ledger from '../protocol/ledger.ts';
import * as location from '../protocol/location.ts';
import * as logGrowth from '../protocol/log-growth.ts';
import * as logOrigins from '../protocol/log-origins.ts';
import * as mesh from '../protocol/mesh.ts';
import * as nras from '../protocol/nras.ts';
import * as overview from '../protocol/overview.ts';
import * as pageSession from '../protocol/page-session.ts';
import * as party from '../protocol/party.ts';
import * as partyImport from '../protocol/party-import.ts';
import * as reason from '../protocol/reason.ts';
import * as receipt from '../protocol/receipt.ts';
import * as registry from '../protocol/registry.ts';
import * as report from '../protocol/report.ts';
import * as reportedGpu from '../protocol/reported-gpu.ts';
import * as retention from '../protocol/retention.ts';
import * as screening from '../protocol/screening.ts';
import * as session from '../protocol/session.ts';
import * as signingKey from '../protocol/signing-key.ts';
import * as status from '../protocol/status.ts';
import * as tee from '../protocol/tee.ts';
import * as trust from '../protocol/trust.ts';
import * as usage from '../protocol/usage.ts';
import * as webhook from '../protocol/webhook.ts';
import * as grantsRoutes from './grants/schema.ts';
import * as hostsRoutes from './hosts/schema.ts';
import * as latchesRoutes from './latches/schema.ts';
import * as ledgerRoutes from './ledger/schema.ts';
import * as licencesRoutes from './licences/schema.ts';
import * as trustInputsRoutes from './trust-inputs/schema.ts';
import * as wellKnownRoutes from './well-known/schema.ts';

const MODULES: readonly object[] = [
  access,
  appraisal,
  appraisalInputs,
  area,
  audit,
  challenge,
  check,
  chip,
  customer,
  decision,
  device,
  deviceManifest,
  deviceState,
  disclosure,
  enrolment,
  event,
  evidence,
  facilityAudit,
  facts,
  grant,
  history,
  hostList,
  incident,
  landmark,
  ledger,
  location,
  logGrowth,
  logOrigins,
  mesh,
  nras,
  overview,
  pageSession,
  party,
  partyImport,
  reason,
  receipt,
  registry,
  report,
  reportedGpu,
  retention,
  screening,
  session,
  signingKey,
  status,
  tee,
  trust,
  usage,
  webhook,
  snp,
  tdx,
  tpm,
  referenceSets,
  licenceTerms,
  packs,
  grantsRoutes,
  hostsRoutes,
  latchesRoutes,
  ledgerRoutes,
  licencesRoutes,
  trustInputsRoutes,
  wellKnownRoutes,
];

/** What is a shape of its own: texts and numbers are shown where they stand. */
const NAMED: readonly string[] = ['object', 'union', 'enum'];

/**
 * The shapes of the interface by the names that its modules export them by, so that the OpenAPI document says each once and programs that
 * are generated from it call things as this one does.
 * @throws Error where two modules export different shapes by one name
 */
export function componentSchemas(): { readonly [name: string]: z.ZodType } {
  const components = new Map<string, z.ZodType>();
  for (const [exported, schema] of MODULES.flatMap((module) => Object.entries(module))) {
    if (!(schema instanceof z.ZodType) || !NAMED.includes(schema.def.type)) continue;
    const name = exported.charAt(0).toUpperCase() + exported.slice(1);
    if ((components.get(name) ?? schema) !== schema) throw new Error(`two shapes are called ${name}`);
    components.set(name, schema);
  }
  return Object.fromEntries([...components].sort(([one], [other]) => (one < other ? -1 : 1)));
}
