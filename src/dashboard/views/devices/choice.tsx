import { useId } from 'react';
import { useWords } from '../../words/language.tsx';
import { devicesWords } from './words.ts';

export type ChoiceProps<T extends string> = {
  readonly label: string;
  readonly names: { readonly [V in T]: string };
  readonly value: T | undefined;
  readonly onChoose: (value: T | undefined) => void;
};

/** One of several, or all of them: a filter above a table. */
export function Choice<T extends string>({ label, names, value, onChoose }: ChoiceProps<T>) {
  const { all } = useWords(devicesWords);
  const id = useId();
  const values = Object.keys(names) as T[]; // their own keys
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <select
        id={id}
        value={value ?? ''}
        onChange={({ target }) => onChoose(values.find((each) => each === target.value))}
      >
        <option value="">{all}</option>
        {values.map((each) => (
          <option key={each} value={each}>
            {names[each]}
          </option>
        ))}
      </select>
    </div>
  );
}
