import type { Inventory, RegisteredDevice } from '../../appraisal/devices/inventory.ts';
import {
  acceleratorsOfHost,
  chipsOfHost,
  declaredByChip,
  holderOfChip,
} from '../../store/attestation/chips.ts';
import { openContestsOf } from '../../store/attestation/contests.ts';
import type { ChipContestTable, ProvenChipTable } from '../../store/attestation/tables.ts';
import type { View } from '../../store/port.ts';
import type { Context } from '../context.ts';
import { type EffectiveTrust, supposeTrust } from '../trust/effective.ts';
import { chipNamedFor, devicesNamedFor } from './named-by-manufacturer.ts';
import { type Claimant, type Holder, seatOf } from './seat.ts';

/** Everything that the store knows and a submission's GPUs and switches are judged by. */
export type ChipStanding = {
  readonly inventory: Inventory;
  /** What the host has proven before: its newest accepted submission's chips. */
  readonly proven: readonly ProvenChipTable[];
  readonly contests: readonly ChipContestTable[];
  /** Of the chips that another host proved last. */
  readonly holders: ReadonlyMap<string, Holder & { readonly tenant: string }>;
  /** Two that are alike were read from the same state: what was judged by the one holds under the other. */
  readonly fingerprint: string;
};

export type AskedHost = Claimant & { readonly facilityId: string };

/** What the store counts of a host; null where it counts nothing. */
export type ChipCounts = { readonly linked_devices: number | null; readonly proven_chips: number | null };

/**
 * {@link readStanding} in a snapshot of its own; null for hosts that have nothing to do with GPUs, at no cost.
 *
 * @param trust what the submission is judged by: manufacturers are those of it
 */
export async function standingFor(
  context: Context,
  host: AskedHost,
  { linked_devices: linked, proven_chips: proven }: ChipCounts,
  { chips, trust }: { readonly chips: readonly string[]; readonly trust: EffectiveTrust },
): Promise<ChipStanding | null> {
  if (chips.length === 0 && linked === 0 && proven === 0) return null;
  const foreseen = linked === 0 ? chips : [];
  return context.store.read((view) => {
    supposeTrust(view, trust);
    return readStanding(context, view, host, { chips, foreseen });
  });
}

/**
 * Reads what is known of a host's GPUs and switches, and of the chips that its submission names.
 *
 * @param chips identities that the evidence names, none of them verified: naming one shows nobody anything
 * @param foreseen those of them that most likely no device of the host is registered by: what is asked only of such is asked at once
 */
export async function readStanding(
  context: Context,
  view: View,
  host: AskedHost,
  { chips, foreseen }: { readonly chips: readonly string[]; readonly foreseen: readonly string[] },
): Promise<ChipStanding> {
  const { hostId, facilityId } = host;
  const early = new Map(
    [...new Set(foreseen)].map((chip) => [chip, declaredFor(context, view, facilityId, chip)]),
  );
  const [linked, proven, contests] = await Promise.all([
    view.all(acceleratorsOfHost, { hostId, facilityId }),
    view.all(chipsOfHost, { hostId }),
    view.all(openContestsOf, { hostId }),
    ...early.values(),
  ]);
  const own = new Set(proven.map(({ chip_sha256 }) => chip_sha256));
  const registered: RegisteredDevice[] = await Promise.all(
    linked.map(async (row) => {
      const device = registeredOf(row, row.identity_sha256);
      const named = { ...device, serial: row.serial, facilityId };
      const identity = device.identity ?? (await chipNamedFor(context, view, named));
      return { ...device, identity, linked: true };
    }),
  );
  const known = new Set(registered.map(({ identity }) => identity));
  const asked = await Promise.all(
    [...new Set(chips)].map(async (chip) => {
      const [declared, holder] = await Promise.all([
        known.has(chip) ? [] : (early.get(chip) ?? declaredFor(context, view, facilityId, chip)),
        own.has(chip) ? undefined : view.first(holderOfChip, { chip }),
      ]);
      return { chip, declared, holder };
    }),
  );
  const holders = new Map<string, Holder & { readonly tenant: string }>();
  const elsewhere = new Map<string, 'contested' | 'contradicted'>();
  for (const { chip, declared, holder } of asked) {
    for (const row of declared) registered.push({ ...registeredOf(row, chip), linked: false });
    if (holder !== undefined) holders.set(chip, holder);
    const about = contests.filter(({ chip_sha256 }) => chip_sha256 === chip);
    const seat = seatOf(host, holder, about, context.config);
    if (seat !== 'free') elsewhere.set(chip, seat);
  }
  const fingerprint = JSON.stringify([registered, proven, contests, [...holders], [...elsewhere]]);
  return { inventory: { registered, elsewhere }, proven, contests, holders, fingerprint };
}

/** Devices of the facility that were declared by a chip; where there is none, those that manufacturers tie to it. */
async function declaredFor(
  context: Context,
  view: View,
  facilityId: string,
  chip: string,
): Promise<readonly DeviceRow[]> {
  const declared = await view.all(declaredByChip, { facilityId, chip });
  return declared.length > 0 ? declared : devicesNamedFor(context, view, { facilityId, chip });
}

type DeviceRow = { readonly id: string; readonly kind: string; readonly model: string | null };

function registeredOf(
  { id, kind, model }: DeviceRow,
  identity: string | null,
): Omit<RegisteredDevice, 'linked'> {
  return { id, kind: kind === 'switch' ? 'switch' : 'gpu', identity, model };
}
