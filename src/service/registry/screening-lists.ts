import type { ScreeningListTable } from '../../store/registry/entity-tables.ts';
import {
  insertScreeningList,
  screeningListByVersion,
  screeningLists,
} from '../../store/registry/screening.ts';
import { recordAct, VERIFIER_TENANT } from '../acts.ts';
import type { Context } from '../context.ts';
import { RequestError } from '../errors.ts';
import type { Principal } from '../principal.ts';

/**
 * Declares which list of those who may not be served is in force from now on: whoever was screened against another one was not screened.
 * What was granted before stands on the list before until the grace is over; nothing new does.
 *
 * @throws RequestError `conflict` for a version that was declared before: lists go forward
 */
export async function declareScreeningList(
  context: Context,
  by: Principal,
  {
    version,
    graceSeconds,
    reason,
  }: { readonly version: string; readonly graceSeconds: number; readonly reason: string },
): Promise<ScreeningListTable> {
  return context.store.write(async (tx) => {
    if ((await tx.first(screeningListByVersion, { version })) !== undefined) {
      const where = { path: 'body.version', actual: version };
      throw new RequestError(
        'conflict',
        'this version was declared before: a list that changes has another',
        where,
      );
    }
    const at = context.clock();
    const body = { version, graceSeconds, reason, by: by.id };
    const row: ScreeningListTable = {
      version,
      reason,
      declared_by: by.id,
      declared_at_ms: at.getTime(),
      grace_seconds: graceSeconds,
      leaf_index: await recordAct(tx, context, {
        type: 'screening-list.declared',
        at,
        tenant: VERIFIER_TENANT,
        body,
      }),
    };
    await tx.run(insertScreeningList, row);
    return row;
  });
}

/** The one in force first. */
export async function listScreeningLists({ store }: Context): Promise<ScreeningListTable[]> {
  return store.read((view) => view.all(screeningLists, {}));
}
