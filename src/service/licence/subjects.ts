import type { LicenceConditions } from '../../policy/licence.ts';
import { insertLicenceSubject, putLicenceStanding } from '../../store/events/licence-subjects.ts';
import type { Tx } from '../../store/port.ts';
import { schedule } from '../schedule/schedule.ts';

type Named = Pick<LicenceConditions, 'parties' | 'facilities' | 'devices'>;

/**
 * Has a licence follow its fleet from now on: keeps what it names, itself too, so that whatever happens to one of them finds the
 * licence without reading all, and schedules the first look.
 */
export async function followFleet(
  tx: Tx,
  licenceId: string,
  { parties, facilities, devices }: Named,
  at: Date,
): Promise<void> {
  const subjects = [
    `licence:${licenceId}`,
    ...parties.map((id) => `party:${id}`),
    ...facilities.map((id) => `facility:${id}`),
    ...devices.map((id) => `device:${id}`),
  ];
  for (const subject of subjects) await tx.run(insertLicenceSubject, { subject, licenceId });
  await tx.run(putLicenceStanding, {
    licence_id: licenceId,
    failing: '{}',
    suspends_at_ms: null,
    cause: null,
    judged_at_ms: null,
    reinstated_at_ms: null,
  });
  await schedule(tx, 'licence', licenceId, at);
}
