import type { ImportReport } from '../../../protocol/device.ts';
import type { PartyImportReport } from '../../../protocol/party-import.ts';
import type { ScreeningReport } from '../../../protocol/screening.ts';

/** What became of a row. */
export type Result = {
  readonly row: number;
  readonly outcome: string;
  /** Of the device or party that it is about; null where none is known. */
  readonly id: string | null;
  readonly leafIndex: number | null;
  /** What it was rejected for, in which column or member, and what is wrong there. */
  readonly code: string | null;
  readonly field: string | null;
  readonly message: string | null;
};

/** What became of a file, whatever kind of rows it holds. */
export type Report = {
  /** Said of a file of which nothing was kept. */
  readonly dryRun: boolean;
  readonly rows: number;
  readonly rejected: number;
  readonly results: readonly Result[];
};

type Answered = ImportReport | PartyImportReport | ScreeningReport;
type Counts = { readonly dryRun: boolean; readonly rows: number; readonly rejected: number };

/** As the verifier answers it. */
export function reportOf({
  dryRun,
  rows,
  rejected,
  results,
}: Counts & { readonly results: readonly Readonly<Answered['results'][number]>[] }): Report {
  return {
    dryRun,
    rows,
    rejected,
    results: results.map(({ row, outcome, leafIndex, code, field, message, ...about }) => ({
      row,
      outcome,
      id: 'deviceId' in about ? about.deviceId : about.partyId,
      leafIndex,
      code,
      field,
      message,
    })),
  };
}
