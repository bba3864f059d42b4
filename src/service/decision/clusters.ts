import type { ClusterState } from '../../policy/inputs.ts';
import { grantedInCluster, grantedToHost } from '../../store/grants/grants.ts';
import type { View } from '../../store/port.ts';
import { devicesOf, grantsHeld } from '../grant/holding.ts';
import type { EffectiveTrust } from '../trust/effective.ts';
import type { Gathered } from './gather.ts';
import { packsRead } from './packs.ts';

const CLUSTER = ['facility', 'clusterDevices'];

/**
 * What the licence's end user has been granted at the facilities of the devices, under whatever licence, and still holds; empty
 * where neither the licence sets a limit nor a rule pack reads it. Of what the hosts that are asked about hold under this licence, the
 * devices that are asked for count once: not here, but as what is asked for.
 */
export async function readClusters(
  view: View,
  { licence, devices }: Gathered,
  { trust, at }: { readonly trust: EffectiveTrust; readonly at: Date },
): Promise<readonly ClusterState[]> {
  const { maxClusterDevices, endUser } = licence.conditions;
  const isAsked = maxClusterDevices !== undefined || packsRead(trust, licence.conditions, 'use', CLUSTER);
  if (!isAsked || endUser === undefined) return [];
  const hosts = new Set(devices.flatMap(({ hostId }) => hostId ?? []));
  const asked = new Set(devices.map(({ id }) => id));
  const clusters: ClusterState[] = [];
  for (const facilityId of new Set(devices.map((device) => device.facilityId))) {
    if (facilityId === null) continue;
    const cluster = { endUser, facilityId, nowMs: at.getTime() };
    let granted = (await view.first(grantedInCluster, cluster))?.devices ?? 0;
    for (const hostId of hosts) {
      const key = { hostId, licenceId: licence.id, nowMs: cluster.nowMs };
      const own = await view.first(grantedToHost, { ...cluster, ...key });
      if (own === undefined) continue;
      const live = (await grantsHeld(view, key)).filter((grant) => grant.facility_id === facilityId);
      const others = [...devicesOf(live)].filter((id) => !asked.has(id));
      granted += others.length - own.devices;
    }
    clusters.push({ facilityId, granted });
  }
  return clusters;
}
