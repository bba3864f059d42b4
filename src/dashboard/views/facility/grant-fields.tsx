import { useId } from 'react';
import type { Asked } from '../../api/call.ts';
import { useWords } from '../../words/language.tsx';
import { facilityWords } from './words.ts';

/** As it stands in the fields: instants without their zone, countries by their codes. */
export type Granted = {
  readonly from: string;
  readonly until: string;
  readonly tier: string;
  readonly agreement: boolean;
  readonly areaOnly: boolean;
  readonly countries: string;
  readonly areaName: string;
  readonly strict: boolean;
};

export const NOTHING_GRANTED: Granted = {
  from: '',
  until: '',
  tier: '',
  agreement: false,
  areaOnly: false,
  countries: '',
  areaName: '',
  strict: false,
};

type Body = NonNullable<Asked<'authoriseFacility'>['body']>;

/** What the API takes: a field that was left empty is not said. */
export function grantBody(granted: Granted): Omit<Exclude<Body, Blob>, 'digest' | 'reason'> {
  const countries = granted.countries
    .toUpperCase()
    .split(/[\s,;]+/)
    .filter((code) => code !== '');
  const name = granted.areaName.trim() === '' ? countries.join(', ') : granted.areaName.trim();
  const reading = granted.strict ? ('strict' as const) : ('land-only' as const);
  return {
    ...(granted.from === '' ? {} : { authorisedFrom: instantOf(granted.from) }),
    ...(granted.until === '' ? {} : { authorisedUntil: instantOf(granted.until) }),
    ...(granted.tier.trim() === '' ? {} : { tier: granted.tier.trim() }),
    governmentAgreement: granted.agreement,
    disclosure: granted.areaOnly ? 'area-only' : 'full',
    ...(countries.length === 0
      ? {}
      : { authorisedArea: { kind: 'countries' as const, name, countries, reading } }),
  };
}

/** Of a field of the browser, which knows no zone: read as UTC, with seconds where it left them out. */
function instantOf(local: string): string {
  return `${local.length === 16 ? `${local}:00` : local}Z`;
}

type GrantFieldsProps = { readonly granted: Granted; readonly onChange: (granted: Granted) => void };

/** For which time, how far trusted, and what hosts may be proven inside of. */
export function GrantFields({ granted, onChange }: GrantFieldsProps) {
  const { grant: words } = useWords(facilityWords);
  const id = useId();
  const text = (name: 'from' | 'until' | 'tier' | 'countries' | 'areaName', type = 'text') => (
    <div className="field">
      <label htmlFor={id + name}>{words[name]}</label>
      <input
        id={id + name}
        className="input"
        type={type}
        value={granted[name]}
        maxLength={name === 'countries' ? 400 : 100}
        aria-describedby={`${id + name}hint`}
        onChange={({ target }) => onChange({ ...granted, [name]: target.value })}
      />
      <p id={`${id + name}hint`} className="field__hint">
        {words[`${name}Hint`]}
      </p>
    </div>
  );
  const tick = (name: 'agreement' | 'areaOnly' | 'strict') => (
    <label className="facility__tick">
      <input
        type="checkbox"
        checked={granted[name]}
        onChange={({ target }) => onChange({ ...granted, [name]: target.checked })}
      />
      {words[name]}
    </label>
  );
  return (
    <>
      <div className="facility__pair">
        {text('from', 'datetime-local')}
        {text('until', 'datetime-local')}
      </div>
      {text('tier')}
      {tick('agreement')}
      {tick('areaOnly')}
      <details>
        <summary>{words.otherArea}</summary>
        <div className="facility__other">
          {text('countries')}
          {granted.countries.trim() !== '' && text('areaName')}
          {granted.countries.trim() !== '' && tick('strict')}
        </div>
      </details>
    </>
  );
}
