import type { Hole } from '../port.ts';
import { statement } from '../statement.ts';
import type { DecisionKeyTable, DecisionTable, LicenceTable } from './tables.ts';

export const insertLicence = statement((db, hole: Hole<LicenceTable>) =>
  db.insertInto('licence').values({
    id: hole('id'),
    tenant: hole('tenant'),
    conditions: hole('conditions'),
    status: hole('status'),
    created_by: hole('created_by'),
    created_at_ms: hole('created_at_ms'),
    version: hole('version'),
    leaf_index: hole('leaf_index'),
  }),
);

export const licenceById = statement((db, hole: Hole<{ id: string }>) =>
  db.selectFrom('licence').selectAll().where('id', '=', hole('id')),
);

export const licencesAfter = statement((db, hole: Hole<{ tenant: string; after: string; limit: number }>) =>
  db
    .selectFrom('licence')
    .selectAll()
    .where('tenant', '=', hole('tenant'))
    .where('id', '>', hole('after'))
    .orderBy('id')
    .limit(hole('limit')),
);

export const allLicencesAfter = statement((db, hole: Hole<{ after: string; limit: number }>) =>
  db.selectFrom('licence').selectAll().where('id', '>', hole('after')).orderBy('id').limit(hole('limit')),
);

export const setLicenceStatus = statement(
  (db, hole: Hole<{ id: string; status: LicenceTable['status']; leafIndex: number }>) =>
    db
      .updateTable('licence')
      .set((row) => ({
        status: hole('status'),
        leaf_index: hole('leafIndex'),
        version: row('version', '+', 1),
      }))
      .where('id', '=', hole('id')),
);

export const insertDecision = statement((db, hole: Hole<DecisionTable>) =>
  db.insertInto('decision').values({
    id: hole('id'),
    licence_id: hole('licence_id'),
    tenant: hole('tenant'),
    outcome: hole('outcome'),
    at_ms: hole('at_ms'),
    answer: hole('answer'),
    leaf_index: hole('leaf_index'),
  }),
);

export const decisionById = statement((db, hole: Hole<{ id: string }>) =>
  db.selectFrom('decision').selectAll().where('id', '=', hole('id')),
);

export const insertDecisionKey = statement((db, hole: Hole<DecisionKeyTable>) =>
  db.insertInto('decision_key').values({
    principal_id: hole('principal_id'),
    key: hole('key'),
    request_digest: hole('request_digest'),
    decision_id: hole('decision_id'),
  }),
);

export const decisionByKey = statement((db, hole: Hole<{ principalId: string; key: string }>) =>
  db
    .selectFrom('decision_key')
    .innerJoin('decision', 'decision.id', 'decision_key.decision_id')
    .select(['decision_key.request_digest', 'decision.answer', 'decision.leaf_index'])
    .where('decision_key.principal_id', '=', hole('principalId'))
    .where('decision_key.key', '=', hole('key')),
);

/** Licences that want places told to auditors alone: few, and looked for only where a place is. */
export const sealingLicences = statement((db) =>
  db
    .selectFrom('licence')
    .select('conditions')
    .where('status', '!=', 'revoked')
    .where('conditions', 'like', '%"placeDisclosure":"area-only"%'),
);
