import type { Hole } from '../port.ts';
import { statement } from '../statement.ts';

/** Keeps a document that appraisals rest on; the same bytes are kept once. */
export const insertDocument = statement(
  (db, hole: Hole<{ digest: string; content: Uint8Array; firstUsedMs: number }>) =>
    db
      .insertInto('document')
      .values({
        digest: hole('digest'),
        content: hole('content'),
        first_used_ms: hole('firstUsedMs'),
      })
      .onConflict((conflict) => conflict.column('digest').doNothing()),
);

export const documentByDigest = statement((db, hole: Hole<{ digest: string }>) =>
  db.selectFrom('document').select('content').where('digest', '=', hole('digest')),
);
