import { useState } from 'react';
import { Panel } from '../../parts/panel.tsx';
import { Told } from '../../parts/told.tsx';
import { useWords } from '../../words/language.tsx';
import type { ImportKind } from './kind.ts';
import type { Report } from './report.ts';
import type { SplitFile } from './split-rows.ts';
import { importWords } from './words.ts';

/** As many as anybody reads at once: where thousands are wrong, most have the cause of the first. */
const AT_ONCE = 100;

export type RejectedProps = {
  readonly kind: ImportKind;
  readonly report: Report;
  /** Null where browser and verifier count the rows differently. */
  readonly split: SplitFile | null;
};

/** Each row that was rejected, whole: its number, how it was written, what is wrong, and how it is mended. */
export function Rejected({ kind, report, split }: RejectedProps) {
  const words = useWords(importWords);
  const { mend } = useWords(kind.words);
  const [most, setMost] = useState(AT_ONCE);
  const rejected = report.results.filter(({ outcome }) => outcome === 'rejected');
  const left = rejected.length - most;
  return (
    <Panel title={report.dryRun ? words.wouldBeRejected : words.rejected}>
      {!report.dryRun && <p>{split === null ? words.whatNowWhole : words.whatNow}</p>}
      {split?.header != null && <p className="soft">{words.rowHint}</p>}
      <ul className="reasons">
        {rejected.slice(0, most).map(({ row, code, field, message }) => (
          <li key={row} className="reasons__reason">
            <div className="reasons__head">
              <strong>{words.rowNumber(row)}</strong>
              <Told text={code} mono />
              {field !== null && field !== 'row' && (
                <span>
                  {words.field}: <Told text={field} mono />
                </span>
              )}
            </div>
            {split !== null && <Told text={split.rows[row - 1]} mono />}
            <p className="reasons__sentence">
              <Told text={message} most={500} />
            </p>
            {code !== null && (
              <p className="reasons__mend">
                {words.howToMend} {mend[code]}
              </p>
            )}
          </li>
        ))}
      </ul>
      {left > 0 && (
        <button type="button" className="button" onClick={() => setMost(most + AT_ONCE)}>
          {words.moreRejected(Math.min(left, AT_ONCE))}
        </button>
      )}
    </Panel>
  );
}
