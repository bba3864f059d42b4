import { Page } from '../../app/page.tsx';
import { useSession } from '../../session/gate.tsx';
import { useWords } from '../../words/language.tsx';
import { Packs } from './packs.tsx';
import { ScreeningLists } from './screening-lists.tsx';
import { ruleWords } from './words.ts';

/** By which list parties are screened and which rule packs may decide, each with what the law is. */
export default function Rules() {
  const words = useWords(ruleWords);
  const { may } = useSession();
  return (
    <Page title={words.title} lead={words.lead}>
      <div className="stack">
        {may('parties:read') && <ScreeningLists />}
        {may('trust:read') && <Packs />}
      </div>
    </Page>
  );
}
