import { useSession } from '../session/gate.tsx';
import { dictionary } from '../words/dictionary.ts';
import { useWords } from '../words/language.tsx';
import { Told } from './told.tsx';

const whoWords = dictionary({ you: '(you)' }, { you: '(본인)' });

/** A principal by its identifier, and whether it is the one who looks. */
export function Who({ id }: { readonly id: string | null }) {
  const words = useWords(whoWords);
  const { session } = useSession();
  return (
    <>
      <Told text={id} mono /> {id === session.principal.id && <span className="soft">{words.you}</span>}
    </>
  );
}
