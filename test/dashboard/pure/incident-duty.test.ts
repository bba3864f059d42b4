import { expect, it } from 'vitest';
import { dutyOf, standOf } from '../../../src/dashboard/views/incidents/duty.ts';

const DUE = '2026-04-01T12:00:00.000Z';
const BEFORE = new Date('2026-04-01T11:59:59.999Z');
const THEN = new Date(DUE);
const open = { state: 'open', overdue: false, dueAt: DUE, reportedAt: null } as const;

it('is overdue from the instant at which it is due, whether or not the verifier has told so yet', () => {
  expect(standOf(open, BEFORE)).toBe('open');
  expect(standOf(open, THEN)).toBe('overdue');
  expect(standOf({ ...open, overdue: true }, BEFORE)).toBe('overdue');
  expect(standOf({ ...open, dueAt: 'some day' }, BEFORE)).toBe('overdue');
  expect(standOf({ ...open, state: 'reported' }, THEN)).toBe('reported');
  expect(standOf({ ...open, state: 'closed' }, THEN)).toBe('closed');
});

it('says of a report whether it came in time, and of an incident closed without one that there was none', () => {
  expect(dutyOf(open, BEFORE)).toBe('inTime');
  expect(dutyOf(open, THEN)).toBe('late');
  const reported = { ...open, state: 'reported', reportedAt: DUE } as const;
  expect(dutyOf(reported, THEN)).toBe('met');
  expect(dutyOf({ ...reported, reportedAt: '2026-04-01T12:00:00.001Z' }, THEN)).toBe('metLate');
  expect(dutyOf({ ...reported, state: 'closed' }, THEN)).toBe('met');
  expect(dutyOf({ ...open, state: 'closed' }, BEFORE)).toBe('over');
});
