import { Problem } from '../../api/problem.ts';
import { useRead } from '../../api/read.ts';
import { Panel } from '../../parts/panel.tsx';
import { Empty, Shown } from '../../parts/state.tsx';
import { useWords } from '../../words/language.tsx';
import { Accounts } from '../licence/ledger.tsx';
import { partyWords } from './words.ts';

/**
 * What was taken by this party under all licences: a cap of a year or a quota of an end user is held against it. What it took in all is no exporter's
 * to know: under their own licences they read it there.
 */
export function Ledger({ partyId }: { readonly partyId: string }) {
  const words = useWords(partyWords);
  const read = useRead(
    'listAccounts',
    { query: { party: partyId } },
    { live: ['ledger', 'allocation', 'usage'] },
  );
  return (
    <Panel title={words.ledger}>
      {read.error instanceof Problem && read.error.body.code === 'not_found' ? (
        <Empty>{words.noLedgerShown}</Empty>
      ) : (
        <Shown read={read}>
          {({ items }) =>
            items.length === 0 ? <Empty>{words.noLedger}</Empty> : <Accounts accounts={items} />
          }
        </Shown>
      )}
    </Panel>
  );
}
