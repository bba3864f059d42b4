import { useId } from 'react';

export type TextRowsProps = {
  readonly name: string;
  readonly label: string;
  readonly hint: string;
  /** What is wrong with what was written; null where nothing is. */
  readonly wrong?: string | null;
  readonly rows?: number;
};

/** A field for what is written one a line, with what it takes and what was wrong with it. */
export function TextRows({ name, label, hint, wrong = null, rows = 3 }: TextRowsProps) {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <textarea
        id={id}
        name={name}
        className="input"
        rows={rows}
        maxLength={100_000}
        spellCheck={false}
        aria-describedby={`${id}hint`}
        aria-invalid={wrong !== null}
      />
      <p id={`${id}hint`} className="field__hint">
        {hint}
        {wrong !== null && (
          <span className="dry-run__wrong" role="alert">
            {' '}
            {wrong}
          </span>
        )}
      </p>
    </div>
  );
}
