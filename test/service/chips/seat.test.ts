import { describe, expect, it } from 'vitest';
import { type Claimant, type Holder, seatOf } from '../../../src/service/chips/seat.ts';
import type { ServiceConfig } from '../../../src/service/context.ts';
import type { ChipContestTable } from '../../../src/store/attestation/tables.ts';

/** Fresh for two of them and a session: 15 minutes. */
const config = { attestationIntervalMs: 300_000, sessionTtlMs: 300_000 } as ServiceConfig; // nothing else is read
const FRESH_MS = 900_000;
const NOW = Date.parse('2026-03-01T12:00:00Z');
const claimant = (hostId = 'second', issuedMs = NOW - 1000): Claimant => ({
  hostId,
  nonceIssuedAt: new Date(issuedMs),
  at: new Date(NOW),
});
const holder: Holder = {
  host_id: 'first',
  suspended_at_ms: null,
  outcome: 'accepted',
  evidence_at_ms: NOW - 60_000,
};
const contest: ChipContestTable = {
  id: 'cnt_1',
  chip_sha256: 'aa',
  kind: 'gpu',
  holder_id: 'first',
  newcomer_id: 'second',
  opened_at_ms: NOW - 30_000,
  holder_shown_ms: null,
  newcomer_shown_ms: null,
  closed_at_ms: null,
  outcome: null,
};

describe('whose a chip is', () => {
  it.each<[string, Holder | undefined, string]>([
    ['nobody has proven it', undefined, 'free'],
    ['another host has, freshly', holder, 'contested'],
    ['it was this host', { ...holder, host_id: 'second' }, 'free'],
    ['the other is suspended', { ...holder, suspended_at_ms: NOW }, 'free'],
    ['the other’s newest evidence was refused', { ...holder, outcome: 'refused' }, 'free'],
    ['the other has enrolled anew since', { ...holder, outcome: null, evidence_at_ms: null }, 'free'],
    [
      'the other’s evidence is fresh to the last',
      { ...holder, evidence_at_ms: NOW - FRESH_MS + 1 },
      'contested',
    ],
    ['the other’s evidence is old', { ...holder, evidence_at_ms: NOW - FRESH_MS }, 'free'],
  ])('%s', (_, known, seat) => {
    expect(seatOf(claimant(), known, [], config)).toBe(seat);
  });

  it.each<[string, Claimant, Partial<ChipContestTable>, string]>([
    ['the holder has shown it since', claimant(), { holder_shown_ms: NOW - 10_000 }, 'contradicted'],
    ['the newcomer has', claimant('first'), { newcomer_shown_ms: NOW - 10_000 }, 'contradicted'],
    ['this host alone has', claimant(), { newcomer_shown_ms: NOW - 10_000 }, 'contested'],
    [
      'the nonce is of before the challenge',
      claimant('second', NOW - 30_000),
      { holder_shown_ms: NOW },
      'contested',
    ],
    [
      'what the other showed is old',
      claimant(),
      { opened_at_ms: NOW - 2 * FRESH_MS, holder_shown_ms: NOW - FRESH_MS },
      'contested',
    ],
  ])('in a contest: %s', (_, who, change, seat) => {
    const known = who.hostId === 'first' ? undefined : holder;
    expect(seatOf(who, known, [{ ...contest, ...change }], config)).toBe(seat);
  });
});
