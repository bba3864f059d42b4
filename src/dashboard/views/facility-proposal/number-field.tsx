import { useId } from 'react';

type NumberFieldProps = {
  readonly label: string;
  /** Read by assistive technology alone, e.g. in a table whose column says it. */
  readonly unseen?: boolean;
  readonly value: string;
  readonly invalid: boolean;
  readonly onChange: (value: string) => void;
};

/** A number as text: what is not one is kept, so that it can be mended. */
export function NumberField({ label, unseen = false, value, invalid, onChange }: NumberFieldProps) {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id} className={unseen ? 'unseen' : undefined}>
        {label}
      </label>
      <input
        id={id}
        className="input input--mono"
        inputMode="decimal"
        maxLength={26}
        value={value}
        aria-invalid={invalid}
        data-invalid={invalid || undefined}
        onChange={({ target }) => onChange(target.value)}
      />
    </div>
  );
}
