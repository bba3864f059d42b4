import { toHex } from '../bytes/text.ts';
import { parseSnpReport } from '../evidence/amd/index.ts';
import { parseHclReport, parseTdReport, type TdReportFields } from '../evidence/azure/index.ts';
import type { PcrBank } from '../evidence/bundle/tpm-item.ts';
import { parseQuote } from '../evidence/intel/index.ts';
import type { PcrBanks } from '../evidence/tpm/index.ts';
import type { AzureVm } from './azure/port.ts';
import type { ConfidentialGuest } from './tee/port.ts';
import type { TpmDevice } from './tpm/port.ts';
import type { PcrChoice } from './tpm/selection.ts';

/** A host's registers now, as a reference set lists them: for each PCR the values that it may hold. */
export type Measurement = {
  readonly bank: Exclude<PcrBank, 'sha1'>;
  readonly pcrs: { readonly [index: string]: string[] };
};

type GuestMeasurement =
  | { readonly kind: 'snp'; readonly measurement: string[] }
  | {
      readonly kind: 'tdx';
      readonly mrTd: string[];
      /** The first three: the fourth is for whatever runs in the guest to extend. */
      readonly rtMr: { readonly [index: string]: string[] };
    };

/** What a reference set of a host's kind names of it. */
export type Measured =
  | ({ readonly kind: 'tpm-pcrs' } & Measurement)
  | (GuestMeasurement & { readonly vtpm?: Measurement });

/** Nobody checks these: they are for people to look at. */
const NO_CHALLENGE = { extraData: new Uint8Array(32), reportData: new Uint8Array(64) };

/** @returns null where the choice names no bank but SHA-1's, which proves nothing */
export async function measure(device: TpmDevice, choice: PcrChoice): Promise<Measurement | null> {
  const { pcrs } = await device.quote({ extraData: NO_CHALLENGE.extraData, choice });
  return registers(pcrs);
}

export async function measureGuest(guest: ConfidentialGuest): Promise<Measured> {
  const { provider, outblob } = await guest.report(NO_CHALLENGE.reportData);
  if (provider === 'sev_guest') return ofSnp(outblob);
  const { report, tee } = parseQuote(outblob);
  if (tee !== 'tdx') throw new TypeError(`a quote by tdx_guest is of ${tee}`);
  return ofTdx(report);
}

export async function measureAzure(vm: AzureVm, choice: PcrChoice): Promise<Measured | null> {
  const { hclReport, pcrs } = await vm.collect({ extraData: NO_CHALLENGE.extraData, choice });
  const { reportType, hardwareReport } = parseHclReport(hclReport);
  const vtpm = registers(pcrs);
  if (vtpm === null) return null;
  const guest = reportType === 'snp' ? ofSnp(hardwareReport) : ofTdx(parseTdReport(hardwareReport).fields);
  return { ...guest, vtpm };
}

function ofSnp(report: Uint8Array): GuestMeasurement {
  return { kind: 'snp', measurement: [toHex(parseSnpReport(report).measurement)] };
}

function ofTdx({ mrTd, rtMr }: Pick<TdReportFields, 'mrTd' | 'rtMr'>): GuestMeasurement {
  const first = rtMr.slice(0, 3).map((value, index) => [`${index}`, [toHex(value)]]);
  return { kind: 'tdx', mrTd: [toHex(mrTd)], rtMr: Object.fromEntries(first) };
}

function registers(banks: PcrBanks): Measurement | null {
  for (const [bank, values] of banks) {
    if (bank === 'sha1') continue;
    return { bank, pcrs: Object.fromEntries([...values].map(([index, value]) => [index, [toHex(value)]])) };
  }
  return null;
}
