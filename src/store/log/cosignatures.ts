import type { Hole } from '../port.ts';
import { statement } from '../statement.ts';
import type { LogCosignatureTable } from './tables.ts';

/** A witness's word on one checkpoint; its newest replaces an older one on the same. */
export const insertCosignature = statement((db, hole: Hole<LogCosignatureTable>) =>
  db
    .insertInto('log_cosignature')
    .values({
      origin: hole('origin'),
      witness: hole('witness'),
      size: hole('size'),
      root: hole('root'),
      at_ms: hole('at_ms'),
      line: hole('line'),
    })
    .onConflict((conflict) =>
      conflict.columns(['origin', 'witness', 'size']).doUpdateSet({
        root: hole('root'),
        at_ms: hole('at_ms'),
        line: hole('line'),
      }),
    ),
);

/** Drops what a witness said of smaller trees before an instant. */
export const dropCosignatures = statement(
  (db, hole: Hole<{ origin: string; witness: string; size: number; beforeMs: number }>) =>
    db
      .deleteFrom('log_cosignature')
      .where('origin', '=', hole('origin'))
      .where('witness', '=', hole('witness'))
      .where('size', '<', hole('size'))
      .where('at_ms', '<', hole('beforeMs')),
);

/** The largest tree that a witness cosigned. */
export const lastCosigned = statement((db, hole: Hole<{ origin: string; witness: string }>) =>
  db
    .selectFrom('log_cosignature')
    .select(['size', 'root'])
    .where('origin', '=', hole('origin'))
    .where('witness', '=', hole('witness'))
    .orderBy('size', 'desc')
    .limit(1),
);

/** The cosignatures of one checkpoint, by witness. */
export const cosignaturesOf = statement(
  (db, hole: Hole<{ origin: string; size: number; root: Uint8Array }>) =>
    db
      .selectFrom('log_cosignature')
      .select('line')
      .where('origin', '=', hole('origin'))
      .where('size', '=', hole('size'))
      .where('root', '=', hole('root'))
      .orderBy('witness'),
);

/** The largest tree that so many witnesses cosigned. */
export const lastCosignedBy = statement((db, hole: Hole<{ origin: string; count: number }>) =>
  db
    .selectFrom('log_cosignature')
    .select(['size', 'root'])
    .where('origin', '=', hole('origin'))
    .groupBy(['size', 'root'])
    .having((expression) => expression(expression.fn.countAll<number>(), '>=', hole('count')))
    .orderBy('size', 'desc')
    .limit(1),
);
