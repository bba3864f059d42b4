import { type DeviceRecord, standingAt } from '../../policy/register/device-state.ts';
import type { View } from '../../store/port.ts';
import type { DeviceTable } from '../../store/registry/tables.ts';
import type { Context } from '../context.ts';
import { proofOf } from './device-proof.ts';
import { deviceRecord } from './device-standing.ts';

/** Devices whose evidence is looked up, of those that were not noted as verified: the rest counts as it was noted. */
const MAX_LOOKS = 1_000;

/** Records of many devices for one count, with the newest evidence of those that were not noted as verified. */
export class NewestRecords {
  readonly #context: Context;
  readonly #view: View;
  readonly #at: Date;
  #looks = 0;

  constructor(context: Context, view: View, at: Date) {
    this.#context = context;
    this.#view = view;
    this.#at = at;
  }

  async of(row: DeviceTable): Promise<DeviceRecord> {
    const noted = deviceRecord(row, null);
    const unsure = row.lifecycle === 'in-service' && standingAt(noted, this.#at).state !== 'verified';
    if (!unsure || this.#looks >= MAX_LOOKS) return noted;
    this.#looks += 1;
    return deviceRecord(row, await proofOf(this.#context, this.#view, row.id));
  }
}
