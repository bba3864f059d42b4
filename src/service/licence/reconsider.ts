import { hostRecord } from '../../store/attestation/hosts.ts';
import { hastenLicences } from '../../store/events/licence-subjects.ts';
import type { Tx } from '../../store/port.ts';
import { linkedDevices } from '../enrolment/link-devices.ts';

/**
 * Has every licence that names a subject, or a device that a subject host holds, looked at soon: whoever changes what licences
 * rest on calls this in its unit of work.
 */
export async function reconsiderLicences(tx: Tx, subject: string, at: Date): Promise<void> {
  const dueMs = at.getTime();
  const [kind, id = ''] = subject.split(':');
  if (kind !== 'host') {
    await tx.run(hastenLicences, { subject, dueMs });
    return;
  }
  const host = await tx.first(hostRecord, { id });
  if (host === undefined) return;
  for (const device of await linkedDevices(tx, host)) {
    await tx.run(hastenLicences, { subject: `device:${device.id}`, dueMs });
  }
}
