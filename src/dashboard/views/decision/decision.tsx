import './decision.css';
import { useParams } from 'wouter';
import { useRead } from '../../api/read.ts';
import { Page } from '../../app/page.tsx';
import { Panel } from '../../parts/panel.tsx';
import { PrintButton } from '../../parts/print-button.tsx';
import { ReasonList } from '../../parts/reason-list.tsx';
import { Shown } from '../../parts/state.tsx';
import { Told } from '../../parts/told.tsx';
import { toldText } from '../../parts/told-text.ts';
import { useWords } from '../../words/language.tsx';
import { Basis } from './basis.tsx';
import { Devices } from './devices.tsx';
import { Draws } from './draws.tsx';
import { Evidence } from './evidence.tsx';
import { Offline } from './offline.tsx';
import { OutcomeState } from './outcome-state.tsx';
import { Proof } from './proof.tsx';
import { Summary } from './summary.tsx';
import { decisionWords } from './words.ts';

/** One decision as it was made: whole, on one page that can be printed, with what proves it. */
export default function DecisionPage() {
  const { decisionId = '' } = useParams();
  const words = useWords(decisionWords);
  const read = useRead('getDecision', { params: { decisionId } });
  return (
    <Page
      title={words.title(toldText(decisionId))}
      heading={
        <span className="titled">
          <Told text={words.title(decisionId)} />{' '}
          {read.data !== undefined && <OutcomeState outcome={read.data.outcome} />}
        </span>
      }
      actions={<PrintButton />}
    >
      <Shown read={read}>
        {(decision) => (
          <div className="decision">
            <Summary decision={decision} />
            <Panel title={words.reasons}>
              {decision.reasons.length === 0 ? (
                <p>{words.noReasons}</p>
              ) : (
                <ReasonList reasons={decision.reasons} of="decision" />
              )}
            </Panel>
            <Devices devices={decision.devices} />
            <Draws decision={decision} />
            <Basis decision={decision} />
            <Proof decision={decision} />
            <Evidence decision={decision} />
            <Offline decision={decision} />
          </div>
        )}
      </Shown>
    </Page>
  );
}
