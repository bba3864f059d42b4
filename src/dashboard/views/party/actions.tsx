import { useState } from 'react';
import { Choice } from '../../parts/choice.tsx';
import { ReasonDialog } from '../../parts/reason-dialog.tsx';
import { TextField } from '../../parts/text-field.tsx';
import { useSession } from '../../session/gate.tsx';
import { useWords } from '../../words/language.tsx';
import { ChangeOwner } from './change-owner.tsx';
import type { Party } from './described.tsx';
import { partyWords } from './words.ts';

type ActionsProps = { readonly party: Party; readonly inForce: string | null | undefined };
type Word = Party['standing'];

/** What the person may do with a party: say who owns it, and for the authority, say what its screening came to. */
export function Actions({ party, inForce }: ActionsProps) {
  const { session, may } = useSession();
  if (session.readsOnly) return null;
  return (
    <>
      {may('parties:describe') && <ChangeOwner party={party} />}
      {may('parties:screen') && inForce !== undefined && <Screen partyId={party.id} inForce={inForce} />}
    </>
  );
}

/** A person's word: it names the list in force unless another is written, for a word that names none proves nothing while there is one. */
function Screen({ partyId, inForce }: { readonly partyId: string; readonly inForce: string | null }) {
  const { screen: words } = useWords(partyWords);
  const [standing, setStanding] = useState<Word | null>(null);
  const [list, setList] = useState(inForce ?? '');
  return (
    <ReasonDialog
      label={words.label}
      explanation={words.what}
      operation="screenParty"
      asked={(reason) => ({
        params: { partyId },
        body: {
          standing: standing ?? 'unscreened',
          ...(list.trim() === '' ? {} : { listVersion: list.trim() }),
          reason,
        },
      })}
      touches={['party', 'licence', 'grant']}
      done={words.done}
      most={2000}
    >
      <Choice
        label={words.word}
        any={words.words.unscreened}
        value={standing}
        choices={(['clear', 'denied'] as const).map((id) => ({ id, label: words.words[id] }))}
        onChoose={setStanding}
      />
      <TextField label={words.list} hint={words.listHint} value={list} onChange={setList} most={100} />
    </ReasonDialog>
  );
}
