import { Way } from '../../app/ways.tsx';
import { useCountryName } from '../../parts/country.ts';
import { Panel } from '../../parts/panel.tsx';
import { Status, type Tone } from '../../parts/status.tsx';
import { Told } from '../../parts/told.tsx';
import { useWords } from '../../words/language.tsx';
import { partiesWords } from '../parties/words.ts';
import type { Party } from './described.tsx';
import { partyWords } from './words.ts';

type Parent = Party['ownership']['parents'][number];

const TONES: { readonly [S in Party['standing']]: Tone } = {
  clear: 'idle', // of the list in force or not: a parent counts where it is denied
  denied: 'bad',
  unscreened: 'warn',
};

/** Who owns it, the direct owner first, each a step further in; and whether the chain can be relied upon up to its top, or why not. */
export function Owners({ party }: { readonly party: Party }) {
  const words = useWords(partyWords);
  const { parents, chainComplete, gap } = party.ownership;
  const denied = parents.some(({ standing }) => standing === 'denied');
  return (
    <Panel title={words.owners}>
      {denied && <p className="note note--bad">{words.parentDenied}</p>}
      <p>
        <Status tone={chainComplete ? 'good' : 'warn'}>
          {chainComplete ? words.chainComplete : words.chainIncomplete}
        </Status>
      </p>
      {gap !== null && <p className="note note--warn">{words.gaps[gap]}</p>}
      <ol className="owners">
        <Step chain={[party, ...parents]} own={party.id} />
      </ol>
      <p className="soft">
        {party.source === null ? (
          words.noSource
        ) : (
          <>
            {words.source} <Told text={party.source} /> {party.dated !== null && <Told text={party.dated} />}
          </>
        )}
      </p>
    </Panel>
  );
}

function Step({ chain, own }: { readonly chain: readonly Parent[]; readonly own: string }) {
  const words = useWords(partyWords);
  const { stands } = useWords(partiesWords);
  const country = useCountryName();
  const [here, ...above] = chain;
  if (here === undefined) return null;
  const name = <Told text={here.legalName} />;
  return (
    <li>
      <p className="owners__party">
        {here.id === own ? <strong>{name}</strong> : <Way to={`/parties/${here.id}`}>{name}</Way>}
        <span>{country(here.country)}</span>
        {here.headquarters !== null && here.headquarters !== here.country && (
          <span>{words.ledFrom(country(here.headquarters))}</span>
        )}
        {here.id !== own && <Status tone={TONES[here.standing]}>{stands[here.standing]}</Status>}
      </p>
      {above.length > 0 && (
        <>
          <p className="soft">{words.ownedBy}</p>
          <ol>
            <Step chain={above} own={own} />
          </ol>
        </>
      )}
    </li>
  );
}
