import { useMemo } from 'react';
import { useParams } from 'wouter';
import { useRead } from '../../api/read.ts';
import { useAll } from '../../api/read-all.ts';
import { NotFound } from '../../app/not-found.tsx';
import { Page } from '../../app/page.tsx';
import { Unread } from '../../app/unread.tsx';
import { ReasonDialog } from '../../parts/reason-dialog.tsx';
import { Shown } from '../../parts/state.tsx';
import { toldText } from '../../parts/told-text.ts';
import { useSession } from '../../session/gate.tsx';
import { useWords } from '../../words/language.tsx';
import { landmarksWords } from '../landmarks/words.ts';
import { Health } from './health.tsx';
import { Measurements } from './measurements.tsx';
import { Registered } from './registered.tsx';
import { Stand } from './stand.tsx';
import '../landmarks/landmarks.css';

const LIVE = { live: ['landmarks', 'trust-input'] } as const;

/** One landmark: whether it counts and why not, where it says that it stands, and what it and others measured of each other. */
export default function LandmarkPage() {
  const { landmarkId = '' } = useParams();
  const words = useWords(landmarksWords);
  const { session, may } = useSession();
  const list = useRead('listLandmarks', {}, LIVE);
  const landmark = list.data?.items.find(({ id }) => id === landmarkId);
  const measured = useRead(
    'listLandmarkMeasurements',
    { params: { landmarkId } },
    { ...LIVE, when: landmark !== undefined },
  );
  const inputs = useAll('listTrustInputs', {}, { live: ['trust-input'] });
  const version = useMemo(
    () => inputs.data?.find(({ kind, digest }) => kind === 'landmark' && digest === landmark?.digest),
    [inputs.data, landmark?.digest],
  );
  if (list.data === undefined) return <Unread id={landmarkId} read={list} />;
  if (landmark === undefined) return <NotFound />;
  const mayRetire = may('trust:approve') && !session.readsOnly && version?.state === 'effective';
  return (
    <Page
      title={toldText(landmark.id)}
      lead={words.oneLead}
      actions={
        mayRetire && (
          <ReasonDialog
            label={words.retire}
            explanation={words.retireWhat}
            operation="withdrawTrustInput"
            asked={(reason) => ({ params: { trustInputId: version.id }, body: { reason } })}
            touches={['landmarks', 'trust-input', 'host']}
            done={words.retired}
            grave
          />
        )
      }
    >
      <div className="landmark">
        <Health landmark={landmark} measured={measured.data?.items ?? []} versionId={version?.id ?? null} />
        <Stand landmark={landmark} landmarks={list.data.items} measured={measured.data?.items ?? []} />
      </div>
      <Registered landmark={landmark} version={version} landmarks={list.data.items} />
      <Shown read={measured}>
        {({ items }) => <Measurements landmarkId={landmark.id} measured={items} />}
      </Shown>
    </Page>
  );
}
