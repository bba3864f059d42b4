import { LineChart } from '../../parts/chart/line-chart.tsx';
import { useNow } from '../../parts/instant.tsx';
import { Fact, Facts } from '../../parts/panel.tsx';
import { useFormats, useWords } from '../../words/language.tsx';
import { operations } from './amounts.ts';
import { ledgerWords } from './ledger-words.ts';
import { quotaLeft } from './quota-left.ts';
import type { Account, Conditions } from './types.ts';

type QuotaProps = {
  readonly quota: NonNullable<Conditions['computeQuota']>;
  /** Absent where nothing was drawn yet. */
  readonly account: Account | undefined;
};

/** How a compute quota burns down. */
export function Quota({ quota, account }: QuotaProps) {
  const { quota: words } = useWords(ledgerWords);
  const formats = useFormats();
  const { days, taken } = quotaLeft(account?.periods ?? [], quota, useNow());
  const left = quota.operationsE12 - taken;
  return (
    <section aria-label={words.title}>
      <h3>{words.title}</h3>
      <LineChart
        label={words.chart(operations(left), operations(quota.operationsE12))}
        points={days}
        limit={{ value: quota.operationsE12, label: words.limit }}
        value={operations}
        headers={{ at: words.at, value: words.value, table: words.table }}
      />
      <Facts>
        <Fact name={words.left}>
          {operations(left)} ({formats.percent(left / quota.operationsE12)})
        </Fact>
        <Fact name={words.taken(quota.windowDays)}>{operations(taken)}</Fact>
      </Facts>
      <p className="licence__lead">{words.others}</p>
    </section>
  );
}
