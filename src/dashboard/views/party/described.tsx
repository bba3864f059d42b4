import type { Answer } from '../../api/call.ts';
import { useRead } from '../../api/read.ts';
import { Way } from '../../app/ways.tsx';
import { useCountryName } from '../../parts/country.ts';
import { When } from '../../parts/instant.tsx';
import { Fact, Facts, Panel } from '../../parts/panel.tsx';
import { Told } from '../../parts/told.tsx';
import { useFormats, useWords } from '../../words/language.tsx';
import { PartyStandStatus } from '../parties/party-stand.tsx';
import { partiesWords } from '../parties/words.ts';
import { partyWords } from './words.ts';

export type Party = Answer<'getParty'>;

type DescribedProps = { readonly party: Party; readonly inForce: string | null | undefined };

/** What is said of a party, how its screening stands against the list in force, and what was delivered to it. */
export function Described({ party, inForce }: DescribedProps) {
  const words = useWords(partyWords);
  const list = useWords(partiesWords);
  const formats = useFormats();
  const country = useCountryName();
  const { data: delivered } = useRead(
    'getPartyDeliveries',
    { params: { partyId: party.id } },
    { live: ['device'] },
  );
  return (
    <Panel title={words.described}>
      <Facts>
        <Fact name={list.standing}>
          <PartyStandStatus {...{ party, inForce }} />
        </Fact>
        <Fact name={words.against}>
          <Told text={party.listVersion} mono />
        </Fact>
        <Fact name={words.inForce}>{inForce === null ? words.noList : <Told text={inForce} mono />}</Fact>
        <Fact name={list.screenedOn}>
          <Told text={party.screenedOn} />
        </Fact>
        <Fact name={words.clearUntil}>
          <When at={party.clearUntil} />
        </Fact>
        <Fact name={words.why}>
          <Told text={party.standingReason} most={2000} />
        </Fact>
        <Fact name={list.country}>{country(party.country)}</Fact>
        <Fact name={list.headquarters}>
          {party.headquarters === null ? <Told text={null} /> : country(party.headquarters)}
        </Fact>
        {delivered !== undefined && (
          <Fact name={words.deliveries}>
            {words.delivered(delivered.devices, delivered.verified, delivered.missing)}
          </Fact>
        )}
        <Fact name={list.tenant}>
          <Told text={party.tenant} />
        </Fact>
        <Fact name={list.reference}>
          <Told text={party.reference} mono />
        </Fact>
        <Fact name={words.act}>
          <Way to={`/log/${party.leafIndex}`}>{formats.number(party.leafIndex)}</Way>
        </Fact>
        <Fact name={list.id}>
          <Told text={party.id} mono />
        </Fact>
      </Facts>
    </Panel>
  );
}
