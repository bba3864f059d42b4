import type { LatchTable } from '../../store/attestation/tables.ts';
import { hostsOfDevice, liveGrantsOfHost, liveGrantsOfLicence } from '../../store/grants/grants.ts';
import {
  devicesNamedByManufacturer,
  devicesOfChip,
  hostsAtFacility,
  licencesNaming,
} from '../../store/grants/subjects.ts';
import type { LicenceGrantTable } from '../../store/grants/tables.ts';
import type { Tx, View } from '../../store/port.ts';

/** What falls, and with it the grants that rest on it. A rule pack is named as `name@version`. */
export type GrantSubject = {
  readonly kind: LatchTable['subject_kind'] | 'rule-pack';
  readonly id: string;
};

type Live = Pick<
  LicenceGrantTable,
  'id' | 'licence_id' | 'host_id' | 'tenant' | 'list' | 'position' | 'status' | 'devices'
>;

/** Grants that last, may still change, and rest on a subject: each once. */
export async function liveGrantsOn(tx: Tx, { kind, id }: GrantSubject, at: Date): Promise<Live[]> {
  const nowMs = at.getTime();
  switch (kind) {
    case 'licence':
      return tx.all(liveGrantsOfLicence, { licenceId: id, nowMs });
    case 'host':
      return tx.all(liveGrantsOfHost, { hostId: id, nowMs });
    case 'device':
      return liveGrantsOfDevice(tx, id, nowMs);
    case 'facility': {
      const hosts = await tx.all(hostsAtFacility, { facilityId: id });
      return flat(hosts, (host) => tx.all(liveGrantsOfHost, { hostId: host.id, nowMs }));
    }
    case 'party':
      // The register's ids hold nothing that `like` reads otherwise but the underscore, which matches itself too.
      return liveGrantsNaming(tx, `"${id}"`, nowMs);
    case 'rule-pack': {
      const [name, version] = id.split('@');
      // As conditions are kept, in canonical form; names and versions hold nothing that `like` reads otherwise.
      return liveGrantsNaming(tx, JSON.stringify({ name, version }), nowMs);
    }
  }
}

async function liveGrantsNaming(tx: Tx, text: string, nowMs: number): Promise<Live[]> {
  const licences = await tx.all(licencesNaming, { quoted: `%${text}%` });
  return flat(licences, (licence) => tx.all(liveGrantsOfLicence, { licenceId: licence.id, nowMs }));
}

/** Of the chip, where a hold is on that (appraisal/devices, `chipName`): every device that stands for it. */
const CHIP = /^(?:gpu|switch)_([0-9a-f]{32})$/;

async function liveGrantsOfDevice(view: View, id: string, nowMs: number): Promise<Live[]> {
  const chip = CHIP.exec(id)?.[1];
  const ids = new Set(chip === undefined ? [id] : await devicesOf(view, chip));
  const hosts = await flat([...ids], (deviceId) => view.all(hostsOfDevice, { deviceId }));
  const named = await flat([...new Set(hosts.map(({ host_id }) => host_id))], (hostId) =>
    view.all(liveGrantsOfHost, { hostId, nowMs }),
  );
  return named.filter(({ devices }) => (JSON.parse(devices) as string[]).some((device) => ids.has(device))); // what `issueGrants` wrote
}

async function devicesOf(view: View, chip: string): Promise<string[]> {
  // Behind the last hexadecimal digit: everything that begins so.
  const range = { from: chip, to: `${chip}g` };
  const declared = await view.all(devicesOfChip, range);
  const linked = await view.all(devicesNamedByManufacturer, range);
  return [...declared, ...linked].map((device) => device.id);
}

async function flat<T, U>(items: readonly T[], read: (item: T) => Promise<readonly U[]>): Promise<U[]> {
  const found: U[] = [];
  for (const item of items) found.push(...(await read(item)));
  return found;
}
