import type { Migration } from './migration.ts';

/** Submissions as received, the largest table by far: in partitions by month where the database has them. */
export const partitionedEvidence: Migration = {
  name: '0180-partitioned-evidence',
  async up(db, { partitioned }) {
    for (const statement of partitioned('evidence', { key: 'digest', instant: 'received_at_ms' }))
      await statement.execute(db);
  },
};
