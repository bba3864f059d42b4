import { useMemo, useState } from 'react';
import { Fact, Facts, Panel } from '../../parts/panel.tsx';
import { saveAs } from '../../parts/save-as.ts';
import { Status } from '../../parts/status.tsx';
import { type Column, LocalTable } from '../../parts/table/index.ts';
import { Told } from '../../parts/told.tsx';
import { useFormats, useWords } from '../../words/language.tsx';
import { Choice } from '../devices/choice.tsx';
import type { ChosenFile } from './chosen-file.ts';
import type { ImportKind } from './kind.ts';
import { Rejected } from './rejected.tsx';
import type { Report, Result } from './report.ts';
import { reportCsv } from './report-csv.ts';
import { fileOfRows, type SplitFile } from './split-rows.ts';
import { importWords } from './words.ts';

export type ReportPanelProps = {
  readonly kind: ImportKind;
  readonly file: ChosenFile;
  readonly report: Report;
};

/** How many rows were taken, or would be, what is to be mended, and what became of each. */
export function ReportPanel({ kind, file, report }: ReportPanelProps) {
  const words = useWords(importWords);
  const about = useWords(kind.words);
  const formats = useFormats();
  const [outcome, setOutcome] = useState<string>();
  // Where browser and verifier count differently, no text is shown as that of a row.
  const split = file.split?.rows.length === report.rows ? file.split : null;
  const columns = useColumns(kind, split);
  const rows = useMemo(
    () => report.results.filter((result) => outcome === undefined || result.outcome === outcome),
    [report, outcome],
  );
  const title = report.dryRun ? words.reportBefore : words.report;
  return (
    <>
      <Panel title={report.dryRun ? words.wouldBe : words.outcome}>
        <Facts>
          <Fact name={words.rows}>{formats.number(report.rows)}</Fact>
          {Object.entries(about.outcomes).map(([each, name]) => (
            <Fact key={each} name={name}>
              {formats.number(report.results.filter((result) => result.outcome === each).length)}
            </Fact>
          ))}
        </Facts>
        {report.dryRun && <p>{report.rejected === 0 ? words.allWouldBeTaken : words.someWouldBeTaken}</p>}
        {!report.dryRun && report.rejected === 0 && <p>{about.allTaken}</p>}
        <Downloads {...{ kind, file, report, split }} />
      </Panel>
      {report.rejected > 0 && <Rejected kind={kind} report={report} split={split} />}
      <Panel title={title}>
        <LocalTable
          label={title}
          columns={columns}
          rows={rows}
          rowId={({ row }) => `${row}`}
          href={({ id }) => (id === null ? undefined : `${kind.list}/${id}`)}
        >
          <Choice label={words.show} names={about.outcomes} value={outcome} onChoose={setOutcome} />
        </LocalTable>
      </Panel>
    </>
  );
}

function Downloads({ kind, file, report, split }: ReportPanelProps & { readonly split: SplitFile | null }) {
  const words = useWords(importWords);
  const { mend } = useWords(kind.words);
  // Of rows that repeat another the first was taken: leaving them out is how they are mended.
  const toMend = report.results.filter(({ code }) => code !== null && code !== 'duplicate_row');
  const saveReport = (): void => {
    const csv = reportCsv(kind.idName, report, (code) => mend[code] ?? '');
    saveAs(kind.reportName, new Blob([csv], { type: 'text/csv' }));
  };
  const saveRejected = (from: SplitFile): void => {
    const text = fileOfRows(
      from,
      toMend.map(({ row }) => from.rows[row - 1] ?? ''),
    );
    saveAs(`to-mend-${file.name}`, new Blob([text], { type: from.mediaType }));
  };
  return (
    <div className="import__send">
      <button type="button" className="button" onClick={saveReport}>
        {words.saveReport}
      </button>
      {split !== null && toMend.length > 0 && (
        <button type="button" className="button" onClick={() => saveRejected(split)}>
          {words.saveRejected(toMend.length)}
        </button>
      )}
    </div>
  );
}

function useColumns(kind: ImportKind, split: SplitFile | null): readonly Column<Result>[] {
  const words = useWords(importWords);
  const about = useWords(kind.words);
  return useMemo(
    () => [
      {
        id: 'row',
        header: words.row,
        key: ({ row }) => row,
        cell: ({ row }) => row,
        numeric: true,
        share: 0.4,
      },
      {
        id: 'outcome',
        header: words.outcome,
        least: 130,
        key: ({ outcome }) => about.outcomes[outcome] ?? outcome,
        cell: ({ outcome }) => (
          <Status tone={kind.tones[outcome] ?? 'idle'}>{about.outcomes[outcome] ?? outcome}</Status>
        ),
      },
      {
        id: 'id',
        header: about.subject,
        least: 220,
        key: ({ id }) => id,
        cell: ({ id }) => <Told text={id} mono />,
      },
      {
        id: 'text',
        header: words.asWritten,
        share: 2,
        least: 200,
        cell: ({ row }) => <Told text={split?.rows[row - 1]} mono />,
        text: ({ row }) => split?.rows[row - 1] ?? '',
      },
      {
        id: 'code',
        header: words.code,
        least: 150,
        key: ({ code }) => code,
        cell: ({ code }) => <Told text={code} mono />,
      },
      {
        id: 'field',
        header: words.field,
        hidden: true,
        key: ({ field }) => field,
        cell: ({ field }) => <Told text={field} mono />,
      },
    ],
    [words, about, kind, split],
  );
}
