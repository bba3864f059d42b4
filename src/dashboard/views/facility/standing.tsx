import { Way } from '../../app/ways.tsx';
import { useCountryName } from '../../parts/country.ts';
import { Instant } from '../../parts/instant.tsx';
import { Fact, Facts, Panel } from '../../parts/panel.tsx';
import { Told } from '../../parts/told.tsx';
import { useFormats, useWords } from '../../words/language.tsx';
import { FacilityState } from '../facilities/facility-state.tsx';
import type { Facility } from './types.ts';
import { facilityWords } from './words.ts';

/** What was proposed, by whom, and what the authority said of it last. */
export function Standing({ facility }: { readonly facility: Facility }) {
  const words = useWords(facilityWords);
  const formats = useFormats();
  const country = useCountryName();
  const { authorisedArea: area, decidedAt, leafIndex } = facility;
  return (
    <Panel title={words.standing}>
      <Facts>
        <Fact name={words.state}>
          <FacilityState facility={facility} />
        </Fact>
        {facility.state === 'authorised' && (
          <Fact name={words.newest}>
            <Instant at={facility.authorisedFrom} /> –{' '}
            {facility.authorisedUntil === null ? words.noEnd : <Instant at={facility.authorisedUntil} />}
          </Fact>
        )}
        <Fact name={words.tier}>
          <Told text={facility.tier} />
        </Fact>
        <Fact name={words.agreement}>{facility.governmentAgreement ? words.yes : words.no}</Fact>
        <Fact name={words.country}>{country(facility.country)}</Fact>
        <Fact name={words.operator}>
          <Told text={facility.operatorTenant} />
        </Fact>
        <Fact name={words.area}>
          {area.kind === 'geofence' ? (
            words.ownOutline
          ) : (
            <>
              <Told text={area.name} />: {area.countries.map(country).join(', ')} (
              {words.readings[area.reading]})
            </>
          )}
        </Fact>
        <Fact name={words.disclosure}>{words.disclosures[facility.disclosure]}</Fact>
        <Fact name={words.proposed}>
          <Instant at={facility.proposedAt} /> {words.by} <Told text={facility.tenant} />,{' '}
          <Told text={facility.proposedBy} mono />
        </Fact>
        {decidedAt !== null && (
          <Fact name={words.decided}>
            <Instant at={decidedAt} /> {words.by} <Told text={facility.decidedBy} mono />
          </Fact>
        )}
        {facility.decidedReason !== null && (
          <Fact name={words.reason}>
            <Told text={facility.decidedReason} most={2000} />
          </Fact>
        )}
        <Fact name={words.id}>
          <Told text={facility.id} mono />
        </Fact>
        <Fact name={words.digest}>
          <Told text={facility.digest} mono />
        </Fact>
        <Fact name={words.act}>
          <Way to={`/log/${leafIndex}`}>{formats.number(leafIndex)}</Way>
        </Fact>
      </Facts>
    </Panel>
  );
}
