import { describe, expect, it } from 'vitest';
import { standOf } from '../../../src/dashboard/views/parties/stand-of.ts';

const NOW = new Date('2026-11-21T12:00:00Z');
const CLEAR = { standing: 'clear', listVersion: '2', clearUntil: null } as const;

describe('how a party stands', () => {
  it('is clear where its screening is of the list in force, and has not lapsed', () => {
    expect(standOf(CLEAR, '2', NOW)).toBe('clear');
    expect(standOf({ ...CLEAR, listVersion: null }, null, NOW)).toBe('clear');
    expect(standOf({ ...CLEAR, clearUntil: '2026-11-21T12:00:01Z' }, '2', NOW)).toBe('clear');
  });

  it.each([
    ['denied', { ...CLEAR, standing: 'denied' }, '2'],
    ['unscreened', { ...CLEAR, standing: 'unscreened' }, '2'],
    ['outdated', CLEAR, '3'],
    ['outdated', { ...CLEAR, listVersion: null }, '2'],
    ['lapsed', { ...CLEAR, clearUntil: '2026-11-21T12:00:00Z' }, '2'],
    ['lapsed', { ...CLEAR, clearUntil: 'no instant' }, '2'],
    ['unproven', CLEAR, undefined],
  ] as const)('is %s and never clear for that alone', (stand, party, inForce) => {
    expect(standOf(party, inForce, NOW)).toBe(stand);
  });
});
