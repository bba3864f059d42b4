import { z } from 'zod';
import { formatInstant } from '../../bytes/instant.ts';
import { contentDigest } from '../../evidence/digest.ts';
import { dayOf } from '../../ledger/periods.ts';
import type { LicenceConditions } from '../../policy/licence.ts';
import { incidentKind } from '../../protocol/incident.ts';
import { type LicenceReport, REPORT_FORMAT, type ReportedDevice } from '../../protocol/report.ts';
import { RETENTION_CLASSES } from '../../protocol/retention.ts';
import type { LicenceTable } from '../../store/attestation/tables.ts';
import type { IncidentTable } from '../../store/events/tables.ts';
import { readHead } from '../../store/log/statements.ts';
import type { View } from '../../store/port.ts';
import { administratorTenants, deletedSince, incidentsOfLicence } from '../../store/report/statements.ts';
import { visibleTenant } from '../access/visibility.ts';
import { VERIFIER } from '../build.ts';
import type { Context } from '../context.ts';
import { RequestError } from '../errors.ts';
import { accountsIn } from '../ledger/read.ts';
import { sumBetween } from '../ledger/taken.ts';
import { conditionsOf } from '../licence/conditions.ts';
import { readLicence } from '../licence/licences.ts';
import { checkpointOf } from '../log.ts';
import type { Principal } from '../principal.ts';
import { readHolds } from '../status/holds.ts';
import { type EffectiveTrust, effectiveTrust } from '../trust/effective.ts';
import { packKey } from '../trust/rule-packs.ts';
import { reportDevice } from './devices.ts';

/** What a report is of: from, unless given, the day of the licence, until now. */
export type ReportRequest = {
  readonly licenceId: string;
  readonly from?: Date | undefined;
  /** Not included. */
  readonly until?: Date | undefined;
};

/** A report but for what is read while it is written: decisions, grants, and what they come to. */
export type OpenReport = Omit<LicenceReport, 'decisions' | 'grants' | 'totals'>;

/**
 * Reads in one snapshot whatever of a report changes with time; decisions and grants never do, and follow page by page (write.ts).
 *
 * It is a function of the licence, the period, who reads, and the log's head: devices are judged as of the end of the period, or of the
 * log's last act where that is later, and by no clock. A licence names ten thousand devices at most, and so many are held.
 *
 * @throws RequestError `not_found`; `invalid_request` for a period that is none, or of the future
 */
export async function openReport(
  context: Context,
  by: Principal,
  request: ReportRequest,
): Promise<OpenReport> {
  const now = context.clock();
  const until = request.until ?? now;
  if (until > now) throw badPeriod('until', `by ${formatInstant(now)}`, until);
  const { head, ...report } = await context.store.read(async (view) => {
    const head = await view.first(readHead, {});
    const licence = await readLicence(view, by, request.licenceId);
    if (head === undefined) throw new RequestError('not_found', 'the log has no head');
    const from = request.from ?? new Date(licence.created_at_ms);
    if (from >= until) throw badPeriod('from', `before ${formatInstant(until)}`, from);
    const at = new Date(Math.max(until.getTime(), head.high_water_ms));
    const then: Context = { ...context, clock: () => at };
    const { conditions, sha256 } = conditionsOf(licence.conditions);
    const trust = await effectiveTrust(then, view);
    const { publicUrl: issuer } = context.config;
    const sees = visibleTenant(by);
    const operators = await view.all(administratorTenants, {});
    return {
      head,
      format: REPORT_FORMAT,
      issuer,
      reader: sees === null ? 'all-tenants' : 'holder',
      inventoryAt: formatInstant(at),
      period: { from: formatInstant(from), until: formatInstant(until) },
      licence: presentLicence(licence, { conditions, sha256, trust }),
      trustInputs: presentTrust(trust, sees === null),
      verifier: { ...VERIFIER, operatedBy: operators.map(({ tenant }) => tenant) },
      deleted: await deletedFrom(view, from),
      devices: await reportDevices(then, view, conditions, { from, until }),
      holds: await holdsOn(view, licence.id, conditions),
      incidents: await incidentsOf(view, licence.id, { from, until, sees }),
      ledger: await ledgerOf(view, licence.id, { from, until }),
    } as const;
  });
  const checkpoint = await checkpointOf(context, head);
  return { ...report, log: { origin: context.config.logOrigin, size: head.size, checkpoint } };
}

type Dates = { readonly from: Date; readonly until: Date };

