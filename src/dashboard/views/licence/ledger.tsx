import { useRead } from '../../api/read.ts';
import { Panel } from '../../parts/panel.tsx';
import { Empty, Shown } from '../../parts/state.tsx';
import { Told } from '../../parts/told.tsx';
import { useFormats, useWords } from '../../words/language.tsx';
import { operations } from './amounts.ts';
import { ledgerWords } from './ledger-words.ts';
import { Quota } from './quota.tsx';
import { Tpp } from './tpp.tsx';
import type { Account, Licence } from './types.ts';

/** What was taken under a licence: each account, how its quota burns down, and what was allocated. */
export function Ledger({ licence: { id, conditions } }: { readonly licence: Licence }) {
  const words = useWords(ledgerWords);
  const read = useRead(
    'listAccounts',
    { query: { licence: id } },
    { live: ['ledger', 'allocation', 'grant', 'usage', 'decision'] },
  );
  return (
    <Panel title={words.title}>
      <Shown read={read}>
        {({ items }) => {
          const of = (kind: string) => items.find(({ account }) => account === `${kind}:licence:${id}`);
          const tpp = of('tpp');
          return (
            <div className="ledger">
              {conditions.computeQuota !== undefined && (
                <Quota quota={conditions.computeQuota} account={of('compute')} />
              )}
              {tpp !== undefined && <Tpp account={tpp} cap={conditions.tppCap} />}
              {items.length === 0 ? <Empty>{words.none}</Empty> : <Accounts accounts={items} />}
            </div>
          );
        }}
      </Shown>
    </Panel>
  );
}

/** What was reserved and committed, an account a row. */
export function Accounts({ accounts }: { readonly accounts: readonly Account[] }) {
  const words = useWords(ledgerWords);
  const formats = useFormats();
  const amount = (value: number, unit: Account['unit']): string =>
    `${unit === 'operations-e12' ? operations(value) : formats.number(value)} ${words.units[unit]}`;
  return (
    <table className="plain-table">
      <thead>
        <tr>
          <th scope="col">{words.account}</th>
          <th scope="col" className="numeric">
            {words.reserved}
          </th>
          <th scope="col" className="numeric">
            {words.committed}
          </th>
        </tr>
      </thead>
      <tbody>
        {accounts.map(({ account, unit, reserved, committed }) => (
          <tr key={account}>
            <th scope="row">
              <Told text={account} mono />
            </th>
            <td className="numeric">{amount(reserved, unit)}</td>
            <td className="numeric">{amount(committed, unit)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
