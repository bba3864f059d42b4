import { Instant } from '../../parts/instant.tsx';
import { Fact, Facts, Panel } from '../../parts/panel.tsx';
import { SubjectLink } from '../../parts/subject-link.tsx';
import { Told } from '../../parts/told.tsx';
import { useWords } from '../../words/language.tsx';
import { OutcomeState } from './outcome-state.tsx';
import type { Decision } from './types.ts';
import { decisionWords } from './words.ts';

/** What was asked, when, and what it came to. */
export function Summary({ decision }: { readonly decision: Decision }) {
  const words = useWords(decisionWords);
  const { outcome, licenceId, action, chips, at, validUntil, policy, dryRun } = decision;
  return (
    <Panel title={words.what}>
      {dryRun && <p className="note note--info">{words.dryRun}</p>}
      <Facts>
        <Fact name={words.allowed}>
          <OutcomeState outcome={outcome} />
        </Fact>
        <Fact name={words.licence}>
          <SubjectLink subject={`licence:${licenceId}`} bare />
        </Fact>
        <Fact name={words.action}>{words.actions[action]}</Fact>
        {chips.length > 0 && (
          <Fact name={words.chips}>
            <Told
              text={chips.map(({ model, quantity }) => `${quantity} × ${model}`).join(', ')}
              most={1000}
            />
          </Fact>
        )}
        <Fact name={words.at}>
          <Instant at={at} />
        </Fact>
        <Fact name={words.validUntil}>
          <Instant at={validUntil} />
        </Fact>
        <Fact name={words.policy}>
          <Told text={`${policy.name} ${policy.version}`} mono />
        </Fact>
      </Facts>
    </Panel>
  );
}
