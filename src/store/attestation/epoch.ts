import { statement } from '../statement.ts';

export const readTrustEpoch = statement((db) =>
  db.selectFrom('trust_epoch').select('epoch').where('id', '=', 1),
);
