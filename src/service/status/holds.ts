import { formatInstant } from '../../bytes/instant.ts';
import type { HostStatus } from '../../protocol/status.ts';
import { openLatchesOn } from '../../store/attestation/latches.ts';
import type { LatchTable } from '../../store/attestation/tables.ts';
import type { View } from '../../store/port.ts';

/** What holds a subject for review, oldest first. */
export async function readHolds(
  view: View,
  subjectKind: LatchTable['subject_kind'],
  subjectId: string,
): Promise<HostStatus['latches']> {
  const rows = await view.all(openLatchesOn, { subjectKind, subjectId });
  return rows.map(({ id, code, sentence, latched_at_ms }) => ({
    id,
    subject: `${subjectKind}:${subjectId}`,
    code,
    sentence,
    since: formatInstant(new Date(latched_at_ms)),
  }));
}
