import { Instant } from '../../parts/instant.tsx';
import { LevelBadge } from '../../parts/level-badge.tsx';
import { Panel } from '../../parts/panel.tsx';
import { Scroller } from '../../parts/scroller.tsx';
import { Status } from '../../parts/status.tsx';
import { SubjectLink } from '../../parts/subject-link.tsx';
import { Told } from '../../parts/told.tsx';
import { useWords } from '../../words/language.tsx';
import type { Decision } from './types.ts';
import { decisionWords } from './words.ts';

/** What was found for each device; a plain table, so that all of it is printed. */
export function Devices({ devices }: Pick<Decision, 'devices'>) {
  const words = useWords(decisionWords);
  if (devices.length === 0) return null;
  return (
    <Panel title={words.devices}>
      <Scroller label={words.devices}>
        <table className="plain-table">
          <thead>
            <tr>
              {[
                words.device,
                words.allowed,
                words.level,
                words.evidence,
                words.until,
                words.waived,
                words.codes,
              ].map((header) => (
                <th key={header} scope="col">
                  {header}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {devices.map((device) => (
              <tr key={device.id}>
                <th scope="row">
                  <SubjectLink subject={`device:${device.id}`} bare />
                </th>
                <td>
                  <Status tone={device.allowed ? 'good' : 'bad'}>
                    {device.allowed ? words.yes : words.no}
                  </Status>
                </td>
                <td>{device.level === null ? '–' : <LevelBadge level={device.label ?? device.level} />}</td>
                <td>
                  <Instant at={device.evidenceIssuedAt} />
                </td>
                <td>
                  <Instant at={device.validUntil ?? null} />
                </td>
                <td>
                  <Told text={device.waived.join(', ')} mono />
                </td>
                <td>
                  <Told text={device.reasons.join(', ')} most={600} mono />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroller>
    </Panel>
  );
}
