import { DEVICES_TOGETHER, deviceAtGate, devicesAtGate } from '../../store/attestation/device-state.ts';
import type { View } from '../../store/port.ts';
import type { Context } from '../context.ts';
import { NO_CHIP, readByManufacturer } from '../host/serial.ts';

/** What the gate reads of a device and of the host that holds it. */
export type DeviceRow = NonNullable<Awaited<ReturnType<typeof readOne>>>;

/** Of those that are registered, in this order; where several are asked about, as many at a time as one statement takes. */
export async function* deviceRows(
  context: Context,
  view: View,
  ids: readonly string[],
): AsyncGenerator<DeviceRow> {
  for (const together of DEVICES_TOGETHER.pages(ids)) {
    const known = together.length > 1 ? await readTogether(view, together) : null;
    for (const id of together) {
      const row = await readOne(context, view, id, known);
      if (row !== undefined) yield row;
    }
  }
}

type Known = ReadonlyMap<string, NonNullable<Awaited<ReturnType<typeof readAtGate>>>>;

function readOne(context: Context, view: View, id: string, known: Known | null) {
  return readByManufacturer(context, view, async (chip) =>
    known !== null && chip === NO_CHIP ? known.get(id) : readAtGate(view, id, chip),
  );
}

function readAtGate(view: View, id: string, chip: string) {
  return view.first(deviceAtGate, { id, chip });
}

async function readTogether(view: View, ids: readonly string[]): Promise<Known> {
  const rows = await view.all(devicesAtGate, { chip: NO_CHIP, ...DEVICES_TOGETHER.fill(ids) });
  return new Map(rows.map((row) => [row.id, row]));
}
