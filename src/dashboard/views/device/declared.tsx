import type { Answer } from '../../api/call.ts';
import { Way } from '../../app/ways.tsx';
import { Instant } from '../../parts/instant.tsx';
import { Fact, Facts, Panel } from '../../parts/panel.tsx';
import { Status, type Tone } from '../../parts/status.tsx';
import { SubjectLink } from '../../parts/subject-link.tsx';
import { Told } from '../../parts/told.tsx';
import { useFormats, useWords } from '../../words/language.tsx';
import { devicesWords } from '../devices/words.ts';
import type { Status as DeviceStatus } from './standing.tsx';
import { deviceWords } from './words.ts';

const LINK_TONES: { readonly [L in DeviceStatus['serialLink']]: Tone } = {
  'manufacturer-manifest': 'good',
  'operator-claimed': 'warn',
  contradicted: 'bad',
  none: 'idle',
};

type DeclaredProps = {
  readonly status: DeviceStatus;
  /** Absent for whoever sees what is proven alone. */
  readonly declared: Answer<'getDevice'> | undefined;
};

/** What its exporter declared, beside what evidence shows of the same. */
export function Declared({ status, declared }: DeclaredProps) {
  const words = useWords(deviceWords);
  const list = useWords(devicesWords);
  const formats = useFormats();
  return (
    <Panel title={words.declared}>
      <Facts>
        <Fact name={words.model}>
          <Told text={status.model} />
        </Fact>
        <Fact name={words.provenModel}>
          <Told text={status.provenModel} />{' '}
          <Status tone={status.provenModel === null ? 'idle' : 'good'}>
            {status.provenModel === null ? words.notShown : words.certified}
          </Status>
        </Fact>
        <Fact name={list.serial}>
          <Told text={status.serial} mono />{' '}
          <Status tone={LINK_TONES[status.serialLink]}>{words.links[status.serialLink]}</Status>
        </Fact>
        {declared !== undefined && (
          <>
            <Fact name={list.kind}>{list.kinds[declared.kind]}</Fact>
            <Fact name={list.owner}>
              <Told text={declared.tenant} />
            </Fact>
            <Fact name={list.party}>
              {declared.partyId === null ? (
                <Told text={null} />
              ) : (
                <SubjectLink subject={`party:${declared.partyId}`} bare />
              )}
            </Fact>
            <Fact name={list.identity}>
              <Told text={declared.identity?.sha256} mono />
            </Fact>
            <Fact name={words.shipped}>
              <Instant at={declared.shippedAt} />
            </Fact>
            <Fact name={words.registered}>
              <Instant at={declared.createdAt} />
            </Fact>
            <Fact name={words.act}>
              <Way to={`/log/${declared.leafIndex}`}>{formats.number(declared.leafIndex)}</Way>
            </Fact>
          </>
        )}
        <Fact name={list.device}>
          <Told text={status.id} mono />
        </Fact>
      </Facts>
    </Panel>
  );
}
