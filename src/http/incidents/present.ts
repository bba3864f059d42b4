import { type Incident, incidentKind } from '../../protocol/incident.ts';
import type { IncidentWithNotes } from '../../service/incident/read.ts';
import type { IncidentTable } from '../../store/events/tables.ts';
import { shownInstant, shownInstantOrNull } from '../instants.ts';

export function presentIncident(row: IncidentTable): Incident {
  return {
    id: row.id,
    tenant: row.tenant,
    kind: incidentKind.parse(row.kind),
    state: row.state,
    subjects: JSON.parse(row.subjects) as string[], // what `openIncident` wrote
    evidence: JSON.parse(row.evidence) as string[], // likewise
    openedAt: shownInstant(row.opened_at_ms),
    dueAt: shownInstant(row.due_at_ms),
    overdue: row.state === 'open' && row.overdue_at_ms !== null,
    timesSeen: row.times_seen,
    lastSeenAt: shownInstant(row.last_seen_ms),
    reportedAt: shownInstantOrNull(row.reported_at_ms),
    reportedBy: row.reported_by,
    reference: row.reference,
    closedAt: shownInstantOrNull(row.closed_at_ms),
    closedBy: row.closed_by,
    closedReason: row.closed_reason,
    leafIndex: row.leaf_index,
  };
}

export function presentWithNotes({ incident, notes }: IncidentWithNotes): Incident {
  const shown = notes.map(({ at_ms, by, note }) => ({ at: shownInstant(at_ms), by, note }));
  return { ...presentIncident(incident), notes: shown };
}
