import type { Hole } from '../port.ts';
import { statement } from '../statement.ts';

/** Keeps a document that appraisals rest on; the same bytes are kept once, and it is noted that they are used again. */
export const insertDocument = statement(
  (db, hole: Hole<{ digest: string; content: Uint8Array; usedMs: number }>) =>
    db
      .insertInto('document')
      .values({
        digest: hole('digest'),
        content: hole('content'),
        first_used_ms: hole('usedMs'),
        last_used_ms: hole('usedMs'),
      })
      .onConflict((conflict) => conflict.column('digest').doUpdateSet({ last_used_ms: hole('usedMs') })),
);

export const documentByDigest = statement((db, hole: Hole<{ digest: string }>) =>
  db.selectFrom('document').select('content').where('digest', '=', hole('digest')),
);
