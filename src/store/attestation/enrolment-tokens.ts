import type { Statement } from '../port.ts';
import type { EnrolmentTokenTable } from './tables.ts';

export const tokenBySecret: Statement<{ secretHash: string }, EnrolmentTokenTable> = {
  build: (db, hole) =>
    db.selectFrom('enrolmentToken').selectAll().where('secretHash', '=', hole('secretHash')),
};

export const tokenById: Statement<{ id: string }, EnrolmentTokenTable> = {
  build: (db, hole) => db.selectFrom('enrolmentToken').selectAll().where('id', '=', hole('id')),
};
