import { useState } from 'react';
import { ReasonDialog } from '../../parts/reason-dialog.tsx';
import { Told } from '../../parts/told.tsx';
import { useWords } from '../../words/language.tsx';
import { type Granted, GrantFields, grantBody, NOTHING_GRANTED } from './grant-fields.tsx';
import type { Facility } from './types.ts';
import { facilityWords } from './words.ts';

/** Authorises just the outline that is on the screen: the digest of what was shown goes along. */
export function Authorise({ facility }: { readonly facility: Facility }) {
  const { acts: words } = useWords(facilityWords);
  const [granted, setGranted] = useState<Granted>(NOTHING_GRANTED);
  const again = facility.state === 'authorised';
  return (
    <ReasonDialog
      label={again ? words.authoriseAgain : words.authorise}
      explanation={
        <>
          {again ? words.authoriseAgainWhat : words.authoriseWhat} <Told text={facility.digest} mono />
        </>
      }
      operation="authoriseFacility"
      asked={(reason) => ({
        params: { facilityId: facility.id },
        body: { digest: facility.digest, ...grantBody(granted), reason },
      })}
      touches={['facility', 'grant', 'host', 'licence']}
      done={words.authorised}
    >
      <GrantFields granted={granted} onChange={setGranted} />
    </ReasonDialog>
  );
}
