import type { ClusterState } from '../../policy/inputs.ts';
import { grantedInCluster, grantedToHost } from '../../store/grants/grants.ts';
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
  const hosts = new Set(devices.flatMap(({ hostId }) => hostId ?? []));
  const clusters: ClusterState[] = [];
  for (const facilityId of new Set(devices.map((device) => device.facilityId))) {
    if (facilityId === null) continue;
    const cluster = { endUser, facilityId, nowMs: at.getTime() };
    let granted = (await view.first(grantedInCluster, cluster))?.devices ?? 0;
    for (const hostId of hosts) {
      const own = await view.first(grantedToHost, { ...cluster, hostId, licenceId: licence.id });
      granted -= own?.devices ?? 0;
    }
    clusters.push({ facilityId, granted });
  }
  return clusters;
}
