import type { View } from '../../store/port.ts';
import { measuredHosts } from '../../store/registry/trust.ts';
import { readMeasured } from '../host/measured.ts';
import type { MeasuredHost } from './preview.ts';

/** Every host's latest verified measurements, in the snapshot of whoever compares them. */
export async function readMeasuredHosts(view: View): Promise<readonly MeasuredHost[]> {
  const rows = await view.all(measuredHosts, {});
  return rows.flatMap((row) => {
    const measured = readMeasured(row, () => true);
    if (measured === null) return [];
    const { id: hostId, tenant, facility_id: facilityId } = row;
    return [{ hostId, tenant, facilityId, anchors: measured.restsOn, measured: measured.state }];
  });
}
