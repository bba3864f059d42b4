import { Panel } from '../../parts/panel.tsx';
import { Empty } from '../../parts/state.tsx';
import { Status } from '../../parts/status.tsx';
import { useWords } from '../../words/language.tsx';
import { overviewWords } from './words.ts';

export function Holds({ holds }: { readonly holds: number }) {
  const words = useWords(overviewWords);
  return (
    <Panel title={words.holds}>
      {holds === 0 ? <Empty>{words.noHolds}</Empty> : <Status tone="bad">{words.holdCount(holds)}</Status>}
    </Panel>
  );
}
