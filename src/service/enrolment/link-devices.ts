import { chipName } from '../../appraisal/devices/chip-name.ts';
import { chipNamesOfHost, declaredByChip } from '../../store/attestation/chips.ts';
import {
  claimsOfHost,
  declaredBySerial,
  declaredSelves,
  hostOfDevice,
  linkDevice,
  unlinkDevice,
} from '../../store/attestation/register.ts';
import type { Tx, View } from '../../store/port.ts';
import { isHeld } from '../host/held.ts';
import type { Claim } from './tokens.ts';

/** A device that a host holds, and on whose word: weakest last. */
export type LinkedDevice = {
  readonly id: string;
  readonly kind: string;
  readonly serial: string | null;
  readonly link: 'ek-digest' | 'host-key' | 'chip-certificate' | 'operator-claimed' | 'undeclared';
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
      const holder = await tx.first(hostOfDevice, { deviceId: device.id });
      const keyed = device.identity_sha256 !== null && device.identity_sha256 !== identity;
      // Of a declared chip the claim says only where to miss it: evidence alone moves or proves it.
      if (keyed && (SELF_KINDS.includes(kind) || holder !== undefined)) continue;
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
  const linked = await view.all(claimsOfHost, { hostId: host.id });
  const claimed = linked
    .filter(({ id }) => !declared.some((device) => device.id === id))
    .map(({ id, kind, serial, link }): LinkedDevice => ({ id, kind, serial, link }));
  const all = [...declared, ...claimed, ...(await shownChips(view, host, linked))];
  if (all.some(({ kind }) => kind === selfKind)) return all;
  return [{ id: host.device_id, kind: selfKind, serial: null, link: 'undeclared' }, ...all];
}

/** GPUs and switches of the newest accepted submission that are not linked: declared since, or by nobody. */
async function shownChips(
  view: View,
  { id: hostId, facility_id: facilityId }: { readonly id: string; readonly facility_id: string },
  linked: readonly { readonly identity_sha256: string | null }[],
): Promise<LinkedDevice[]> {
  const known = new Set(linked.map(({ identity_sha256 }) => identity_sha256));
  const found: LinkedDevice[] = [];
  for (const { chip_sha256: chip, kind } of await view.all(chipNamesOfHost, { hostId })) {
    if (known.has(chip)) continue;
    const declared = (await view.all(declaredByChip, { facilityId, chip })).filter(
      (one) => one.kind === kind,
    );
    for (const { id, serial } of declared) found.push({ id, kind, serial, link: 'chip-certificate' });
    if (declared.length === 0)
      found.push({ id: chipName(kind, chip), kind, serial: null, link: 'undeclared' });
  }
  return found;
}
