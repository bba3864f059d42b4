import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEVICE_ACTS, type DeviceAct, transition } from '../../../src/policy/register/device-acts.ts';
import { changesAt, type DeviceRecord, standingAt } from '../../../src/policy/register/device-state.ts';
import { DEVICE_STATES, type DeviceStateName } from '../../../src/protocol/device-state.ts';

const at = new Date('2026-03-01T00:00:00Z');
const days = (count: number): Date => new Date(at.getTime() + count * 86_400_000);
const record = (more: Partial<DeviceRecord> = {}): DeviceRecord => ({
  lifecycle: 'in-service',
  shippedAt: null,
  dueAfterDays: 30,
  verifiedAt: null,
  maintenance: null,
  ...more,
});

/** One record for every state. */
const IN: { readonly [S in DeviceStateName]: DeviceRecord } = {
  declared: record(),
  shipped: record({ shippedAt: days(-1) }),
  due: record({ shippedAt: days(-31) }),
  verified: record({ shippedAt: days(-60), verifiedAt: days(-1) }),
  missing: record({ shippedAt: days(-45) }),
  maintenance: record({ verifiedAt: days(-1), maintenance: { from: days(-1), until: days(1) } }),
  returned: record({ lifecycle: 'returned', verifiedAt: days(-1) }),
  transferred: record({ lifecycle: 'transferred' }),
  retired: record({ lifecycle: 'retired' }),
};

describe('the state of a device', () => {
  it.each(DEVICE_STATES)('is %s where the register and its evidence say so', (state) => {
    expect(standingAt(IN[state], at).state).toBe(state);
  });

  it('follows its deadlines to the millisecond', () => {
    const shipped = record({ shippedAt: at });
    const stateAt = (one: DeviceRecord, ms: number) => standingAt(one, new Date(ms)).state;
    const [due, missing] = [days(30).getTime(), days(44).getTime()];
    expect([due - 1, due, missing - 1, missing].map((ms) => stateAt(shipped, ms))).toEqual([
      'shipped',
      'due',
      'due',
      'missing',
    ]);
    const verified = record({ verifiedAt: at });
    expect([due - 1, due, missing - 1, missing].map((ms) => stateAt(verified, ms))).toEqual([
      'verified',
      'due',
      'due',
      'missing',
    ]);
    expect(standingAt(shipped, at)).toEqual({ state: 'shipped', dueAt: days(30), missingAt: days(44) });
  });

  it('is not verified by evidence of before its shipment, nor by evidence that is yet to come', () => {
    expect(standingAt(record({ shippedAt: days(-1), verifiedAt: days(-2) }), at).state).toBe('shipped');
    expect(standingAt(record({ verifiedAt: days(1) }), at).state).toBe('declared');
  });

  it('is put off by a maintenance that was declared in time, and by no other', () => {
    const maintenance = { from: days(-2), until: days(20) };
    const held = record({ verifiedAt: days(-29), maintenance });
    expect(standingAt(held, at)).toMatchObject({ state: 'maintenance', dueAt: days(20) });
    expect(standingAt(held, days(20)).state).toBe('due');
    expect(standingAt(held, days(34)).state).toBe('missing');
    expect(standingAt(record({ verifiedAt: days(-90), maintenance }), days(20)).state).toBe('missing');
  });

  it('is never verified by an instant that is none, nor by a word that is not known', () => {
    const never = new Date(Number.NaN);
    expect(standingAt(record({ verifiedAt: never }), at).state).toBe('declared');
    expect(standingAt(record({ shippedAt: never }), at).state).toBe('missing');
    expect(standingAt(IN.verified, never).state).toBe('missing');
    expect(standingAt(record({ lifecycle: 'lost', verifiedAt: at }), at).state).toBe('retired');
  });

  it('changes by itself no sooner than it says', () => {
    const instant = fc.integer({ min: -100, max: 100 }).map(days);
    fc.assert(
      fc.property(
        fc.record({
          lifecycle: fc.constantFrom('in-service', 'returned'),
          shippedAt: fc.option(instant),
          dueAfterDays: fc.integer({ min: 1, max: 90 }),
          verifiedAt: fc.option(instant.filter((one) => one <= at)),
          maintenance: fc.option(fc.record({ from: instant.filter((one) => one <= at), until: instant })),
        }),
        fc.integer({ min: 0, max: 200 }),
        (one, later) => {
          const change = changesAt(one, at);
          const then = days(later);
          if (change !== null && then >= change) return;
          expect(standingAt(one, then).state).toBe(standingAt(one, at).state);
        },
      ),
      { numRuns: 300 },
    );
  });
});

/** Written down a second time and on purpose: who may do what from where, and what becomes of it. */
const MAY: { readonly [A in DeviceAct]: { readonly [role: string]: string } } = {
  //       declared shipped due verified missing maintenance returned transferred retired
  ship: { exporter: 'x.....x..' },
  return: { exporter: '...x.x...', authority: '.xxxxx...' },
  maintain: { operator: 'x..x.....' },
  resume: { operator: '.....x...' },
  transfer: { exporter: 'x..x..x..' },
  retire: { exporter: 'x..x.xx..', authority: 'xxxxxxx..' },
};
const BECOMES: { readonly [A in DeviceAct]: DeviceStateName } = {
  ship: 'shipped',
  return: 'returned',
  maintain: 'maintenance',
  resume: 'verified',
  transfer: 'transferred',
  retire: 'retired',
};

describe('a transition', () => {
  const pairs = DEVICE_ACTS.flatMap((act) =>
    ['exporter', 'operator', 'authority', 'auditor', 'administrator'].flatMap((role) =>
      DEVICE_STATES.map((from, index) => [act, role, from, MAY[act][role]?.[index] === 'x'] as const),
    ),
  );
  it.each(pairs)('%s by an %s from %s: %s', (act, role, from, allowed) => {
    const made = transition(IN[from], act, role, { at, until: days(3) });
    expect(made).toMatchObject({ allowed, from });
    if (made.allowed) expect(standingAt(made.record, at).state).toBe(BECOMES[act]);
    else expect(made.expected).not.toContain(from);
  });

  it('leads nowhere from a device that is gone for good', () => {
    expect(
      pairs.filter(([, , from, allowed]) => allowed && ['transferred', 'retired'].includes(from)),
    ).toEqual([]);
  });

  it('never makes a device verified, due or missing that was not, whoever acts', () => {
    for (const [act, role, from, allowed] of pairs) {
      const made = transition(IN[from], act, role, { at, until: days(3) });
      expect(made.allowed).toBe(allowed);
      if (!made.allowed) continue;
      const { state } = standingAt(made.record, at);
      if (['verified', 'due', 'missing'].includes(state)) expect(act).toBe('resume');
    }
  });

  it('of shipping sets the deadline that was asked for, and asks for a proof of after it', () => {
    const made = transition(IN.returned, 'ship', 'exporter', { at, dueAfterDays: 10 });
    if (!made.allowed) throw new Error('not allowed');
    expect(standingAt(made.record, at)).toMatchObject({ state: 'shipped', dueAt: days(10) });
  });
});
