import type { ClusterState, DeviceState, LicenceState } from './inputs.ts';
import type { Deny } from './reasons.ts';

/**
 * No more devices at one facility at a time than the licence says, over all that its end user holds there under whatever licence.
 * What the end user holds must be known.
 */
export function decideClusters(
  { id, conditions: { maxClusterDevices: most, endUser } }: LicenceState,
  {
    devices,
    clusters,
  }: { readonly devices: readonly DeviceState[]; readonly clusters: readonly ClusterState[] },
  deny: Deny,
): void {
  if (most === undefined) return;
  const held = new Map(clusters.map(({ facilityId, granted }) => [facilityId, granted]));
  for (const [facilityId, asked] of Map.groupBy(devices, (device) => device.facilityId)) {
    // What stands nowhere is denied for that.
    if (facilityId === null) continue;
    const granted = held.get(facilityId);
    if (granted === undefined) {
      const sentence = `The verifier could not tell what ${endUser ?? 'the end user'} holds at ${facilityId}.`;
      deny('input.unavailable', 'verifier:clusters', sentence);
    } else if (!(granted + asked.length <= most)) {
      const sentence = `${asked.length} devices are asked about at ${facilityId}, where ${granted} more are granted; the licence ${id} allows ${most} at a time.`;
      deny('facility.cluster-too-large', `facility:${facilityId}`, sentence);
    }
  }
}
