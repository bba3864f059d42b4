import type { Statement } from '../port.ts';
import type { EnrolmentTokenTable } from './tables.ts';

export const tokenBySecret: Statement<{ secretHash: string }, EnrolmentTokenTable> = {
  build: (db, hole) =>
    db.selectFrom('enrolment_token').selectAll().where('secret_hash', '=', hole('secretHash')),
};

export const tokenById: Statement<{ id: string }, EnrolmentTokenTable> = {
  build: (db, hole) => db.selectFrom('enrolment_token').selectAll().where('id', '=', hole('id')),
};
