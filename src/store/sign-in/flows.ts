import type { Hole } from '../port.ts';
import { statement } from '../statement.ts';
import type { IssuerSubjectTable, SignInFlowTable } from './tables.ts';

export const insertFlow = statement((db, hole: Hole<SignInFlowTable>) =>
  db.insertInto('sign_in_flow').values({
    id: hole('id'),
    secret_hash: hole('secret_hash'),
    jkt: hole('jkt'),
    return_to: hole('return_to'),
    expires_at_ms: hole('expires_at_ms'),
  }),
);

export const flowById = statement((db, hole: Hole<{ id: string }>) =>
  db.selectFrom('sign_in_flow').selectAll().where('id', '=', hole('id')),
);

/** Changes no row where somebody came back with it before. */
export const deleteFlow = statement((db, hole: Hole<{ id: string }>) =>
  db.deleteFrom('sign_in_flow').where('id', '=', hole('id')),
);

export const purgeFlows = statement((db, hole: Hole<{ nowMs: number }>) =>
  db.deleteFrom('sign_in_flow').where('expires_at_ms', '<=', hole('nowMs')),
);

export const principalOfSubject = statement((db, hole: Hole<{ issuer: string; subject: string }>) =>
  db
    .selectFrom('issuer_subject')
    .innerJoin('principal', 'principal.id', 'issuer_subject.principal_id')
    .selectAll('principal')
    .where('issuer_subject.issuer', '=', hole('issuer'))
    .where('issuer_subject.subject', '=', hole('subject')),
);

export const insertIssuerSubject = statement((db, hole: Hole<IssuerSubjectTable>) =>
  db
    .insertInto('issuer_subject')
    .values({ issuer: hole('issuer'), subject: hole('subject'), principal_id: hole('principal_id') }),
);

/** What an issuer says of somebody has changed. */
export const movePrincipal = statement((db, hole: Hole<{ id: string; role: string; tenant: string }>) =>
  db
    .updateTable('principal')
    .set({ role: hole('role'), tenant: hole('tenant') })
    .where('id', '=', hole('id')),
);
