import type { Hole } from '../port.ts';
import { statement } from '../statement.ts';

/** The log's acts from one index to before another, oldest first: what is gone is not among them. */
export const actsBetween = statement((db, hole: Hole<{ first: number; end: number }>) =>
  db
    .selectFrom('log_leaf')
    .selectAll()
    .where('leaf_index', '>=', hole('first'))
    .where('leaf_index', '<', hole('end'))
    .orderBy('leaf_index'),
);

/** An appraisal as it was kept, the submission aside. */
export const keptAppraisal = statement((db, hole: Hole<{ sessionId: string }>) =>
  db
    .selectFrom('appraisal')
    .select(['session_id', 'tenant', 'evidence_digest', 'answer', 'inputs', 'leaf_index'])
    .where('session_id', '=', hole('sessionId')),
);

export const evidenceByDigest = statement((db, hole: Hole<{ digest: string }>) =>
  db.selectFrom('evidence').select(['content', 'media_type']).where('digest', '=', hole('digest')),
);

export const trustInputsByDigest = statement((db, hole: Hole<{ digest: string }>) =>
  db.selectFrom('trust_input').selectAll().where('digest', '=', hole('digest')).orderBy('id'),
);

export const effectiveTrustInputNames = statement((db) =>
  db
    .selectFrom('trust_input')
    .select(['id', 'digest', 'leaf_index'])
    .where('state', '=', 'effective')
    .orderBy('id'),
);

export const everySigningKey = statement((db) =>
  db.selectFrom('signing_key').select(['kid', 'purpose', 'created_at_ms']).orderBy('kid'),
);

/** Appraisals by their leaf, from an index on: each must be the one that its leaf is of. */
export const appraisalLeaves = statement((db, hole: Hole<{ after: string; limit: number }>) =>
  db
    .selectFrom('appraisal')
    .select(['session_id', 'leaf_index'])
    .where('session_id', '>', hole('after'))
    .orderBy('session_id')
    .limit(hole('limit')),
);

export const decisionLeaves = statement((db, hole: Hole<{ after: string; limit: number }>) =>
  db
    .selectFrom('decision')
    .select(['id', 'leaf_index'])
    .where('id', '>', hole('after'))
    .orderBy('id')
    .limit(hole('limit')),
);
