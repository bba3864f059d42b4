import type { ReactNode } from 'react';
import { Problem } from '../api/problem.ts';
import { useLanguage, useWords } from '../words/language.tsx';
import { mendOf } from '../words/problems.ts';
import { shellWords } from '../words/shell.ts';
import { Told } from './told.tsx';

export function Loading() {
  const { loading } = useWords(shellWords);
  return (
    <p className="loading" role="status">
      {loading}
    </p>
  );
}

/** Nothing to show, and why that may be. */
export function Empty({ children }: { readonly children?: ReactNode }) {
  const { state } = useWords(shellWords);
  return <p className="empty">{children ?? state.empty}</p>;
}

export type ProblemNoteProps = { readonly error: Error; readonly onAgain?: () => void };

/** What was refused: the verifier's sentence, what to do about it, the code, and the request's id for whoever is asked. */
export function ProblemNote({ error, onAgain }: ProblemNoteProps) {
  const { state, failed } = useWords(shellWords);
  const { language } = useLanguage();
  if (!(error instanceof Problem)) {
    return (
      <div className="note note--bad" role="alert">
        <p>{failed.body}</p>
        <p className="note__codes">
          <Told text={error.message} mono />
        </p>
      </div>
    );
  }
  const { code, title, detail, errors = [], requestId } = error.body;
  return (
    <div className="note note--bad" role="alert">
      <p className="note__sentence">
        <Told text={code === 'offline' ? state.offline : (detail ?? title)} most={600} />
      </p>
      <p>{mendOf(code, language)}</p>
      {errors.length > 0 && (
        <ul>
          {errors.map(({ path, expected, mend }) => (
            <li key={`${path} ${expected}`}>
              <Told text={state.field(path, expected)} />
              {mend !== undefined && (
                <>
                  {' '}
                  <Told text={mend} />
                </>
              )}
            </li>
          ))}
        </ul>
      )}
      <p className="note__codes">
        {state.code} <Told text={code} mono />
        {requestId !== '' && (
          <>
            {' · '}
            {state.request} <Told text={requestId} mono />
          </>
        )}
      </p>
      {onAgain !== undefined && (
        <button type="button" className="button" onClick={onAgain}>
          {state.again}
        </button>
      )}
    </div>
  );
}

export type ReadState<T> = {
  readonly data: T | undefined;
  readonly error: Error | null;
  readonly refetch: () => unknown;
};

/** What was read, once it is there; until then that it is being read, or why it could not be. */
export function Shown<T>({
  read,
  children,
}: {
  readonly read: ReadState<T>;
  readonly children: (data: T) => ReactNode;
}) {
  if (read.data !== undefined) {
    return (
      <>
        {read.error !== null && <ProblemNote error={read.error} onAgain={() => void read.refetch()} />}
        {children(read.data)}
      </>
    );
  }
  if (read.error !== null) return <ProblemNote error={read.error} onAgain={() => void read.refetch()} />;
  return <Loading />;
}
