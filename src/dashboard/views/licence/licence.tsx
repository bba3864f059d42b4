import './licence.css';
import { useParams } from 'wouter';
import { useRead } from '../../api/read.ts';
import type { Topic } from '../../api/topics.ts';
import { Page } from '../../app/page.tsx';
import { Shown } from '../../parts/state.tsx';
import { Told } from '../../parts/told.tsx';
import { toldText } from '../../parts/told-text.ts';
import { useSession } from '../../session/gate.tsx';
import { useWords } from '../../words/language.tsx';
import { LicenceState } from '../licences/licence-state.tsx';
import { Actions } from './actions.tsx';
import { ConditionTable } from './condition-table.tsx';
import { Decisions } from './decisions.tsx';
import { DryRun } from './dry-run.tsx';
import { Grants } from './grants.tsx';
import { Happenings } from './happenings.tsx';
import { Holds } from './holds.tsx';
import { Ledger } from './ledger.tsx';
import { Standing } from './standing.tsx';
import { Terms } from './terms.tsx';
import { licenceWords } from './words.ts';

/** Whatever can change what a decision under a licence says. */
const STANDING: readonly Topic[] = [
  'licence',
  'hold',
  'host',
  'device',
  'facility',
  'party',
  'screening-list',
  'trust-input',
  'grant',
  'decision',
  'ledger',
  'usage',
];

/** One licence: what it asks, whether that is met now and why not, what was taken under it, and what can be done about it. */
export default function LicencePage() {
  const { licenceId = '' } = useParams();
  const words = useWords(licenceWords);
  const { session, may } = useSession();
  const params = { licenceId };
  const read = useRead('getLicence', { params }, { live: ['licence', 'hold'] });
  const status = useRead('getLicenceStatus', { params }, { live: STANDING, when: may('status:read') });
  const licence = read.data;
  return (
    <Page
      title={words.title(toldText(licenceId))}
      heading={
        licence === undefined ? undefined : (
          <span className="titled">
            <Told text={words.title(licenceId)} /> <LicenceState status={licence.status} />
          </span>
        )
      }
      lead={licence === undefined ? undefined : <Told text={words.lead(licence.tenant)} />}
      actions={licence === undefined ? undefined : <Actions licence={licence} />}
    >
      <Shown read={read}>
        {(shown) => (
          <div className="licence">
            <div className="licence__two">
              <div className="licence__one">
                <Standing licence={shown} status={status} />
                {may('latches:read') && <Holds licenceId={licenceId} status={status.data} />}
              </div>
              {may('events:read') && <Happenings licence={shown} />}
            </div>
            <div className="licence__two">
              <ConditionTable licence={shown} status={status.data} />
              <Terms conditions={shown.conditions} />
            </div>
            {may('ledger:read') && <Ledger licence={shown} />}
            {may('decisions:request') && !session.readsOnly && <DryRun licenceId={licenceId} />}
            {may('grants:read') && <Grants licenceId={licenceId} />}
            {may('decisions:read') && <Decisions licenceId={licenceId} />}
          </div>
        )}
      </Shown>
    </Page>
  );
}
