import type { DeviceStateName } from '../../protocol/device-state.ts';
import type { Tx } from '../../store/port.ts';
import type { Context } from '../context.ts';
import { followRuling, type GrantsAfter } from './follow.ts';

const GRANTS_AFTER: Readonly<Record<DeviceStateName, GrantsAfter>> = {
  declared: 'reinstated',
  shipped: 'reinstated',
  due: 'reinstated',
  verified: 'reinstated',
  maintenance: 'suspended',
  missing: 'suspended',
  returned: 'revoked',
  transferred: 'revoked',
  retired: 'revoked',
};

/** Changes grants that name a device as its state demands, in the unit of work in which that is noted. */
export function followDeviceState(
  context: Context,
  tx: Tx,
  { id, state, at }: { readonly id: string; readonly state: DeviceStateName; readonly at: Date },
): Promise<void> {
  return followRuling(context, tx, { kind: 'device', id }, GRANTS_AFTER[state], at);
}
