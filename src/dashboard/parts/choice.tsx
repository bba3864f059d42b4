import { useId } from 'react';

export type ChoiceProps<V extends string> = {
  readonly label: string;
  /** What stands for no choice. */
  readonly any: string;
  readonly value: V | null;
  readonly choices: readonly { readonly id: V; readonly label: string }[];
  readonly onChoose: (value: V | null) => void;
};

/** One of a few, or any: a filter beside a table's search. */
export function Choice<V extends string>({ label, any, value, choices, onChoose }: ChoiceProps<V>) {
  const id = useId();
  return (
    <div className="toolbar__search">
      <label htmlFor={id}>{label}</label>
      <select
        id={id}
        className="input"
        value={value ?? ''}
        onChange={({ target }) => onChoose(choices.find((each) => each.id === target.value)?.id ?? null)}
      >
        <option value="">{any}</option>
        {choices.map((each) => (
          <option key={each.id} value={each.id}>
            {each.label}
          </option>
        ))}
      </select>
    </div>
  );
}
