import { weaknessesOf } from '../../../record/report/weaknesses.ts';
import { Panel } from '../../parts/panel.tsx';
import { Empty } from '../../parts/state.tsx';
import { Status } from '../../parts/status.tsx';
import { Told } from '../../parts/told.tsx';
import { useWords } from '../../words/language.tsx';
import type { Status as DeviceStatus } from './standing.tsx';
import { deviceWords } from './words.ts';

/** Whatever the facts leave open, as reports say it; of these, licences may accept three by name. */
export function Weaknesses({ status }: { readonly status: DeviceStatus }) {
  const words = useWords(deviceWords);
  const weaknesses = weaknessesOf(status);
  return (
    <Panel title={words.weaknesses}>
      {weaknesses.length === 0 ? (
        <Empty>{words.noWeaknesses}</Empty>
      ) : (
        <ul className="reasons">
          {weaknesses.map((each) => (
            <li key={each} className="reasons__reason">
              <p className="reasons__head">
                <Status tone="warn">
                  <Told text={each} mono />
                </Status>
              </p>
              <p className="reasons__sentence">{words.weakness[each]}</p>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}
