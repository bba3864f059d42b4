import type { Hole } from '../port.ts';
import { statement } from '../statement.ts';
import type { KeptActTable } from './tables.ts';

type Id = Pick<KeptActTable, 'caller' | 'key_sha256'>;

export const keptAct = statement((db, hole: Hole<Id>) =>
  db
    .selectFrom('kept_act')
    .select(['request_sha256', 'outcome', 'answer', 'expires_at_ms'])
    .where('caller', '=', hole('caller'))
    .where('key_sha256', '=', hole('key_sha256')),
);

/** Changes no row where the key is taken. */
export const insertKeptAct = statement((db, hole: Hole<Omit<KeptActTable, 'answer'>>) =>
  db
    .insertInto('kept_act')
    .values({
      caller: hole('caller'),
      key_sha256: hole('key_sha256'),
      request_sha256: hole('request_sha256'),
      outcome: hole('outcome'),
      answer: null,
      expires_at_ms: hole('expires_at_ms'),
    })
    .onConflict((conflict) => conflict.columns(['caller', 'key_sha256']).doNothing()),
);

export const keepAnswer = statement((db, hole: Hole<Id & { answer: Uint8Array }>) =>
  db
    .updateTable('kept_act')
    .set({ answer: hole('answer') })
    .where('caller', '=', hole('caller'))
    .where('key_sha256', '=', hole('key_sha256')),
);

/** Forgets what has expired. */
export const purgeKeptActs = statement((db, hole: Hole<{ nowMs: number }>) =>
  db.deleteFrom('kept_act').where('expires_at_ms', '<=', hole('nowMs')),
);
