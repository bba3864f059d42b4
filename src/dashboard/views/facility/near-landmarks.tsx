import type { Answer } from '../../api/call.ts';
import { Way } from '../../app/ways.tsx';
import { LandmarkStanding } from '../../parts/landmark-standing.tsx';
import { Panel } from '../../parts/panel.tsx';
import { Scroller } from '../../parts/scroller.tsx';
import { Empty, type ReadState, Shown } from '../../parts/state.tsx';
import { Told } from '../../parts/told.tsx';
import { useFormats, useWords } from '../../words/language.tsx';
import type { Near } from './nearest.ts';
import { facilityWords } from './words.ts';

type NearLandmarksProps = {
  readonly read: ReadState<Answer<'listLandmarks'>>;
  readonly near: readonly Near[];
};

/** The landmarks that stand nearest: density near a facility is what proves. */
export function NearLandmarks({ read, near }: NearLandmarksProps) {
  const words = useWords(facilityWords);
  const formats = useFormats();
  return (
    <Panel title={words.landmarks} aside={words.landmarksNote}>
      <Shown read={read}>
        {() =>
          near.length === 0 ? (
            <Empty>{words.noLandmarks}</Empty>
          ) : (
            <Scroller label={words.landmarks}>
              <table className="plain-table">
                <caption className="unseen">{words.landmarks}</caption>
                <thead>
                  <tr>
                    <th scope="col">{words.landmark}</th>
                    <th scope="col" className="numeric">
                      {words.distance}
                    </th>
                    <th scope="col">{words.state}</th>
                    <th scope="col">{words.runBy}</th>
                  </tr>
                </thead>
                <tbody>
                  {near.map(({ landmark, meters }) => (
                    <tr key={landmark.id}>
                      <th scope="row">
                        <Way to={`/landmarks/${encodeURIComponent(landmark.id)}`}>
                          <Told text={landmark.id} />
                        </Way>
                      </th>
                      <td className="numeric">
                        {words.kilometres(formats.number(Number((meters / 1000).toFixed(1))))}
                      </td>
                      <td>
                        <LandmarkStanding standing={landmark.standing} />
                      </td>
                      <td>
                        <Told text={landmark.operator} />
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
