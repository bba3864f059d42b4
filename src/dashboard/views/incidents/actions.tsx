import type { Answer } from '../../api/call.ts';
import { ReasonDialog } from '../../parts/reason-dialog.tsx';
import { SaveButton } from '../../parts/save-button.tsx';
import { useSession } from '../../session/gate.tsx';
import { useWords } from '../../words/language.tsx';
import { incidentWords } from './words.ts';

/** As much as the verifier takes. */
const MOST = 2000;

/** What the person can do with an incident as it stands; the file is the incident as the verifier answers it, notes included. */
export function Actions({ incident }: { readonly incident: Answer<'getIncident'> }) {
  const { acts: words } = useWords(incidentWords);
  const { session, may } = useSession();
  const { id, state } = incident;
  const mayChange = (scope: string): boolean => !session.readsOnly && state !== 'closed' && may(scope);
  const common = { touches: ['incident'], most: MOST } as const;
  const params = { incidentId: id };
  return (
    <>
      {mayChange('incidents:report') && state === 'open' && (
        <ReasonDialog
          {...common}
          operation="reportIncident"
          label={words.report}
          explanation={words.reportWhat}
          field={{ label: words.reference, hint: words.referenceHint }}
          asked={(reference) => ({ params, body: { reference } })}
          done={words.reported}
        />
      )}
      {mayChange('incidents:report') && (
        <ReasonDialog
          {...common}
          operation="noteIncident"
          label={words.note}
          explanation={words.noteWhat}
          field={{ label: words.noteLabel, hint: words.noteHint }}
          asked={(note) => ({ params, body: { note } })}
          done={words.noted}
        />
      )}
      {mayChange('incidents:close') && (
        <ReasonDialog
          {...common}
          operation="closeIncident"
          label={words.close}
          explanation={words.closeWhat}
          asked={(reason) => ({ params, body: { reason } })}
          done={words.closed}
          grave
        />
      )}
      <SaveButton label={words.save} name={`incident-${id}.json`} content={incident} />
    </>
  );
}
