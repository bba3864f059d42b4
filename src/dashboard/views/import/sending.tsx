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
 * One file, tried as often as somebody likes and sent once: drawn anew for each (`key`), so that pressing again after a lost answer asks under the same key. It goes whole,
 * for only then can the verifier say which rows name one thing twice.
 */
export function Sending({ kind, file }: SendingProps) {
  const words = useWords(importWords);
  const formats = useFormats();
  const announce = useAnnounce();
  const trial = useChange(kind.operation, []);
  const change = useChange(kind.operation, kind.touches);
  const count = file.split?.rows.length ?? null;
  const isBusy = trial.isPending || change.isPending;
  const tryIt = (): void => {
    if (isBusy || change.isSuccess) return;
    announce(words.trying(count));
    const asked = { query: { dryRun: 'true' }, body: file.blob } as const;
    trial.mutate(asked, { onSuccess: (answer) => announce(words.tried(answer)) });
  };
  const send = (): void => {
    if (isBusy || change.isSuccess) return;
    announce(words.sending(count));
    change.mutate({ body: file.blob }, { onSuccess: (answer) => announce(words.done(answer)) });
  };
  const data = change.data ?? trial.data;
  const report = useMemo(() => (data === undefined ? null : reportOf(data)), [data]);
  const waiting = change.isPending ? words.sending(count) : words.trying(count);
  const error = change.error ?? trial.error;
  // What comes next stands out: first to try it, then to send it.
  const isTried = trial.isSuccess || change.isSuccess || change.isPending;
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
            className={isTried ? 'button' : 'button button--main'}
            aria-disabled={isBusy || change.isSuccess}
            onClick={tryIt}
          >
            {words.tryIt}
          </button>
          <button
            type="button"
            className={isTried ? 'button button--main' : 'button'}
            aria-disabled={isBusy || change.isSuccess}
            onClick={send}
          >
            {words.send(count)}
          </button>
          {isBusy && <progress aria-label={waiting} />}
          {isBusy && <span aria-hidden="true">{waiting}</span>}
        </div>
        <p className="panel__note">{words.tryNote}</p>
        {error !== null && !isBusy && <ProblemNote error={error} />}
      </Panel>
      {report !== null && <ReportPanel {...{ kind, file, report }} />}
    </>
  );
}
