import { hostRecord } from '../../store/attestation/hosts.ts';
import { openLatchesOn } from '../../store/attestation/latches.ts';
import {
  claimsOfHost,
  declaredBySerial,
  declaredSelves,
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
  readonly link: 'ek-digest' | 'host-key' | 'operator-claimed' | 'undeclared';
};

/** What a host is itself as a device, by what it enrolled by. */
export const SELF_KIND = { tpm: 'host-tpm', tee: 'host-tee' } as const;
const SELF_KINDS: readonly string[] = Object.values(SELF_KIND);
const SELF_LINK = { tpm: 'ek-digest', tee: 'host-key' } as const;

type Claiming = {
  readonly hostId: string;
  readonly facilityId: string;
  readonly kind: 'tpm' | 'tee';
  /** See store/attestation/tables.ts. */
  readonly identity: string;
  readonly claims: readonly Claim[];
  readonly at: Date;
};

/**
 * Links the devices whose serial numbers the operator named with a host at the same facility. Its word alone stands
 * behind such a link, so it moves no device off a host that is held or suspended, not by taking that host elsewhere
 * either, and outweighs no declared key. A host is one TPM or one guest: no second one is claimed onto it, to be attested by
 * the first, and none of the other kind.
 */
export async function linkClaims(
  tx: Tx,
  { hostId, facilityId, kind: hostKind, identity, claims, at }: Claiming,
): Promise<void> {
  const linked = await tx.all(claimsOfHost, { hostId });
  const freed = (await isHeld(tx, hostId))
    ? []
    : linked.filter((device) => device.facility_id !== facilityId);
  for (const { id } of freed) await tx.run(unlinkDevice, { deviceId: id });
  const selfKind = SELF_KIND[hostKind];
  const declared = await tx.all(declaredSelves, { facilityId, kind: selfKind, identity });
  const claimed = linked.filter((device) => device.kind === selfKind && !freed.includes(device));
  let [self] = [...declared, ...claimed].map(({ id }) => id);
  for (const { kind, serial } of claims) {
    if (SELF_KINDS.includes(kind) && kind !== selfKind) continue;
    for (const device of await tx.all(declaredBySerial, { facilityId, kind, serial })) {
      if (device.identity_sha256 !== null && device.identity_sha256 !== identity) continue;
      const holder = await tx.first(hostOfDevice, { deviceId: device.id });
      if (holder !== undefined && holder.host_id !== hostId && (await isHeld(tx, holder.host_id))) continue;
      if (kind === selfKind) {
        self ??= device.id;
        if (self !== device.id) continue;
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

/** Everything that a host holds, its own TPM or guest first. */
export async function linkedDevices(
  view: View,
  host: {
    readonly id: string;
    readonly facility_id: string;
    readonly kind: 'tpm' | 'tee';
    readonly identity_sha256: string;
    readonly device_id: string;
  },
): Promise<LinkedDevice[]> {
  const { facility_id: facilityId, identity_sha256: identity } = host;
  const selfKind = SELF_KIND[host.kind];
  const declared = (await view.all(declaredSelves, { facilityId, kind: selfKind, identity })).map(
    ({ id, kind, serial }): LinkedDevice => ({ id, kind, serial, link: SELF_LINK[host.kind] }),
  );
  const claimed = (await view.all(claimsOfHost, { hostId: host.id }))
    .filter(({ id }) => !declared.some((device) => device.id === id))
    .map(({ id, kind, serial, link }): LinkedDevice => ({ id, kind, serial, link }));
  const all = [...declared, ...claimed];
  if (all.some(({ kind }) => kind === selfKind)) return all;
  return [{ id: host.device_id, kind: selfKind, serial: null, link: 'undeclared' }, ...all];
}
