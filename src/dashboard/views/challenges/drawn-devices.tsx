import { Instant } from '../../parts/instant.tsx';
import { Panel } from '../../parts/panel.tsx';
import { Scroller } from '../../parts/scroller.tsx';
import { Empty } from '../../parts/state.tsx';
import { SubjectLink } from '../../parts/subject-link.tsx';
import { useFormats, useWords } from '../../words/language.tsx';
import { type Drawn, OutcomeStatus } from './outcome-state.tsx';
import { challengeWords } from './words.ts';

/** What came of each device, in the order in which they were drawn, and how many of each. */
export function DrawnDevices({ devices }: { readonly devices: readonly Drawn[] }) {
  const words = useWords(challengeWords);
  const formats = useFormats();
  const outcomes = [...new Set(devices.map(({ outcome }) => outcome))];
  return (
    <Panel title={words.devices}>
      {devices.length === 0 && <Empty>{words.noDevices}</Empty>}
      <ul className="tally">
        {outcomes.map((outcome) => (
          <li key={outcome}>
            <OutcomeStatus outcome={outcome} />
            {formats.number(devices.filter((device) => device.outcome === outcome).length)}
            <span className="soft">{words.means[outcome]}</span>
          </li>
        ))}
      </ul>
      {devices.length > 0 && (
        <Scroller label={words.devices}>
          <table className="plain-table">
            <thead>
              <tr>
                {[words.device, words.outcome, words.host, words.session, words.settledAt].map((header) => (
                  <th key={header} scope="col">
                    {header}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {devices.map(({ deviceId, hostId, sessionId, outcome, settledAt }) => (
                <tr key={deviceId}>
                  <th scope="row">
                    <SubjectLink subject={`device:${deviceId}`} bare />
                  </th>
                  <td>
                    <OutcomeStatus outcome={outcome} />
                  </td>
                  <td>{hostId === null ? '–' : <SubjectLink subject={`host:${hostId}`} bare />}</td>
                  <td>{sessionId === null ? '–' : <SubjectLink subject={`session:${sessionId}`} bare />}</td>
                  <td>
                    <Instant at={settledAt} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scroller>
      )}
    </Panel>
  );
}
