import { LevelBadge } from '../../parts/level-badge.tsx';
import { Fact, Facts, Panel } from '../../parts/panel.tsx';
import { ReasonText } from '../../parts/reason-text.tsx';
import { SubjectLink } from '../../parts/subject-link.tsx';
import { Told } from '../../parts/told.tsx';
import { useFormats, useWords } from '../../words/language.tsx';
import { hostWords } from '../host/words.ts';
import type { Appraisal } from './appraisal.tsx';
import { appraisalWords } from './words.ts';

type Device = Appraisal['devices'][number];

/** What is known of each device: its four facts, each with its weakness, and what the next level lacks. */
export function AppraisedDevices({ devices }: { readonly devices: readonly Device[] }) {
  const words = useWords(appraisalWords);
  return (
    <Panel title={words.devices}>
      <ul className="reasons">
        {devices.map((device) => (
          <li key={device.id} className="reasons__reason">
            <p className="reasons__head">
              <LevelBadge level={device.label} />
              <SubjectLink subject={`device:${device.id}`} bare />
              <Told text={device.chip?.model ?? device.reported?.name ?? device.kind} />
            </p>
            <DeviceFacts facts={device.facts} />
            {device.next !== null && device.next.missing.length > 0 && (
              <>
                <p className="reasons__sentence">{words.lacks(device.next.level)}</p>
                <ul>
                  {device.next.missing.map(({ code, sentence, mend }) => (
                    <li key={code}>
                      <Told text={code} mono />
                      <ReasonText {...{ code, sentence, mend }} of="level" />
                    </li>
                  ))}
                </ul>
              </>
            )}
          </li>
        ))}
      </ul>
    </Panel>
  );
}

/** Whose word there is for the device, and how its host, place and audit stand. */
export function DeviceFacts({ facts }: { readonly facts: Device['facts'] }) {
  const words = useWords(appraisalWords);
  const { verdicts, survives } = useWords(hostWords);
  const formats = useFormats();
  const { device, host, place, audit, gpuBinding } = facts;
  const grade = place.grade === null ? '' : ` · ${place.grade}`;
  const liars = place.toleratedLiars === null ? '' : ` · ${survives(place.toleratedLiars)}`;
  return (
    <Facts>
      <Fact name={words.facts.device}>{device}</Fact>
      <Fact name={words.facts.host}>{host}</Fact>
      <Fact name={words.facts.place}>
        {verdicts[place.verdict]}
        {grade}
        {liars} · {words.custody[place.keyCustody]}
      </Fact>
      <Fact name={words.facts.audit}>
        {audit.auditedAt === null ? words.noAudit : formats.date(audit.auditedAt)}
        {audit.tamperSignal && ` · ${words.tamper}`}
      </Fact>
      {gpuBinding !== 'not-applicable' && <Fact name={words.facts.binding}>{gpuBinding}</Fact>}
    </Facts>
  );
}
