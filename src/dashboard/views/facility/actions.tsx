import { ReasonDialog } from '../../parts/reason-dialog.tsx';
import { useSession } from '../../session/gate.tsx';
import { useWords } from '../../words/language.tsx';
import { Authorise } from './authorise.tsx';
import type { Facility } from './types.ts';
import { facilityWords } from './words.ts';

/** What the licensing authority can do with a facility as it stands: each with a reason, recorded in the log. */
export function Actions({ facility }: { readonly facility: Facility }) {
  const { acts: words } = useWords(facilityWords);
  const { session, may } = useSession();
  if (session.readsOnly || !may('facilities:authorise')) return null;
  const asked = (reason: string) => ({ params: { facilityId: facility.id }, body: { reason } });
  const touches = ['facility', 'grant', 'host', 'licence'] as const;
  return (
    <>
      {facility.state !== 'refused' && <Authorise facility={facility} />}
      {facility.state === 'proposed' && (
        <ReasonDialog
          label={words.refuse}
          explanation={words.refuseWhat}
          operation="refuseFacility"
          asked={asked}
          touches={touches}
          done={words.refused}
          grave
        />
      )}
      {facility.state === 'authorised' && (
        <ReasonDialog
          label={words.withdraw}
          explanation={words.withdrawWhat}
          operation="withdrawFacility"
          asked={asked}
          touches={touches}
          done={words.withdrawn}
          grave
        />
      )}
    </>
  );
}
