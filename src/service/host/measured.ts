import type { MeasuredState } from '../../appraisal/match.ts';
import { fromHex } from '../../bytes/text.ts';
import type { PcrBanks } from '../../evidence/tpm/index.ts';
import { measuredHosts } from '../../store/attestation/hosts.ts';
import type { View } from '../../store/port.ts';
import type { MeasuredHost } from '../trust/preview.ts';

/** What the store keeps of a host's measurements. */
export type StoredMeasurements = { readonly pcrs: string; readonly firmwareVersion: string };

type PcrText = { readonly [bank: string]: { readonly [index: string]: string } };

/** The measurements of the newest authentic submission, as appraisal compares them. */
export function readMeasured({ pcrs, firmwareVersion }: StoredMeasurements): MeasuredState {
  const banks = JSON.parse(pcrs) as PcrText; // what `judge` wrote
  const parsed = Object.entries(banks).map(
    ([bank, values]) =>
      [
        bank,
        new Map(Object.entries(values).map(([index, value]) => [Number(index), fromHex(value, 'pcr')])),
      ] as const,
  );
  // Banks are named by the verifier that wrote them.
  return { pcrs: new Map(parsed) as PcrBanks, firmwareVersion: BigInt(`0x${firmwareVersion}`) }; // see above
}

/** Every host that ever measured itself: what a change of trust inputs is tried on. */
export async function readMeasuredHosts(view: View): Promise<MeasuredHost[]> {
  const rows = await view.all(measuredHosts, {});
  return rows.flatMap(({ pcrs, firmware_version: firmwareVersion, ...row }) => {
    if (pcrs === null || firmwareVersion === null) return [];
    return {
      hostId: row.id,
      tenant: row.tenant,
      facilityId: row.facility_id,
      anchorSha256: row.ek_anchor,
      measured: readMeasured({ pcrs, firmwareVersion }),
    };
  });
}
