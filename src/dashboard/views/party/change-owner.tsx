import { useState } from 'react';
import { ReasonDialog } from '../../parts/reason-dialog.tsx';
import { TextField, type TextFieldProps } from '../../parts/text-field.tsx';
import { useWords } from '../../words/language.tsx';
import type { Party } from './described.tsx';
import { partyWords } from './words.ts';

/** Says who owns a party, from which source and of what day. Its owners are said whole: what is left empty is said to be nobody's word. */
export function ChangeOwner({ party }: { readonly party: Party }) {
  const { change: words } = useWords(partyWords);
  const [said, setSaid] = useState({
    parent: party.parentId ?? '',
    ultimate: party.ultimateParentId ?? '',
    headquarters: party.headquarters ?? '',
    source: party.source ?? '',
    dated: party.dated ?? '',
  });
  const [own, setOwn] = useState(party.ownUltimateParent);
  const field = (name: keyof typeof said, how: Pick<TextFieldProps, 'type' | 'most'> = {}) => (
    <TextField
      {...how}
      label={words[name]}
      hint={words[`${name}Hint`]}
      value={said[name]}
      onChange={(value) => setSaid({ ...said, [name]: value })}
    />
  );
  const ownerOf = (text: string): string | null => (own || text.trim() === '' ? null : text.trim());
  const { headquarters, source, dated } = said;
  return (
    <ReasonDialog
      label={words.label}
      explanation={words.what}
      operation="changeParty"
      asked={(reason) => ({
        params: { partyId: party.id },
        body: {
          parentId: ownerOf(said.parent),
          ultimateParentId: ownerOf(said.ultimate),
          ownUltimateParent: own,
          ...(headquarters.trim() === '' ? {} : { headquarters: headquarters.trim().toUpperCase() }),
          ...(source.trim() === '' ? {} : { source: source.trim() }),
          ...(dated === '' ? {} : { dated }),
          reason,
        },
      })}
      touches={['party', 'licence', 'grant']}
      done={words.done}
      most={2000}
    >
      <label>
        <input type="checkbox" checked={own} onChange={({ target }) => setOwn(target.checked)} /> {words.own}
      </label>
      {!own && field('parent', { most: 40 })}
      {!own && field('ultimate', { most: 40 })}
      {field('headquarters', { most: 2 })}
      {field('source')}
      {field('dated', { type: 'date' })}
    </ReasonDialog>
  );
}
