import { hostRecord } from '../../store/attestation/hosts.ts';
import { openLatchesOn } from '../../store/attestation/latches.ts';
import {
  claimsOfHost,
  declaredBySerial,
  declaredTpms,
  hostOfDevice,
  linkDevice,
  unlinkDevice,
} from '../../store/attestation/register.ts';
import type { Tx, View } from '../../store/port.ts';
import type { Claim } from './tokens.ts';

/** A device that a host holds, and on whose word: weakest last. */
export type LinkedDevice = {
  readonly id: string;
  readonly kind: string;
  readonly serial: string | null;
  readonly link: 'ek-digest' | 'operator-claimed' | 'undeclared';
};

type Claiming = {
  readonly hostId: string;
  readonly facilityId: string;
  readonly ekDigest: string;
  readonly claims: readonly Claim[];
  readonly at: Date;
};

/**
 * Links the devices whose serial numbers the operator named with a host at the same facility. Its word alone stands
 * behind such a link, so it moves no device off a host that is held or suspended, not by taking that host elsewhere
 * either, and outweighs no declared key. A host has one TPM: no second one is claimed onto it, to be attested by the first.
 */
export async function linkClaims(
  tx: Tx,
  { hostId, facilityId, ekDigest, claims, at }: Claiming,
): Promise<void> {
  const linked = await tx.all(claimsOfHost, { hostId });
  const freed = (await isHeld(tx, hostId))
    ? []
    : linked.filter((device) => device.facility_id !== facilityId);
  for (const { id } of freed) await tx.run(unlinkDevice, { deviceId: id });
  const declared = await tx.all(declaredTpms, { facilityId, ekDigest });
  const claimed = linked.filter((device) => device.kind === 'host-tpm' && !freed.includes(device));
  let [tpm] = [...declared, ...claimed].map(({ id }) => id);
  for (const { kind, serial } of claims) {
    for (const device of await tx.all(declaredBySerial, { facilityId, kind, serial })) {
      if (device.identity_sha256 !== null && device.identity_sha256 !== ekDigest) continue;
      const holder = await tx.first(hostOfDevice, { deviceId: device.id });
      if (holder !== undefined && holder.host_id !== hostId && (await isHeld(tx, holder.host_id))) continue;
      if (kind === 'host-tpm') {
        tpm ??= device.id;
        if (tpm !== device.id) continue;
      }
      await tx.run(linkDevice, {
        deviceId: device.id,
        hostId,
        link: 'operator-claimed',
        sinceMs: at.getTime(),
      });
    }
  }
}

async function isHeld(view: View, hostId: string): Promise<boolean> {
  const host = await view.first(hostRecord, { id: hostId });
  const open = await view.all(openLatchesOn, { subjectKind: 'host', subjectId: hostId });
  return open.length > 0 || (host !== undefined && host.suspended_at_ms !== null);
}

/** Everything that a host holds, its own TPM first. */
export async function linkedDevices(
  view: View,
  host: {
    readonly id: string;
    readonly facility_id: string;
    readonly ek_digest: string;
    readonly tpm_device_id: string;
  },
): Promise<LinkedDevice[]> {
  const { facility_id: facilityId, ek_digest: ekDigest } = host;
  const declared = (await view.all(declaredTpms, { facilityId, ekDigest })).map(
    ({ id, kind, serial }): LinkedDevice => ({ id, kind, serial, link: 'ek-digest' }),
  );
  const claimed = (await view.all(claimsOfHost, { hostId: host.id }))
    .filter(({ id }) => !declared.some((device) => device.id === id))
    .map(({ id, kind, serial, link }): LinkedDevice => ({ id, kind, serial, link }));
  const all = [...declared, ...claimed];
  if (all.some(({ kind }) => kind === 'host-tpm')) return all;
  return [{ id: host.tpm_device_id, kind: 'host-tpm', serial: null, link: 'undeclared' }, ...all];
}
