import type { Hole, View } from '../port.ts';
import { statement } from '../statement.ts';
import type { LatchTable } from './tables.ts';

type Subject = { subjectKind: LatchTable['subject_kind']; subjectId: string };

export const insertLatch = statement(
  (
    db,
    hole: Hole<
      Subject & {
        id: string;
        tenant: string;
        code: string;
        sentence: string;
        sessionId: string | null;
        nowMs: number;
      }
    >,
  ) =>
    db.insertInto('latch').values({
      id: hole('id'),
      tenant: hole('tenant'),
      subject_kind: hole('subjectKind'),
      subject_id: hole('subjectId'),
      code: hole('code'),
      sentence: hole('sentence'),
      session_id: hole('sessionId'),
      latched_at_ms: hole('nowMs'),
      cleared_at_ms: null,
      cleared_by: null,
      cleared_reason: null,
    }),
);

export const latchById = statement((db, hole: Hole<{ id: string }>) =>
  db.selectFrom('latch').selectAll().where('id', '=', hole('id')),
);

export const openLatchesOn = statement((db, hole: Hole<Subject>) =>
  db
    .selectFrom('latch')
    .selectAll()
    .where('subject_kind', '=', hole('subjectKind'))
    .where('subject_id', '=', hole('subjectId'))
    .where('cleared_at_ms', 'is', null)
    .orderBy('latched_at_ms'),
);

/** How many subjects one query looks for: those of a host with eight GPUs, and whatever its licence names. */
const SUBJECTS_AT_ONCE = 32;
/** Nobody's: it fills the holes that a query has no use for. */
const NOBODY = '';

const slots = Array.from({ length: SUBJECTS_AT_ONCE }, (_, slot) => `subject${slot}`);

const openLatches = statement((db, hole: Hole<{ [slot: string]: string }>) =>
  db
    .selectFrom('latch')
    .select(['subject_kind', 'subject_id', 'code', 'sentence'])
    .where('subject_id', 'in', slots.map(hole))
    .where('cleared_at_ms', 'is', null)
    .orderBy('latched_at_ms'),
);

export type OpenLatch = Pick<LatchTable, 'subject_kind' | 'subject_id' | 'code' | 'sentence'>;

/** Whatever is held, the oldest first. */
export const everyOpenLatch = statement((db, hole: Hole<{ limit: number }>) =>
  db
    .selectFrom('latch')
    .select(['subject_kind', 'subject_id', 'code', 'sentence'])
    .where('cleared_at_ms', 'is', null)
    .orderBy('latched_at_ms')
    .limit(hole('limit')),
);

/** Open latches on any of these ids, whatever kind of thing they name, the oldest of each first. */
export async function openLatchesAmong(view: View, ids: readonly string[]): Promise<OpenLatch[]> {
  const found: OpenLatch[] = [];
  for (let start = 0; start < ids.length; start += SUBJECTS_AT_ONCE) {
    const params: { [slot: string]: string } = {};
    for (const [offset, slot] of slots.entries()) params[slot] = ids[start + offset] ?? NOBODY;
    found.push(...(await view.all(openLatches, params)));
  }
  return found;
}

export const latchesAfter = statement((db, hole: Hole<{ tenant: string; after: string; limit: number }>) =>
  db
    .selectFrom('latch')
    .selectAll()
    .where('tenant', '=', hole('tenant'))
    .where('id', '>', hole('after'))
    .orderBy('id')
    .limit(hole('limit')),
);

export const allLatchesAfter = statement((db, hole: Hole<{ after: string; limit: number }>) =>
  db.selectFrom('latch').selectAll().where('id', '>', hole('after')).orderBy('id').limit(hole('limit')),
);

/** Changes no row where it was cleared before. */
export const clearLatch = statement(
  (db, hole: Hole<{ id: string; nowMs: number; clearedBy: string; reason: string }>) =>
    db
      .updateTable('latch')
      .set({
        cleared_at_ms: hole('nowMs'),
        cleared_by: hole('clearedBy'),
        cleared_reason: hole('reason'),
      })
      .where('id', '=', hole('id'))
      .where('cleared_at_ms', 'is', null),
);
