import { type PcrMap, parsePcrMap } from '../../evidence/tpm/pcrs.ts';
import type { View } from '../../store/port.ts';
import { measuredHosts } from '../../store/registry/trust.ts';
import type { MeasuredHost } from './preview.ts';

/** Every host's latest verified measurements, in the snapshot of whoever compares them. */
export async function readMeasuredHosts(view: View): Promise<readonly MeasuredHost[]> {
  const rows = await view.all(measuredHosts, {});
  return rows.flatMap(({ id, tenant, facility_id, ek_anchor, pcrs, firmware_version }) => {
    if (pcrs === null || firmware_version === null) return [];
    const { banks } = parsePcrMap(JSON.parse(pcrs) as PcrMap); // stored as `toPcrMap` wrote it; parsed strictly again
    return [
      {
        hostId: id,
        tenant,
        facilityId: facility_id,
        anchorSha256: ek_anchor,
        measured: { pcrs: banks, firmwareVersion: BigInt(`0x${firmware_version}`) },
      },
    ];
  });
}
