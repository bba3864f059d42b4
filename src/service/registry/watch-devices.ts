import { formatInstant } from '../../bytes/instant.ts';
import { changesAt, type DeviceRecord } from '../../policy/register/device-state.ts';
import type { Tx } from '../../store/port.ts';
import { deviceById, devicesToLookAt, noteDevice } from '../../store/registry/devices.ts';
import { recordAct } from '../acts.ts';
import type { Context } from '../context.ts';
import { followDeviceState } from '../grant/follow-device.ts';
import type { Job } from '../schedule/run.ts';
import { tallyLicences } from './deliveries.ts';
import { standingNow } from './device-proof.ts';

/** Devices of one unit of work: others' writes get their turn between two. */
const UNIT_DEVICES = 100;
const EVERY_MS = 30_000;
/** What is proven is noted as often as this: a chip that then leaves its host keeps the day on which it was last seen. */
const LOOK_EVERY_MS = 7 * 86_400_000;
/** The last instant of the year 9999. */
const NEVER_MS = 253_402_300_799_999;

/**
 * Looks at the devices whose deadlines have come, or that were not looked at for a week, and writes down what became of them: each change of
 * state is an act of the verifier. A state never waits for this: whoever reads one judges it anew.
 */
export const watchDevices: Job = async (context) => {
  const at = context.clock();
  const range = { untilMs: at.getTime(), limit: UNIT_DEVICES };
  const due = await context.store.read((view) => view.all(devicesToLookAt, range));
  if (due.length > 0) {
    await context.store.write(async (tx) => {
      for (const { id } of due) await lookAtDevice(context, tx, id, at);
    });
  }
  const more = (await tallyLicences(context, at)) || due.length === UNIT_DEVICES;
  return { due: new Date(at.getTime() + (more ? 0 : EVERY_MS)) };
};

/** In the caller's unit of work. */
export async function lookAtDevice(context: Context, tx: Tx, id: string, at: Date): Promise<void> {
  const row = await tx.first(deviceById, { id });
  if (row === undefined) return;
  const { record, standing } = await standingNow(context, tx, row, at);
  const { state: to, dueAt, missingAt } = standing;
  const from = row.noted_state;
  const body = {
    deviceId: id,
    from,
    to,
    dueAt: dueAt === null ? null : formatInstant(dueAt),
    missingAt: missingAt === null ? null : formatInstant(missingAt),
    by: 'verifier',
  };
  const act = { type: 'device.state-changed', at, tenant: row.tenant, body } as const;
  await tx.run(noteDevice, {
    id,
    verified_at_ms: record.verifiedAt?.getTime() ?? null,
    noted_state: to,
    look_at_ms: nextLook(record, at),
    leaf_index: from === to ? row.leaf_index : await recordAct(tx, context, act),
  });
  if (from !== to) await followDeviceState(context, tx, { id, state: to, at });
}

/** When a device with this record is to be looked at again. */
export function nextLook(record: DeviceRecord, at: Date): number {
  if (record.lifecycle !== 'in-service') return NEVER_MS;
  return Math.min(changesAt(record, at)?.getTime() ?? NEVER_MS, at.getTime() + LOOK_EVERY_MS);
}
