import { toHex } from '../bytes/text.ts';
import type { PcrBank } from '../evidence/bundle/tpm-item.ts';
import type { TpmDevice } from './tpm/port.ts';
import type { PcrChoice } from './tpm/selection.ts';

/** A host's registers now, as a reference set lists them: for each PCR the values that it may hold. */
export type Measurement = {
  readonly bank: Exclude<PcrBank, 'sha1'>;
  readonly pcrs: { readonly [index: string]: string[] };
};

/** @returns null where the choice names no bank but SHA-1's, which proves nothing */
export async function measure(device: TpmDevice, choice: PcrChoice): Promise<Measurement | null> {
  const { pcrs } = await device.quote({ extraData: new Uint8Array(32), choice });
  for (const [bank, values] of pcrs) {
    if (bank === 'sha1') continue;
    return { bank, pcrs: Object.fromEntries([...values].map(([index, value]) => [index, [toHex(value)]])) };
  }
  return null;
}
