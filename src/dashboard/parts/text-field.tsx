import { useId } from 'react';

export type TextFieldProps = {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly hint?: string;
  readonly type?: 'text' | 'date' | 'number';
  readonly required?: boolean;
  readonly most?: number;
  /** Of a number. */
  readonly between?: readonly [least: number, greatest: number];
};

/** One line to be filled in, with its name above and what goes into it below. */
export function TextField(props: TextFieldProps) {
  const { label, value, onChange, hint, type = 'text', required = false, most = 300, between } = props;
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        className="input"
        {...{ type, required, value }}
        {...(between === undefined ? { maxLength: most } : { min: between[0], max: between[1] })}
        {...(hint === undefined ? {} : { 'aria-describedby': `${id}hint` })}
        onChange={({ target }) => onChange(target.value)}
      />
      {hint !== undefined && (
        <p id={`${id}hint`} className="field__hint">
          {hint}
        </p>
      )}
    </div>
  );
}
