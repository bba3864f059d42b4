import type { View } from '../../store/port.ts';
import { measuredHosts } from '../../store/registry/trust.ts';
import { readMeasured } from '../host/measured.ts';
import type { MeasuredHost } from './preview.ts';

/** Every host's latest verified measurements, in the snapshot of whoever compares them. */
export async function readMeasuredHosts(view: View): Promise<readonly MeasuredHost[]> {
  const rows = await view.all(measuredHosts, {});
  return rows.flatMap(({ id, tenant, facility_id, ek_anchor, pcrs, firmware_version }) => {
    if (pcrs === null || firmware_version === null) return [];
    return [
      {
        hostId: id,
        tenant,
        facilityId: facility_id,
        anchorSha256: ek_anchor,
        measured: readMeasured({ pcrs, firmwareVersion: firmware_version }),
      },
    ];
  });
}
