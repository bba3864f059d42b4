import type { Appended } from '../log/state.ts';
import type { Connection } from './connection.ts';

/** Rows of one statement. What is left over goes in by rows of their own, so that two texts for each table stay prepared. */
const ROWS = 32;

const LEAVES = { into: 'log_leaf (leaf_index, type, at_ms, tenant, body, salt)', columns: 6 } as const;
const NODES = { into: 'log_node (position, hash)', columns: 2 } as const;

/** Writes the acts of a group behind those that are there: once, whatever the number of its units. */
export function appendRows(connection: Connection, appended: readonly Appended[]): void {
  const leaves = appended.map(({ leaf }) => leaf);
  insert(
    connection,
    LEAVES,
    leaves.map((leaf) => [leaf.leafIndex, leaf.type, leaf.atMs, leaf.tenant, leaf.body, leaf.salt]),
  );
  const nodes = appended.flatMap((act) => act.nodes);
  insert(
    connection,
    NODES,
    nodes.map(({ position, hash }) => [position, hash]),
  );
}

type Row = readonly (string | number | Uint8Array)[];

function insert(connection: Connection, table: typeof LEAVES | typeof NODES, rows: readonly Row[]): void {
  for (let first = 0; first < rows.length; ) {
    const count = rows.length - first < ROWS ? 1 : ROWS;
    connection.write(textOf(table, count), rows.slice(first, first + count).flat());
    first += count;
  }
}

/**
 * `or fail`: a statement of several rows that could take them back keeps a copy of every page that it changes. Whoever fails here takes
 * back the whole group.
 */
const texts = new Map<string, string>();

function textOf({ into, columns }: typeof LEAVES | typeof NODES, count: number): string {
  const name = `${into} ${count}`;
  const row = `(${Array.from({ length: columns }, () => '?').join()})`;
  const text =
    texts.get(name) ??
    `insert or fail into ${into} values ${Array.from({ length: count }, () => row).join()}`;
  texts.set(name, text);
  return text;
}
