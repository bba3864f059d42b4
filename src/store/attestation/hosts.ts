import type { Statement } from '../port.ts';

/** The host that is enrolled with a key. */
export const hostByKey: Statement<{ jkt: string }, { id: string; tenant: string }> = {
  build: (db, hole) => db.selectFrom('host').select(['id', 'tenant']).where('jkt', '=', hole('jkt')),
};
