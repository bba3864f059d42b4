import type { Hole } from '../port.ts';
import { statement } from '../statement.ts';

/** Contests in which a host has a part, oldest first. */
export const openContestsOf = statement((db, hole: Hole<{ hostId: string }>) =>
  db
    .selectFrom('chip_contest')
    .selectAll()
    .where((row) => row.or([row('holder_id', '=', hole('hostId')), row('newcomer_id', '=', hole('hostId'))]))
    .where('closed_at_ms', 'is', null)
    .orderBy('opened_at_ms')
    .orderBy('id'),
);

export const insertContest = statement(
  (
    db,
    hole: Hole<{
      id: string;
      chip: string;
      kind: 'gpu' | 'switch';
      holderId: string;
      newcomerId: string;
      nowMs: number;
    }>,
  ) =>
    db.insertInto('chip_contest').values({
      id: hole('id'),
      chip_sha256: hole('chip'),
      kind: hole('kind'),
      holder_id: hole('holderId'),
      newcomer_id: hole('newcomerId'),
      opened_at_ms: hole('nowMs'),
      holder_shown_ms: null,
      newcomer_shown_ms: null,
      closed_at_ms: null,
      outcome: null,
    }),
);

export const noteHolderShown = statement((db, hole: Hole<{ id: string; shownMs: number }>) =>
  db
    .updateTable('chip_contest')
    .set({ holder_shown_ms: hole('shownMs') })
    .where('id', '=', hole('id')),
);

export const noteNewcomerShown = statement((db, hole: Hole<{ id: string; shownMs: number }>) =>
  db
    .updateTable('chip_contest')
    .set({ newcomer_shown_ms: hole('shownMs') })
    .where('id', '=', hole('id')),
);

export const closeContest = statement(
  (db, hole: Hole<{ id: string; nowMs: number; outcome: 'yielded' | 'contradicted' }>) =>
    db
      .updateTable('chip_contest')
      .set({ closed_at_ms: hole('nowMs'), outcome: hole('outcome') })
      .where('id', '=', hole('id'))
      .where('closed_at_ms', 'is', null),
);

/** A host may attest at once, whatever its pace was. */
export const challengeAtOnce = statement((db, hole: Hole<{ hostId: string; nowMs: number }>) =>
  db
    .updateTable('host_state')
    .set({ next_attestation_after_ms: hole('nowMs') })
    .where('host_id', '=', hole('hostId'))
    .where('next_attestation_after_ms', '>', hole('nowMs')),
);
