import { hostRecord } from '../../store/attestation/hosts.ts';
import { openLatchesOn } from '../../store/attestation/latches.ts';
import type { View } from '../../store/port.ts';

/** Whether a host is held for review or suspended, and with it whatever it carries. */
export async function isHeld(view: View, hostId: string): Promise<boolean> {
  const host = await view.first(hostRecord, { id: hostId });
  const open = await view.all(openLatchesOn, { subjectKind: 'host', subjectId: hostId });
  return open.length > 0 || (host !== undefined && host.suspended_at_ms !== null);
}