function badPeriod(path: string, expected: string, actual: Date): RequestError {
  const message = 'a report is of a period that is over';
  return new RequestError('invalid_request', message, {
    path: `query.${path}`,
    expected,
    actual: formatInstant(actual),
  });
}

async function deletedFrom(view: View, from: Date): Promise<LicenceReport['deleted']> {
  const rows = await view.all(deletedSince, { fromMs: from.getTime() });
  return rows.map((row) => ({
    class: z.enum(RETENTION_CLASSES).parse(row.class),
    until: formatInstant(new Date(Number(row.until_ms))),
  }));
}

async function reportDevices(
  then: Context,
  view: View,
  conditions: LicenceConditions,
  dates: Dates,
): Promise<ReportedDevice[]> {
  const facilities = new Set(conditions.facilities);
  const devices: ReportedDevice[] = [];
  for (const id of [...new Set(conditions.devices)].sort())
    devices.push(await reportDevice(then, view, id, { ...dates, facilities }));
  return devices;
}

type Terms = {
  readonly conditions: LicenceConditions;
  readonly sha256: string;
  readonly trust: EffectiveTrust;
};

function presentLicence(row: LicenceTable, { conditions, sha256, trust }: Terms): LicenceReport['licence'] {
  const {
    validFrom,
    validUntil,
    minimumLevel = null,
    evidenceMaxAgeSeconds,
    waivers,
    rulePacks,
  } = conditions;
  return {
    id: row.id,
    holder: row.tenant,
    status: row.status,
    conditionsSha256: sha256,
    ...{ validFrom, validUntil, minimumLevel, evidenceMaxAgeSeconds, waivers },
    rulePacks: (rulePacks === 'none' ? [] : rulePacks).map(({ name, version }) => ({
      name,
      version,
      sha256: trust.rulePacks.get(packKey({ name, version }))?.digest ?? null,
    })),
    leafIndex: row.leaf_index,
  };
}

/** Names of trust inputs may be other tenants': an audit is called by its facility. */
function presentTrust(
  { inputs, digests, selfApproved }: EffectiveTrust,
  seesAll: boolean,
): LicenceReport['trustInputs'] {
  return {
    count: inputs.length,
    sha256: contentDigest('trust-inputs', [...digests]),
    selfApproved,
    inputs: seesAll
      ? inputs.map(({ kind, name, version, digest }) => ({ kind, name, version, sha256: digest }))
      : null,
  };
}

async function holdsOn(
  view: View,
  licenceId: string,
  { parties, facilities }: LicenceConditions,
): Promise<LicenceReport['holds']> {
  const holds = [...(await readHolds(view, 'licence', licenceId))];
  for (const id of new Set(parties)) holds.push(...(await readHolds(view, 'party', id)));
  for (const id of new Set(facilities)) holds.push(...(await readHolds(view, 'facility', id)));
  return holds;
}

async function incidentsOf(
  view: View,
  licenceId: string,
  { from, until, sees }: Dates & { readonly sees: string | null },
): Promise<LicenceReport['incidents']> {
  const period = { licenceId, fromMs: from.getTime(), untilMs: until.getTime() };
  const rows = await view.all(incidentsOfLicence, period);
  return rows.filter(({ tenant }) => sees === null || tenant === sees).map(presentIncident);
}

function presentIncident(row: IncidentTable): LicenceReport['incidents'][number] {
  const orNull = (ms: number | null): string | null => (ms === null ? null : formatInstant(new Date(ms)));
  return {
    id: row.id,
    kind: incidentKind.parse(row.kind),
    state: row.state,
    subjects: JSON.parse(row.subjects) as string[], // what `openIncident` wrote
    openedAt: formatInstant(new Date(row.opened_at_ms)),
    dueAt: formatInstant(new Date(row.due_at_ms)),
    overdue: row.state === 'open' && row.overdue_at_ms !== null,
    reportedAt: orNull(row.reported_at_ms),
    closedAt: orNull(row.closed_at_ms),
  };
}

/** The books of the licence; a day counts whole. */
async function ledgerOf(
  view: View,
  licenceId: string,
  { from, until }: Dates,
): Promise<LicenceReport['ledger']> {
  const lastDay = dayOf(new Date(until.getTime() - 1));
  const found: LicenceReport['ledger'] = [];
  for (const { name, unit, reserved, committed, periods } of await accountsIn(view, {
    about: 'licence',
    id: licenceId,
  })) {
    const inPeriod = periods === 'day' ? await sumBetween(view, name, dayOf(from), lastDay) : null;
    found.push({ account: name, unit, reserved, committed, inPeriod });
  }
  return found;
}
