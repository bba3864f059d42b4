import { useState } from 'react';
import { ReasonDialog } from '../../parts/reason-dialog.tsx';
import { TextField } from '../../parts/text-field.tsx';
import { useWords } from '../../words/language.tsx';
import { partiesWords } from './words.ts';

const NOTHING_SAID = { legalName: '', country: '', headquarters: '', reference: '' };

/** Registers a party of the person's own tenant: who owns it is said, with its source, on its page. */
export function RegisterParty() {
  const { register: words } = useWords(partiesWords);
  const [said, setSaid] = useState(NOTHING_SAID);
  const field = (name: keyof typeof NOTHING_SAID, most: number) => (
    <TextField
      label={words[name]}
      hint={words[`${name}Hint`]}
      value={said[name]}
      onChange={(value) => setSaid({ ...said, [name]: value })}
      required={name === 'legalName' || name === 'country'}
      most={most}
    />
  );
  const { legalName, country, headquarters, reference } = said;
  return (
    <ReasonDialog
      label={words.label}
      explanation={words.what}
      operation="registerParty"
      asked={() => ({
        body: {
          legalName: legalName.trim(),
          country: country.trim().toUpperCase(),
          ...(headquarters.trim() === '' ? {} : { headquarters: headquarters.trim().toUpperCase() }),
          ...(reference.trim() === '' ? {} : { reference: reference.trim() }),
        },
      })}
      touches={['party']}
      done={words.done}
      field={null}
    >
      {field('legalName', 300)}
      {field('country', 2)}
      {field('headquarters', 2)}
      {field('reference', 128)}
    </ReasonDialog>
  );
}
