import { formatInstant } from '../../bytes/instant.ts';
import { incidentById, noteOverdue } from '../../store/events/incidents.ts';
import { tell } from '../events/tell.ts';
import type { Job } from '../schedule/run.ts';

/** Tells, once, that an incident has not been reported in time. */
export const overdueIncident: Job = async (context, { subject: id }) => {
  const at = context.clock();
  return context.store.write(async (tx) => {
    const row = await tx.first(incidentById, { id });
    if (row === undefined || row.state !== 'open') return null;
    if (at.getTime() < row.due_at_ms) return { due: new Date(row.due_at_ms) };
    if ((await tx.run(noteOverdue, { id, nowMs: at.getTime() })) === 0) return null;
    const body = { kind: row.kind, dueAt: formatInstant(new Date(row.due_at_ms)) };
    await tell(context, tx, {
      type: 'incident.overdue',
      tenant: row.tenant,
      at,
      subject: `incident:${id}`,
      body,
    });
    return null;
  });
};
