import { expect, it } from 'vitest';
import type { StoredPlace } from '../../../src/service/location/stored-place.ts';
import { tellPlace } from '../../../src/service/location/tell-place.ts';
import type { Tx } from '../../../src/store/port.ts';

const AT = new Date('2026-11-01T12:00:00Z');

const place = (fact: Partial<StoredPlace['fact']>, more: Partial<StoredPlace> = {}): StoredPlace => ({
  sessionId: 'ses_1',
  subject: 'these keys',
  expiresAtMs: AT.getTime() + 60_000,
  trustEpoch: 1,
  areaDigest: 'this area',
  landmarks: [],
  fact: { verdict: 'proven-inside', grade: 'B', toleratedLiars: 1, insideGeofence: false, ...fact },
  ...more,
});

async function toldOf(before: StoredPlace | null, after: StoredPlace): Promise<unknown> {
  const told: unknown[] = [];
  // As much of a unit of work as an event takes.
  const tx = { run: (_: unknown, row: { body: string }) => Promise.resolve(told.push(JSON.parse(row.body))) };
  const context = { clock: () => AT, random: (length: number) => new Uint8Array(length) };
  const change = { host: { hostId: 'hst_1', tenant: 'acme' }, at: AT, after };
  await tellPlace(context as never, tx as unknown as Tx, {
    ...change,
    before: before === null ? null : JSON.stringify(before),
  });
  return told[0] ?? null;
}

const NOTHING = { verdict: 'inconclusive', grade: null, toleratedLiars: null } as const;

it('what is proven of a place is told where it changed, also to nothing', async () => {
  expect(await toldOf(null, place({}))).toMatchObject({ verdict: 'proven-inside', previous: 'unmeasured' });
  expect(await toldOf(null, place(NOTHING))).toMatchObject({
    verdict: 'inconclusive',
    previous: 'unmeasured',
  });
  expect(await toldOf(place({}), place(NOTHING))).toEqual({
    sessionId: 'ses_1',
    ...{ verdict: 'inconclusive', grade: null, f: null },
    ...{ previous: 'proven-inside', previousGrade: 'B', previousF: 1 },
  });
  expect(await toldOf(place({}), place({ toleratedLiars: 0 }))).toMatchObject({ f: 0, previousF: 1 });
  expect(await toldOf(place({}), place({ grade: 'A' }))).toMatchObject({ grade: 'A', previousGrade: 'B' });
});

it('and not where it is what it was, as long as that counted', async () => {
  expect(await toldOf(place({}), place({}, { sessionId: 'ses_2' }))).toBeNull();
  expect(await toldOf(place(NOTHING), place(NOTHING))).toBeNull();
  for (const gone of [
    { expiresAtMs: AT.getTime() },
    { subject: 'other keys' },
    { areaDigest: 'another area' },
  ])
    expect(await toldOf(place({}, gone), place({}))).toMatchObject({
      previous: 'unmeasured',
      previousGrade: null,
    });
});
