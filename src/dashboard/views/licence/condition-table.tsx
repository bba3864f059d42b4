import { Panel } from '../../parts/panel.tsx';
import { Status, type Tone } from '../../parts/status.tsx';
import { Told } from '../../parts/told.tsx';
import { useWords } from '../../words/language.tsx';
import { Asks } from './asks.tsx';
import { conditionWords } from './condition-words.ts';
import { type ConditionName, conditionsIn, type Stand, standOf } from './stand.ts';
import type { Licence, LicenceStatus } from './types.ts';

const TONES: { readonly [S in Stand]: Tone } = {
  met: 'good',
  violated: 'bad',
  unproven: 'warn',
  unavailable: 'warn',
  open: 'idle',
  request: 'info',
};

type ConditionTableProps = {
  readonly licence: Licence;
  /** Until it is read nothing is said to be met. */
  readonly status: LicenceStatus | undefined;
};

/** Each condition, what it asks, and whether that is met now; where it is not, by which reasons. */
export function ConditionTable({ licence, status }: ConditionTableProps) {
  const words = useWords(conditionWords);
  return (
    <Panel title={words.title}>
      <table className="plain-table conditions">
        <thead>
          <tr>
            <th scope="col">{words.condition}</th>
            <th scope="col">{words.asks}</th>
            <th scope="col">{words.stand}</th>
          </tr>
        </thead>
        <tbody>
          {conditionsIn(licence.conditions).map((name) => (
            <tr key={name}>
              <th scope="row">{words.names[name]}</th>
              <td>
                <Asks name={name} conditions={licence.conditions} />
              </td>
              <td>
                <Stands name={name} status={status} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Panel>
  );
}

type StandsProps = { readonly name: ConditionName; readonly status: LicenceStatus | undefined };

function Stands({ name, status }: StandsProps) {
  const { stands } = useWords(conditionWords);
  if (status === undefined) return <Status tone="idle">{stands.unread}</Status>;
  const { stand, reasons } = standOf(name, status.reasons);
  return (
    <>
      <Status tone={TONES[stand]}>{stands[stand]}</Status>
      {reasons.length > 0 && (
        <ul className="conditions__codes">
          {[...new Set(reasons.map(({ code }) => code))].map((code) => (
            <li key={code}>
              <Told text={code} mono />
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
