import type { Answer } from '../../api/call.ts';
import { When } from '../../parts/instant.tsx';
import { Fact, Facts, Panel } from '../../parts/panel.tsx';
import { SubjectLink } from '../../parts/subject-link.tsx';
import { Told } from '../../parts/told.tsx';
import { useSession } from '../../session/gate.tsx';
import { useWords } from '../../words/language.tsx';
import { DeviceState } from '../devices/device-state.tsx';
import { deviceWords } from './words.ts';

export type Status = Answer<'getDeviceStatus'>;

/** The state of now, by when a proof is owed, and what mends it. */
export function Standing({ status }: { readonly status: Status }) {
  const words = useWords(deviceWords);
  const { may } = useSession();
  const { state, dueAt, missingAt, hostId, facilityId } = status;
  return (
    <Panel title={words.standing}>
      <Facts>
        <Fact name={words.state}>
          <DeviceState state={state} />
        </Fact>
        <Fact name={words.means}>{words.meanings[state]}</Fact>
        <Fact name={words.dueAt}>
          <When at={dueAt} />
        </Fact>
        <Fact name={words.missingAt}>
          <When at={missingAt} />
        </Fact>
        <Fact name={words.host}>
          {hostId === null ? <Told text={null} /> : <SubjectLink subject={`host:${hostId}`} bare />}
          {hostId !== null && may('hosts:read') && <p className="reasons__mend">{words.grantsThere}</p>}
        </Fact>
        <Fact name={words.facility}>
          {facilityId === null ? (
            <Told text={null} />
          ) : (
            <SubjectLink subject={`facility:${facilityId}`} bare />
          )}
        </Fact>
      </Facts>
    </Panel>
  );
}
