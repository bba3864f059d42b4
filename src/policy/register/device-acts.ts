import type { DeviceStateName } from '../../protocol/device-state.ts';
import { DUE_AFTER_DAYS } from '../../protocol/due-after.ts';
import { type DeviceRecord, standingAt } from './device-state.ts';

/** What people can do about a device. Nobody can say that it is verified, due or missing: evidence and time decide that. */
export const DEVICE_ACTS = ['ship', 'return', 'maintain', 'resume', 'transfer', 'retire'] as const;
export type DeviceAct = (typeof DEVICE_ACTS)[number];
type Actor = 'exporter' | 'operator' | 'authority';

/**
 * Who may do what, and from where. Whoever owes a proof cannot talk a device out of it: what is shipped, due or missing leaves that
 * state by evidence, or by the authority's word.
 */
const ALLOWED: {
  readonly [A in DeviceAct]: { readonly [R in Actor]?: readonly DeviceStateName[] };
} = {
  ship: { exporter: ['declared', 'returned'] },
  return: {
    exporter: ['verified', 'maintenance'],
    authority: ['shipped', 'due', 'verified', 'missing', 'maintenance'],
  },
  maintain: { operator: ['declared', 'verified'] },
  resume: { operator: ['maintenance'] },
  transfer: { exporter: ['declared', 'verified', 'returned'] },
  retire: {
    exporter: ['declared', 'verified', 'maintenance', 'returned'],
    authority: ['declared', 'shipped', 'due', 'verified', 'missing', 'maintenance', 'returned'],
  },
};

/** From where somebody with this role may do that; empty where it may not at all. */
export function statesFor(act: DeviceAct, role: string): readonly DeviceStateName[] {
  return role === 'exporter' || role === 'operator' || role === 'authority' ? (ALLOWED[act][role] ?? []) : [];
}

type Doing = {
  readonly at: Date;
  readonly dueAfterDays?: number | undefined;
  readonly until?: Date | undefined;
};

/** The record after an act, which the caller has found allowed. Each shipment begins a deadline of its own: none is sent that owes a proof. */
function recordAfter(record: DeviceRecord, act: DeviceAct, { at, dueAfterDays, until }: Doing): DeviceRecord {
  switch (act) {
    case 'ship':
      return {
        ...record,
        lifecycle: 'in-service',
        shippedAt: at,
        dueAfterDays: dueAfterDays ?? DUE_AFTER_DAYS,
        maintenance: null,
      };
    case 'maintain':
      return { ...record, maintenance: { from: at, until: until ?? at } };
    case 'resume':
      return { ...record, maintenance: null };
    case 'return':
      return { ...record, lifecycle: 'returned', shippedAt: null, maintenance: null };
    case 'transfer':
      return { ...record, lifecycle: 'transferred', maintenance: null };
    case 'retire':
      return { ...record, lifecycle: 'retired', maintenance: null };
  }
}

export type Transition =
  | { readonly allowed: true; readonly from: DeviceStateName; readonly record: DeviceRecord }
  | {
      readonly allowed: false;
      readonly from: DeviceStateName;
      /** From where the act would be allowed to this role. */
      readonly expected: readonly DeviceStateName[];
    };

/** One act of somebody: what the register says afterwards, or why it is not allowed. */
export function transition(record: DeviceRecord, act: DeviceAct, role: string, doing: Doing): Transition {
  const { state: from } = standingAt(record, doing.at);
  const expected = statesFor(act, role);
  if (!expected.includes(from)) return { allowed: false, from, expected };
  return { allowed: true, from, record: recordAfter(record, act, doing) };
}
