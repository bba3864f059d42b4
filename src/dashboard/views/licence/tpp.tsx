import { useList } from '../../api/read.ts';
import { LineChart } from '../../parts/chart/line-chart.tsx';
import { Shown } from '../../parts/state.tsx';
import { useFormats, useWords } from '../../words/language.tsx';
import { ledgerWords } from './ledger-words.ts';
import type { Account } from './types.ts';

type TppProps = { readonly account: Account; readonly cap: number | undefined };

/** What was allocated under a licence, entry by entry, against its cap. */
export function Tpp({ account, cap }: TppProps) {
  const { tpp: words } = useWords(ledgerWords);
  const formats = useFormats();
  const list = useList(
    'listEntries',
    { query: { account: account.account, limit: 500 } },
    { live: ['ledger', 'allocation', 'decision'] },
  );
  const value = (amount: number): string => formats.number(amount);
  return (
    <section aria-label={words.title}>
      <h3>{words.title}</h3>
      <Shown read={{ ...list, data: list.rows }}>
        {(entries) => {
          let taken = 0;
          const points = entries.map(({ at, reserved, committed }) => {
            taken += reserved + committed;
            return { at, value: taken };
          });
          return (
            <>
              <LineChart
                label={words.chart(value(account.reserved + account.committed))}
                points={points}
                {...(cap === undefined ? {} : { limit: { value: cap, label: words.cap } })}
                value={value}
                headers={{ at: words.at, value: words.value, table: words.table }}
              />
              {list.more !== null && (
                <button type="button" className="button" onClick={list.more}>
                  {words.more}
                </button>
              )}
            </>
          );
        }}
      </Shown>
    </section>
  );
}
