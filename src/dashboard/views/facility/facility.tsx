import { useMemo } from 'react';
import { useParams } from 'wouter';
import { useRead } from '../../api/read.ts';
import { Page } from '../../app/page.tsx';
import { Unread } from '../../app/unread.tsx';
import { toldText } from '../../parts/told-text.ts';
import { useSession } from '../../session/gate.tsx';
import { useWords } from '../../words/language.tsx';
import { Actions } from './actions.tsx';
import { Audits } from './audits.tsx';
import { Hosts } from './hosts.tsx';
import { NearLandmarks } from './near-landmarks.tsx';
import { nearestOf } from './nearest.ts';
import { Periods } from './periods.tsx';
import { Site } from './site.tsx';
import { Standing } from './standing.tsx';
import { facilityWords } from './words.ts';
import './facility.css';

/** One facility: its outline on the ground, what was said of it and until when, who audited it, what measures and what stands there. */
export default function FacilityPage() {
  const { facilityId = '' } = useParams();
  const words = useWords(facilityWords);
  const { may } = useSession();
  const params = { facilityId };
  const read = useRead('getFacility', { params }, { live: ['facility'] });
  const periods = useRead('listFacilityAuthorisations', { params }, { live: ['facility'] });
  const listed = useRead(
    'listLandmarks',
    {},
    { live: ['landmarks', 'trust-input'], when: may('trust:read') },
  );
  const area = read.data?.area;
  const landmarks = listed.data?.items;
  const near = useMemo(
    () => (area === undefined || landmarks === undefined ? [] : nearestOf(area, landmarks)),
    [area, landmarks],
  );
  if (read.data === undefined) return <Unread id={facilityId} read={read} />;
  const facility = read.data;
  return (
    <Page title={toldText(facility.name)} lead={words.lead} actions={<Actions facility={facility} />}>
      <div className="facility">
        <Standing facility={facility} />
        <Site facility={facility} near={near} />
      </div>
      <Periods read={periods} />
      {may('trust:read') && <Audits facilityId={facilityId} />}
      {may('trust:read') && <NearLandmarks read={listed} near={near} />}
      {may('hosts:read') && <Hosts facilityId={facilityId} />}
    </Page>
  );
}
