import { useId } from 'react';
import { Problem } from '../../api/problem.ts';
import { useCountries } from '../../parts/country.ts';
import { Panel } from '../../parts/panel.tsx';
import { Told } from '../../parts/told.tsx';
import { useWords } from '../../words/language.tsx';
import { proposalWords } from './words.ts';

type What = { readonly name: string; readonly country: string; readonly operatorTenant: string };

type WhatFieldsProps = {
  readonly what: What;
  readonly onChange: (what: What) => void;
  /** What the verifier refused: said at the field that it names. */
  readonly error: Error | null;
};

/** Name, country and operator. */
export function WhatFields({ what, onChange, error }: WhatFieldsProps) {
  const words = useWords(proposalWords);
  const countries = useCountries();
  const id = useId();
  const refusals = error instanceof Problem ? (error.body.errors ?? []) : [];
  const field = (name: keyof What) => {
    const refused = refusals.find(({ path }) => path === `body.${name}`);
    const described = [`${id}${name}hint`, ...(refused === undefined ? [] : [`${id}${name}error`])].join(' ');
    return {
      attributes: {
        id: id + name,
        name,
        required: true,
        'aria-describedby': described,
        'aria-invalid': refused !== undefined,
        value: what[name],
      },
      error: refused !== undefined && (
        <p id={`${id}${name}error`} className="field__error">
          <Told text={refused.mend ?? refused.expected} />
        </p>
      ),
    };
  };
  const [name, land, operator] = [field('name'), field('country'), field('operatorTenant')];
  return (
    <Panel title={words.what}>
      <div className="proposal__group">
        <div className="field">
          <label htmlFor={`${id}name`}>{words.name}</label>
          <input
            {...name.attributes}
            className="input"
            maxLength={300}
            onChange={({ target }) => onChange({ ...what, name: target.value })}
          />
          {name.error}
        </div>
        <div className="field">
          <label htmlFor={`${id}country`}>{words.country}</label>
          <select
            {...land.attributes}
            className="input"
            onChange={({ target }) => onChange({ ...what, country: target.value })}
          >
            <option value="">{words.choose}</option>
            {countries.map((each) => (
              <option key={each.code} value={each.code}>
                {each.name}
              </option>
            ))}
          </select>
          {land.error}
        </div>
        <div className="field">
          <label htmlFor={`${id}operatorTenant`}>{words.operator}</label>
          <input
            {...operator.attributes}
            className="input"
            maxLength={63}
            pattern="[a-z0-9][a-z0-9\-]*"
            title={words.operatorHint}
            autoCapitalize="none"
            spellCheck={false}
            onChange={({ target }) => onChange({ ...what, operatorTenant: target.value })}
          />
          <p id={`${id}operatorTenanthint`} className="field__hint">
            {words.operatorHint}
          </p>
          {operator.error}
        </div>
      </div>
    </Panel>
  );
}
