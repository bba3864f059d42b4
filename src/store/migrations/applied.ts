import { StoreError } from '../errors.ts';
import type { CompiledMigration } from './migration.ts';

/** What a database remembers of a migration that it has had. */
export type AppliedMigration = { readonly name: string; readonly digest: string };

/**
 * What a database has had is what this version begins with.
 *
 * @throws StoreError `store_newer`, `migration_altered`
 */
export function requireKnown(
  migrations: readonly Pick<CompiledMigration, 'name' | 'digest'>[],
  applied: readonly AppliedMigration[],
): void {
  if (applied.length > migrations.length) {
    throw new StoreError('store_newer', 'the database was written by a newer version of Sextant', {
      expected: `at most ${migrations.length} migrations`,
      actual: String(applied.length),
    });
  }
  for (const [index, had] of applied.entries()) {
    const ours = migrations[index];
    if (ours?.name === had.name && ours.digest === had.digest) continue;
    throw new StoreError('migration_altered', `migration ${had.name} is another one here`, {
      path: `schemaMigration[${index}]`,
      expected: `${ours?.name} ${ours?.digest}`,
      actual: `${had.name} ${had.digest}`,
    });
  }
}
