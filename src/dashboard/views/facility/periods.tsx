import type { Answer } from '../../api/call.ts';
import { Way } from '../../app/ways.tsx';
import { Instant, useNow } from '../../parts/instant.tsx';
import { Panel } from '../../parts/panel.tsx';
import { Scroller } from '../../parts/scroller.tsx';
import { Empty, type ReadState, Shown } from '../../parts/state.tsx';
import { Status } from '../../parts/status.tsx';
import { Told } from '../../parts/told.tsx';
import { useFormats, useWords } from '../../words/language.tsx';
import { countingAt } from './counting.ts';
import type { Period } from './types.ts';
import { facilityWords } from './words.ts';

/** Every period that was ever written, the newest beginning first: none is edited, and the one that began last counts. */
export function Periods({ read }: { readonly read: ReadState<Answer<'listFacilityAuthorisations'>> }) {
  const words = useWords(facilityWords);
  return (
    <Panel title={words.periods} aside={words.periodsNote}>
      <Shown read={read}>
        {({ items }) =>
          items.length === 0 ? <Empty>{words.noPeriods}</Empty> : <PeriodTable periods={items} />
        }
      </Shown>
    </Panel>
  );
}

function PeriodTable({ periods }: { readonly periods: readonly Period[] }) {
  const words = useWords(facilityWords);
  const formats = useFormats();
  const now = useNow();
  const counting = countingAt(periods, now);
  return (
    <Scroller label={words.periods}>
      <table className="plain-table facility__periods">
        <caption className="unseen">{words.periods}</caption>
        <thead>
          <tr>
            {[
              words.from,
              words.until,
              words.now,
              words.tier,
              words.agreement,
              words.reason,
              words.decidedBy,
              words.act,
            ].map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {periods.toReversed().map((period) => (
            <tr key={period.id}>
              <td>
                <Instant at={period.from} />
              </td>
              <td>{period.until === null ? words.noEnd : <Instant at={period.until} />}</td>
              <td>
                <PeriodStand period={period} counting={counting} now={now} />
              </td>
              <td>
                <Told text={period.tier} />
              </td>
              <td>{period.governmentAgreement ? words.yes : words.no}</td>
              <td>
                <Told text={period.reason} most={2000} />
              </td>
              <td>
                <Told text={period.decidedBy} mono />
              </td>
              <td>
                <Way to={`/log/${period.leafIndex}`}>{formats.number(period.leafIndex)}</Way>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroller>
  );
}

type StandProps = { readonly period: Period; readonly counting: Period | null; readonly now: Date };

function PeriodStand({ period, counting, now }: StandProps) {
  const { stands } = useWords(facilityWords);
  if (period.withdrawnAt !== null) return <Status tone="bad">{stands.withdrawn}</Status>;
  if (period === counting) return <Status tone="good">{stands.counts}</Status>;
  if (Date.parse(period.from) > now.getTime()) return <Status tone="info">{stands.ahead}</Status>;
  return <Status tone="idle">{stands.past}</Status>;
}
