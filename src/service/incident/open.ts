import { formatInstant } from '../../bytes/instant.ts';
import { contentDigest } from '../../evidence/digest.ts';
import type { IncidentKind } from '../../protocol/incident-kind.ts';
import { hostRecord } from '../../store/attestation/hosts.ts';
import {
  hastenLicencesOfIncident,
  incidentByKey,
  insertIncident,
  joinLicences,
  seeIncidentAgain,
} from '../../store/events/incidents.ts';
import type { IncidentTable } from '../../store/events/tables.ts';
import type { Tx } from '../../store/port.ts';
import { recordAct } from '../acts.ts';
import type { Context } from '../context.ts';
import { linkedDevices } from '../enrolment/link-devices.ts';
import { tell } from '../events/tell.ts';
import { newIdentifier } from '../identifier.ts';
import { schedule } from '../schedule/schedule.ts';
import { reportDue } from './due.ts';
import { ruleDaysOf } from './rule-days.ts';

export type NewIncident = {
  readonly kind: IncidentKind;
  /** Who must report it: whoever operates or holds its subjects. Another tenant's part in it is an incident of its own. */
  readonly tenant: string;
  /** What it is about, as `<kind>:<id>`: host, device, facility, party, licence. */
  readonly subjects: readonly string[];
  /** Where to look, as `<kind>:<id>`: session, contest, decision, leaf. */
  readonly evidence: readonly string[];
  readonly at: Date;
};

/** Of what was seen again and again, the first and the latest are enough. */
const MAX_EVIDENCE = 20;

/**
 * Opens an incident, in the unit of work of what shows it. One at a time for the same kind and subjects: until it is closed, whatever
 * is seen again is counted there, and may bring its due date forward.
 *
 * Licences that name a subject, or a device that a subject host holds, are joined to it: rule packs ask what of theirs is unreported,
 * and may want it reported sooner than the operator does.
 *
 * @returns its id
 */
export async function openIncident(context: Context, tx: Tx, wanted: NewIncident): Promise<string> {
  const { kind, tenant, at } = wanted;
  const subjects = [...new Set(wanted.subjects)].sort();
  const openKey = contentDigest('incident', { tenant, kind, subjects });
  const about = await concerned(tx, subjects);
  const due = reportDue(context, kind, at, await ruleDaysOf(context, tx, kind, about));
  const known = await tx.first(incidentByKey, { openKey });
  if (known !== undefined) return seenAgain(context, tx, known, wanted, due);
  const id = newIdentifier('inc', context);
  const evidence = [...new Set(wanted.evidence)];
  const body = { incidentId: id, kind, subjects, evidence, dueAt: formatInstant(due) };
  const leafIndex = await recordAct(tx, context, { type: 'incident.opened', at, tenant, body });
  await tx.run(insertIncident, {
    id,
    tenant,
    kind,
    open_key: openKey,
    subjects: JSON.stringify(subjects),
    evidence: JSON.stringify(evidence),
    opened_at_ms: at.getTime(),
    due_at_ms: due.getTime(),
    leaf_index: leafIndex,
  });
  for (const subject of about) await tx.run(joinLicences, { incidentId: id, subject });
  await tx.run(hastenLicencesOfIncident, { incidentId: id, dueMs: at.getTime() });
  await schedule(tx, 'incident', id, due);
  return id;
}

async function seenAgain(
  context: Context,
  tx: Tx,
  known: IncidentTable,
  { tenant, evidence, at }: NewIncident,
  due: Date,
): Promise<string> {
  const all = [...new Set([...(JSON.parse(known.evidence) as string[]), ...evidence])]; // what `openIncident` wrote
  const kept =
    all.length <= MAX_EVIDENCE ? all : [...all.slice(0, MAX_EVIDENCE / 2), ...all.slice(-MAX_EVIDENCE / 2)];
  const dueMs = Math.min(known.due_at_ms, due.getTime());
  await tx.run(seeIncidentAgain, {
    id: known.id,
    nowMs: at.getTime(),
    evidence: JSON.stringify(kept),
    dueMs,
  });
  const dueAt = new Date(dueMs);
  if (dueMs < known.due_at_ms) await schedule(tx, 'incident', known.id, dueAt);
  await tell(context, tx, {
    type: 'incident.seen-again',
    tenant,
    at,
    subject: `incident:${known.id}`,
    body: {
      kind: known.kind,
      timesSeen: known.times_seen + 1,
      evidence: [...evidence],
      dueAt: formatInstant(dueAt),
    },
  });
  return known.id;
}

/** The subjects, and what the hosts among them hold: licences name devices. */
async function concerned(tx: Tx, subjects: readonly string[]): Promise<string[]> {
  const found = [...subjects];
  for (const subject of subjects) {
    const [kind, id = ''] = subject.split(':');
    const host = kind === 'host' ? await tx.first(hostRecord, { id }) : undefined;
    if (host !== undefined)
      found.push(...(await linkedDevices(tx, host)).map((device) => `device:${device.id}`));
  }
  return found;
}
