import type { Answer } from '../../api/call.ts';
import { Way } from '../../app/ways.tsx';
import { ShareBar } from '../../parts/chart/share-bar.tsx';
import { Panel } from '../../parts/panel.tsx';
import { Empty } from '../../parts/state.tsx';
import { useWords } from '../../words/language.tsx';
import { overviewWords } from './words.ts';

const TONES = { active: 'good', suspended: 'bad', revoked: 'idle' } as const;
const STATES = ['active', 'suspended', 'revoked'] as const;

export function Licences({
  licences,
}: {
  readonly licences: NonNullable<Answer<'getOverview'>['licences']>;
}) {
  const words = useWords(overviewWords);
  const all = licences.active + licences.suspended + licences.revoked;
  return (
    <Panel title={words.licences} aside={<Way to="/licences">{words.licenceCount(all)}</Way>}>
      {all === 0 ? (
        <Empty>{words.noLicences}</Empty>
      ) : (
        <ShareBar
          label={words.licences}
          shares={STATES.map((state) => ({
            id: state,
            label: words.licenceStates[state],
            count: licences[state],
            tone: TONES[state],
          }))}
        />
      )}
    </Panel>
  );
}
