import type { ClusterState } from '../../policy/inputs.ts';
import { grantedInCluster } from '../../store/grants/grants.ts';
import type { View } from '../../store/port.ts';
import type { Gathered } from './gather.ts';

/**
 * What the licence's end user has been granted at the facilities of the devices, under whatever licence, and still holds; empty
 * where the licence sets no limit. The hosts that are asked about give up what they hold under this licence for what they are granted.
 */
export async function readClusters(
  view: View,
  { licence, devices }: Gathered,
  at: Date,
): Promise<readonly ClusterState[]> {
  const { maxClusterDevices, endUser } = licence.conditions;
  if (maxClusterDevices === undefined || endUser === undefined) return [];
  const asking = new Set(devices.map(({ hostId }) => hostId));
  const clusters: ClusterState[] = [];
  for (const facilityId of new Set(devices.map((device) => device.facilityId))) {
    if (facilityId === null) continue;
    const rows = await view.all(grantedInCluster, { endUser, facilityId, nowMs: at.getTime() });
    const others = rows.filter((row) => row.licence_id !== licence.id || !asking.has(row.host_id));
    clusters.push({ facilityId, granted: others.reduce((sum, row) => sum + row.devices, 0) });
  }
  return clusters;
}
