import { statement } from '../statement.ts';

/** Another value after every write to what decisions under a licence rest on: migrations/0120-gate-stamp.ts. */
export const gateStamp = statement((db) => db.selectFrom('gate_stamp').select('stamp').where('id', '=', 1));
