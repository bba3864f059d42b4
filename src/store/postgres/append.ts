import { rootOf } from '../../record/merkle.ts';
import { StoreError } from '../errors.ts';
import type { Appended, LogState } from '../log/state.ts';
import { moveHead } from '../log/statements.ts';
import type { Connection } from './connection.ts';

/** One statement each for all leaves and nodes of a group: a list is one parameter. */
const INSERT_LEAVES = `
  insert into log_leaf (leaf_index, type, at_ms, tenant, body, salt)
  select * from unnest($1::bigint[], $2::text[], $3::bigint[], $4::text[], $5::text[], $6::bytea[])`;
const INSERT_NODES = 'insert into log_node (position, hash) select * from unnest($1::bigint[], $2::bytea[])';

/**
 * Writes the acts of a group behind those that are there, and moves the head, which this transaction holds locked.
 *
 * @throws StoreError `log_inconsistent` where the head is not where it was when the lock was taken
 */
export async function appendLeaves(
  connection: Connection,
  from: LogState,
  to: LogState,
  appended: readonly Appended[],
): Promise<void> {
  if (from === to) return;
  const leaves = appended.map(({ leaf }) => leaf);
  const nodes = appended.flatMap((act) => act.nodes);
  const [, , moved] = await Promise.all([
    connection.command(INSERT_LEAVES, [
      leaves.map(({ leafIndex }) => leafIndex),
      leaves.map(({ type }) => type),
      leaves.map(({ atMs }) => atMs),
      leaves.map(({ tenant }) => tenant),
      leaves.map(({ body }) => body),
      leaves.map(({ salt }) => Buffer.from(salt)),
    ]),
    connection.command(INSERT_NODES, [
      nodes.map(({ position }) => position),
      nodes.map(({ hash }) => Buffer.from(hash)),
    ]),
    connection.run(moveHead, {
      from: from.range.size,
      size: to.range.size,
      root: rootOf(to.range),
      highWaterMs: to.highWaterMs,
    }),
  ]);
  if (moved === 1) return;
  throw new StoreError('log_inconsistent', `the log's head is no longer at ${from.range.size}`, {
    path: 'log_head.size',
  });
}
