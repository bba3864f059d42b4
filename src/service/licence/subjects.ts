import type { LicenceConditions } from '../../policy/licence.ts';
import { insertLicenceSubject } from '../../store/events/licence-subjects.ts';
import type { Tx } from '../../store/port.ts';

type Named = Pick<LicenceConditions, 'parties' | 'facilities' | 'devices'>;

/** Keeps what a licence names, itself too, so that whatever happens to one of them finds the licence without reading all. */
export async function indexSubjects(
  tx: Tx,
  licenceId: string,
  { parties, facilities, devices }: Named,
): Promise<void> {
  const subjects = [
    `licence:${licenceId}`,
    ...parties.map((id) => `party:${id}`),
    ...facilities.map((id) => `facility:${id}`),
    ...devices.map((id) => `device:${id}`),
  ];
  for (const subject of subjects) await tx.run(insertLicenceSubject, { subject, licenceId });
}
