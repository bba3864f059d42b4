import { useParams } from 'wouter';
import { useRead } from '../../api/read.ts';
import { Page } from '../../app/page.tsx';
import { Unread } from '../../app/unread.tsx';
import { When } from '../../parts/instant.tsx';
import { LevelBadge } from '../../parts/level-badge.tsx';
import { Fact, Facts, Panel } from '../../parts/panel.tsx';
import { Told } from '../../parts/told.tsx';
import { toldText } from '../../parts/told-text.ts';
import { useSession } from '../../session/gate.tsx';
import { useWords } from '../../words/language.tsx';
import { DeviceFacts } from '../appraisal/devices.tsx';
import { DeviceState } from '../devices/device-state.tsx';
import { Holds } from '../host/holds.tsx';
import { Timeline } from '../host/timeline.tsx';
import { AboutIt } from './about-it.tsx';
import { Actions } from './actions.tsx';
import { Declared } from './declared.tsx';
import { NamingLicences } from './naming-licences.tsx';
import { Standing } from './standing.tsx';
import { Stays } from './stays.tsx';
import { Weaknesses } from './weaknesses.tsx';
import { deviceWords } from './words.ts';
import './device.css';

/** One device: what is said of it and what is proven, by when a proof is owed, what is held against it, and what can be done. */
export default function DevicePage() {
  const { deviceId = '' } = useParams();
  const words = useWords(deviceWords);
  const { may } = useSession();
  const params = { deviceId };
  const read = useRead('getDeviceStatus', { params }, { live: ['device', 'host', 'hold', 'chip'] });
  const declared = useRead('getDevice', { params }, { live: ['device'], when: may('devices:read') });
  if (read.data === undefined) return <Unread id={deviceId} read={read} />;
  const status = read.data;
  const name = status.serial ?? status.id;
  return (
    <Page
      title={words.one(toldText(name))}
      heading={
        <span className="titled">
          <Told text={words.one(name)} /> <DeviceState state={status.state} />
        </span>
      }
      lead={words.lead}
      actions={<Actions status={status} />}
    >
      <div className="device">
        <Standing status={status} />
        <Declared status={status} declared={declared.data} />
        <Panel title={words.proven} aside={<LevelBadge level={status.label} />}>
          <DeviceFacts facts={status.facts} />
          <Facts>
            <Fact name={words.whose}>{words.whoseWord[status.facts.device]}</Fact>
            <Fact name={words.evidence}>
              <When at={status.evidenceIssuedAt} />
            </Fact>
            <Fact name={words.nextDue}>
              <When at={status.nextAttestationDue} />
            </Fact>
          </Facts>
        </Panel>
        <Weaknesses status={status} />
      </div>
      <Holds latches={status.latches} />
      {may('licences:read') && <NamingLicences deviceId={deviceId} />}
      {may('incidents:read') && <AboutIt deviceId={deviceId} />}
      {may('grants:read') && <Stays deviceId={deviceId} />}
      {status.hostId !== null && may('sessions:read') && <Timeline hostId={status.hostId} />}
    </Page>
  );
}
