import type { ChipTable, Counted } from '../../ledger/chips.ts';
import type { LeasesWeighed } from '../../protocol/ledger.ts';
import { holderOf, LEASES_TOGETHER, leaseOf, leasesOf } from '../../store/ledger/leases.ts';
import type { LedgerLeaseTable } from '../../store/ledger/tables.ts';
import type { View } from '../../store/port.ts';

export type LeasedDevice = {
  /** As this exporter registered it. */
  readonly id: string;
  /** The chip that it was proven to be (appraisal/devices, `chipName`), whoever registered it; null where none was. */
  readonly chip: string | null;
  /** As chip tables write it. */
  readonly model: string;
};

/** A host that draws, with the lease that it has: `terms` are those that it would have. */
export type Drawer = {
  readonly hostId: string;
  /** In the order of their names; TPP by the table in force, each chip's once. */
  readonly devices: readonly (LeasedDevice & { readonly tpp: number; readonly counts: boolean })[];
  readonly terms: string;
  /** What the fastest of its chips can compute, as far as the table knows: 10^12 operations a second. */
  readonly peakE12: number;
  readonly row: LedgerLeaseTable | null;
  readonly weighed: Omit<LeasesWeighed['hosts'][number], 'untilMs'>;
};

/** Two registrations of one chip, under one licence, compute what one chip does. */
export function eachChipOnce(devices: readonly LeasedDevice[], table: ChipTable): Drawer['devices'] {
  const seen = new Set<string>();
  return [...devices]
    .sort((one, other) => (one.id < other.id ? -1 : 1))
    .map((device) => {
      // Under two names of models it is taken for both.
      const name = JSON.stringify([device.chip ?? device.id, device.model]);
      const counts = !seen.has(name);
      seen.add(name);
      return { ...device, counts, tpp: counts ? (table.get(device.model)?.tpp ?? 0) : 0 };
    });
}

/** Leases that hosts have under a licence, by their ids. */
export type Leases = ReadonlyMap<string, LedgerLeaseTable>;

export async function readLeases(view: View, licenceId: string, hostIds: readonly string[]): Promise<Leases> {
  const [hostId, ...others] = hostIds;
  const rows: LedgerLeaseTable[] = [];
  if (hostId !== undefined && others.length === 0) {
    rows.push(...(await view.all(leaseOf, { licenceId, hostId })));
  } else {
    for (const together of LEASES_TOGETHER.pages(hostIds)) {
      rows.push(...(await view.all(leasesOf, { licenceId, ...LEASES_TOGETHER.fill(together) })));
    }
  }
  return new Map(rows.map((row) => [row.host_id, row]));
}

type HostInHand = {
  readonly hostId: string;
  /** As it stands in the books. */
  readonly row: LedgerLeaseTable | null;
  readonly devices: Drawer['devices'];
  readonly counted: Counted;
  readonly peakE12: number;
  readonly payer: string | null;
  readonly isLimited: boolean;
  readonly at: Date;
};

/** What a host draws, and who else draws on its devices. */
export async function drawerOf(
  view: View,
  licenceId: string,
  { hostId, row, devices, counted, peakE12, payer, isLimited, at }: HostInHand,
): Promise<Drawer> {
  const terms = JSON.stringify([
    payer,
    ...devices.map(({ id, chip, model, tpp }) => [id, model, tpp, ...(chip === null ? [] : [chip])]),
  ]);
  const sameTerms = row?.terms === terms;
  const weighed: Drawer['weighed'] = {
    hostId,
    tpp: counted.tpp,
    rateE12: counted.rateE12,
    unknown: isLimited ? counted.unknown : [],
    sameTerms,
    lease: row === null ? null : leaseIn(row),
    // A lease on the same terms still has its devices: whoever takes one over changes the terms.
    elsewhere: sameTerms ? [] : await heldElsewhere(view, { licenceId, hostId, devices, at }),
  };
  return { hostId, devices, terms, peakE12, row, weighed };
}

export function leaseIn(row: LedgerLeaseTable): NonNullable<LeasesWeighed['hosts'][number]['lease']> {
  return {
    rateE12: row.rate_e12,
    paidFromMs: row.paid_from_ms,
    paidUntilMs: row.paid_until_ms,
    heldUntilMs: row.held_until_ms,
  };
}

/** Every name under which a device may be leased: its own, and its chip's, under which another exporter's may be. */
export function namesOf({ id, chip }: Pick<LeasedDevice, 'id' | 'chip'>): readonly string[] {
  return chip === null ? [id] : [id, chip];
}

type Elsewhere = {
  readonly licenceId: string;
  readonly hostId: string;
  readonly devices: Drawer['devices'];
  readonly at: Date;
};

/** Told by the name of the device that is asked for, whoever's other device it is that draws. */
async function heldElsewhere(
  view: View,
  { licenceId, hostId, devices, at }: Elsewhere,
): Promise<{ device: string; untilMs: number }[]> {
  const held: { device: string; untilMs: number }[] = [];
  for (const device of devices) {
    const ends: number[] = [];
    for (const name of namesOf(device)) {
      const holder = await view.first(holderOf, { device: name });
      if (holder === undefined || holder.until_ms <= at.getTime()) continue;
      if (holder.licence_id === licenceId && holder.host_id === hostId) continue;
      ends.push(holder.until_ms);
    }
    if (ends.length > 0) held.push({ device: device.id, untilMs: Math.max(...ends) });
  }
  return held;
}
