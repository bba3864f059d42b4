import { useId } from 'react';
import { useCountries } from '../../parts/country.ts';
import { useWords } from '../../words/language.tsx';
import { landmarksWords } from './words.ts';

type FieldProps = {
  readonly name: string;
  readonly label: string;
  readonly hint?: string;
  readonly type?: 'text' | 'datetime-local';
  readonly pattern?: string;
  /** At most this many characters; 200 unless given. */
  readonly most?: number;
  readonly value?: string;
  readonly number?: { readonly from: number; readonly to: number; readonly whole?: boolean };
};

/** One field that must be filled in; the browser says what is wrong with it before anything is sent. */
export function Field({
  name,
  label,
  hint,
  type = 'text',
  pattern,
  most = 200,
  value = '',
  number,
}: FieldProps) {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        name={name}
        className="input"
        required
        defaultValue={value}
        spellCheck={false}
        autoCapitalize="none"
        aria-describedby={hint === undefined ? undefined : `${id}hint`}
        {...(number === undefined
          ? { type, maxLength: most, pattern }
          : { type: 'number', min: number.from, max: number.to, step: number.whole === true ? 1 : 'any' })}
      />
      {hint !== undefined && (
        <p id={`${id}hint`} className="field__hint">
          {hint}
        </p>
      )}
    </div>
  );
}

export function CountryField() {
  const { form: words } = useWords(landmarksWords);
  const countries = useCountries();
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{words.country}</label>
      <select id={id} name="country" className="input" required defaultValue="">
        <option value="" />
        {countries.map(({ code, name }) => (
          <option key={code} value={code}>
            {name}
          </option>
        ))}
      </select>
    </div>
  );
}
