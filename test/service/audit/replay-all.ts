import { auditLog } from '../../../src/service/audit/audit-log.ts';
import { Past } from '../../../src/service/audit/past.ts';
import { storeSource } from '../../../src/service/audit/store-source.ts';
import { Tally, type TallyState } from '../../../src/service/audit/tally.ts';
import { readHead } from '../../../src/store/log/statements.ts';
import type { Store } from '../../../src/store/port.ts';

/** Audits a store as it stands, everything in it judged again. */
export async function auditStore(store: Store): Promise<TallyState> {
  const head = await store.first(readHead, {});
  if (head === undefined) throw new Error('no head');
  const tally = new Tally();
  await auditLog(
    storeSource('store', (work) => store.read(work)),
    {
      tree: head,
      known: [],
      openings: [],
      origin: null,
      from: 0,
      tally,
      past: new Past(),
      replays: true,
    },
  );
  return tally.state();
}
