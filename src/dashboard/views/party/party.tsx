import { useParams } from 'wouter';
import { useRead } from '../../api/read.ts';
import { Page } from '../../app/page.tsx';
import { Unread } from '../../app/unread.tsx';
import { toldText } from '../../parts/told-text.ts';
import { useSession } from '../../session/gate.tsx';
import { useWords } from '../../words/language.tsx';
import { useListInForce } from '../parties/party-stand.tsx';
import { Actions } from './actions.tsx';
import { Described } from './described.tsx';
import { Examinations } from './examinations.tsx';
import { Ledger } from './ledger.tsx';
import { Owners } from './owners.tsx';
import { Screenings } from './screenings.tsx';
import { Versions } from './versions.tsx';
import { partyWords } from './words.ts';
import './party.css';

/** One party: what is said of it, who owns it up to the top and what is missing, what screenings found, and what it was before. */
export default function PartyPage() {
  const { partyId = '' } = useParams();
  const words = useWords(partyWords);
  const { may } = useSession();
  const inForce = useListInForce();
  const read = useRead('getParty', { params: { partyId } }, { live: ['party'] });
  if (read.data === undefined) return <Unread id={partyId} read={read} />;
  const party = read.data;
  return (
    <Page
      title={toldText(party.legalName)}
      lead={words.lead}
      actions={<Actions party={party} inForce={inForce} />}
    >
      <div className="party">
        <Described party={party} inForce={inForce} />
        <Owners party={party} />
      </div>
      <Screenings partyId={partyId} inForce={inForce} />
      <Examinations partyId={partyId} />
      {may('ledger:read') && <Ledger partyId={partyId} />}
      <Versions partyId={partyId} />
    </Page>
  );
}
