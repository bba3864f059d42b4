import { useMemo } from 'react';
import { useChange } from '../../api/change.ts';
import { useAnnounce } from '../../app/announce.tsx';
import { Fact, Facts, Panel } from '../../parts/panel.tsx';
import { ProblemNote } from '../../parts/state.tsx';
import { Told } from '../../parts/told.tsx';
import { useFormats, useWords } from '../../words/language.tsx';
import type { ChosenFile } from './chosen-file.ts';
import type { ImportKind } from './kind.ts';
import { Preview } from './preview.tsx';
import { reportOf } from './report.ts';
import { ReportPanel } from './report-panel.tsx';
import { importWords } from './words.ts';

export type SendingProps = { readonly kind: ImportKind; readonly file: ChosenFile };

/**
 * One file, sent once: drawn anew for each (`key`), so that pressing again after a lost answer asks under the same key. It goes whole,
 * for only then can the verifier say which rows name one thing twice.
 */
export function Sending({ kind, file }: SendingProps) {
  const words = useWords(importWords);
  const formats = useFormats();
  const announce = useAnnounce();
  const change = useChange(kind.operation, kind.touches);
  const { data } = change;
  const report = useMemo(() => (data === undefined ? null : reportOf(data)), [data]);
  const count = file.split?.rows.length ?? null;
  const send = (): void => {
    if (change.isPending || change.isSuccess) return;
    announce(words.sending(count));
    change.mutate({ body: file.blob }, { onSuccess: (answer) => announce(words.done(answer)) });
  };
  return (
    <>
      <Panel title={words.check}>
        <Facts>
          <Fact name={words.name}>
            <Told text={file.name} />
          </Fact>
          <Fact name={words.rows}>{count === null ? words.notCounted : formats.number(count)}</Fact>
        </Facts>
        {file.split !== null && <Preview split={file.split} />}
        <div className="import__send">
          {/* Never disabled: a disabled button loses the focus. */}
          <button
            type="button"
            className="button button--main"
            aria-disabled={change.isPending || change.isSuccess}
            onClick={send}
          >
            {words.send(count)}
          </button>
          {change.isPending && <progress aria-label={words.sending(count)} />}
          {change.isPending && <span aria-hidden="true">{words.sending(count)}</span>}
        </div>
        {change.error !== null && <ProblemNote error={change.error} />}
      </Panel>
      {report !== null && <ReportPanel {...{ kind, file, report }} />}
    </>
  );
}
