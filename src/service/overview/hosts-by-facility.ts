import { formatInstant } from '../../bytes/instant.ts';
import type { HostsByFacility } from '../../protocol/overview.ts';
import type { Context } from '../context.ts';
import { countHostsByFacility } from '../host/list.ts';
import type { Principal } from '../principal.ts';

/** How the hosts of each facility stand, of those that the principal sees. Nothing in it says where a host was measured to be. */
export async function readHostsByFacility(context: Context, by: Principal): Promise<HostsByFacility> {
  const at = context.clock();
  const rows = await context.store.read((view) => countHostsByFacility(context, view, by));
  const items = new Map<string, HostsByFacility['items'][number]>();
  for (const { facility_id: facilityId, state, count } of rows) {
    const { total = 0, states = {} } = items.get(facilityId) ?? {};
    items.set(facilityId, { facilityId, total: total + count, states: { ...states, [state]: count } });
  }
  return { at: formatInstant(at), items: [...items.values()] };
}
