import { Panel } from '../../parts/panel.tsx';
import { Scroller } from '../../parts/scroller.tsx';
import { Told } from '../../parts/told.tsx';
import { useFormats, useWords } from '../../words/language.tsx';
import type { Decision } from './types.ts';
import { decisionWords } from './words.ts';

type DrawsProps = { readonly decision: Pick<Decision, 'outcome' | 'dryRun' | 'ledger' | 'notCounted'> };

/** What a decision takes from which account, exact; of a denial and a dry run, what it would have taken. */
export function Draws({ decision: { outcome, dryRun, ledger, notCounted } }: DrawsProps) {
  const words = useWords(decisionWords);
  const formats = useFormats();
  if (ledger.length === 0 && notCounted.length === 0) return null;
  const unit = (value: number, of: Decision['ledger'][number]['unit']): string =>
    of === 'operations-e12' && value > 0 ? `${formats.number(value)} × 10¹²` : formats.number(value);
  return (
    <Panel title={outcome === 'allow' && !dryRun ? words.ledger : words.wouldTake}>
      <Scroller label={words.ledger}>
        <table className="plain-table">
          <thead>
            <tr>
              <th scope="col">{words.account}</th>
              {[words.amount, words.taken, words.cap].map((header) => (
                <th key={header} scope="col" className="numeric">
                  {header}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {ledger.map(({ account, unit: of, amount, taken, cap }) => (
              <tr key={account}>
                <th scope="row">
                  <Told text={account} mono />
                </th>
                <td className="numeric">{unit(amount, of)}</td>
                <td className="numeric">{unit(taken, of)}</td>
                <td className="numeric">{cap === null ? words.noCap : unit(cap, of)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroller>
      {notCounted.length > 0 && (
        <p>
          <Told text={words.notCounted(notCounted.join(', '))} most={1000} />
        </p>
      )}
    </Panel>
  );
}
