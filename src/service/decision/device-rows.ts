import { DEVICES_TOGETHER, deviceAtGate, devicesAtGate } from '../../store/attestation/device-state.ts';
import type { View } from '../../store/port.ts';
import type { Context } from '../context.ts';
import { NO_CHIP, readByManufacturer } from '../host/serial.ts';

/** What the gate reads of a device and of the host that holds it. */
export type DeviceRow = NonNullable<Awaited<ReturnType<typeof readOne>>>;

/** Devices that are read before the first of them is judged, at most: what each statement and each judgement needs is then at hand. */
const AHEAD = 128;

/** Of those that are registered, in this order; where several are asked about, as many at a time as one statement takes. */
export async function* deviceRows(
  context: Context,
  view: View,
  ids: readonly string[],
): AsyncGenerator<DeviceRow> {
  for (let first = 0; first < ids.length; first += AHEAD) {
    const ahead = ids.slice(first, first + AHEAD);
    const known = ahead.length > 1 ? await readTogether(view, ahead) : null;
    for (const id of ahead) {
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
  const known = new Map<string, NonNullable<Awaited<ReturnType<typeof readAtGate>>>>();
  for (const together of DEVICES_TOGETHER.pages(ids)) {
    for (const row of await view.all(devicesAtGate, { chip: NO_CHIP, ...DEVICES_TOGETHER.fill(together) })) {
      known.set(row.id, row);
    }
  }
  return known;
}
