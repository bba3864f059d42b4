import { useRead } from '../../api/read.ts';
import { Way } from '../../app/ways.tsx';
import { useNow } from '../../parts/instant.tsx';
import { Panel } from '../../parts/panel.tsx';
import { Scroller } from '../../parts/scroller.tsx';
import { Empty, Shown } from '../../parts/state.tsx';
import { Status, type Tone } from '../../parts/status.tsx';
import { Told } from '../../parts/told.tsx';
import { useFormats, useWords } from '../../words/language.tsx';
import { partyWords } from './words.ts';

const TONES: { readonly [O in 'clear' | 'hit' | 'review']: Tone } = {
  clear: 'good',
  hit: 'bad',
  review: 'warn',
};

type ScreeningsProps = { readonly partyId: string; readonly inForce: string | null | undefined };

/** What screening tools found, the latest day first: against which list, and whether that is still the one in force. */
export function Screenings({ partyId, inForce }: ScreeningsProps) {
  const words = useWords(partyWords);
  const formats = useFormats();
  const now = useNow();
  const read = useRead('listScreenings', { params: { partyId } }, { live: ['party', 'screening-list'] });
  return (
    <Panel title={words.screenings}>
      <Shown read={read}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty>{words.noScreenings}</Empty>
          ) : (
            <Scroller label={words.screenings}>
              <table className="plain-table party__table">
                <caption className="unseen">{words.screenings}</caption>
                <thead>
                  <tr>
                    {[words.date, words.age, words.outcome, words.list, words.reviewer, words.act].map(
                      (name) => (
                        <th key={name} scope="col">
                          {name}
                        </th>
                      ),
                    )}
                  </tr>
                </thead>
                <tbody>
                  {items.map((run) => (
                    <tr key={run.id}>
                      <td>
                        <Told text={run.date} />
                      </td>
                      <td>{formats.relative(`${run.date}T00:00:00Z`, now)}</td>
                      <td>
                        <Status tone={TONES[run.outcome]}>{words.outcomes[run.outcome]}</Status>
                      </td>
                      <td>
                        <Told text={run.listVersion} mono />{' '}
                        {inForce !== undefined && inForce !== null && inForce !== run.listVersion && (
                          <span className="tag">{words.older}</span>
                        )}
                      </td>
                      <td>
                        <Told text={run.reviewer} />
                      </td>
                      <td>
                        <Way to={`/log/${run.leafIndex}`}>{formats.number(run.leafIndex)}</Way>
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </Scroller>
          )
        }
      </Shown>
    </Panel>
  );
}
