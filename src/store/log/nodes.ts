import type { NodeId } from '../../record/merkle.ts';
import { StoreError } from '../errors.ts';
import type { Hole, Store, View } from '../port.ts';
import { statement } from '../statement.ts';
import { nodePosition } from './position.ts';

/** How many nodes one query finds: what a receipt needs beyond the upper levels, which {@link NodeMemory} holds. */
const NODES_AT_ONCE = 12;
/** Nodes of one generation of a {@link NodeMemory}: all but the lowest six levels of a million leaves. */
const GENERATION = 32_768;
/** No node stands here: it fills the holes that a query has no use for. */
const NOWHERE = -1;

/** Puts what stands at the positions of `params` into `found`. */
type Ask = (params: { readonly [slot: string]: number }, found: Map<number, Uint8Array>) => Promise<void>;

const slots = Array.from({ length: NODES_AT_ONCE }, (_, slot) => `position${slot}`);

const readNodes = statement((db, hole: Hole<{ [slot: string]: number }>) =>
  db.selectFrom('log_node').select(['position', 'hash']).where('position', 'in', slots.map(hole)),
);

/** The same as one row, which a read without a transaction answers: a column for each slot, null where no node stands. */
const readNodeRow = statement((db, hole: Hole<{ [slot: string]: number }>) =>
  db.selectNoFrom((row) =>
    slots.map((slot) =>
      row.selectFrom('log_node').select('log_node.hash').where('log_node.position', '=', hole(slot)).as(slot),
    ),
  ),
);

/**
 * The hashes of nodes, in the order asked for.
 *
 * @throws StoreError `log_inconsistent` where one is missing: the caller asks only for what the head says is there
 */
export function readNodeHashes(view: View, nodes: readonly NodeId[]): Promise<Uint8Array[]> {
  return new NodeMemory().read(view, nodes);
}

/**
 * Remembers nodes that were read. A node never changes once it is durable, so what was read through `Store.read` stays
 * true for that store; what was read inside a unit of work might be rolled back, and must not be kept.
 */
export class NodeMemory {
  // By position, in two generations: what was asked for since the last change of generations survives the next one. The
  // upper levels, which are in every proof, therefore stay.
  #recent = new Map<number, Uint8Array>();
  #older = new Map<number, Uint8Array>();

  async read(view: View, nodes: readonly NodeId[]): Promise<Uint8Array[]> {
    return this.#read(nodes, async (params, found) => {
      for (const { position, hash } of await view.all(readNodes, params)) found.set(position, hash);
    });
  }

  /** The same of nodes that are known to be durable, outside any snapshot: they are what they were. */
  async readDurable(store: Pick<Store, 'first'>, nodes: readonly NodeId[]): Promise<Uint8Array[]> {
    return this.#read(nodes, async (params, found) => {
      const row = await store.first(readNodeRow, params);
      for (const slot of slots) {
        const [position, hash] = [params[slot], row?.[slot]];
        if (position !== undefined && hash instanceof Uint8Array) found.set(position, hash);
      }
    });
  }

  async #read(nodes: readonly NodeId[], ask: Ask): Promise<Uint8Array[]> {
    const positions = nodes.map(nodePosition);
    const found = new Map<number, Uint8Array>();
    const missing: number[] = [];
    for (const position of positions) {
      const hash = this.#recent.get(position) ?? this.#older.get(position);
      if (hash === undefined) missing.push(position);
      else found.set(position, hash);
    }
    for (let start = 0; start < missing.length; start += NODES_AT_ONCE) {
      const params: { [slot: string]: number } = {};
      for (const [offset, slot] of slots.entries()) params[slot] = missing[start + offset] ?? NOWHERE;
      await ask(params, found);
    }
    this.#remember(found);
    return positions.map((position) => {
      const hash = found.get(position);
      if (hash !== undefined) return hash;
      throw new StoreError('log_inconsistent', `the log has no node at ${position}`, { path: 'log_node' });
    });
  }

  #remember(found: ReadonlyMap<number, Uint8Array>): void {
    if (this.#recent.size >= GENERATION) {
      this.#older = this.#recent;
      this.#recent = new Map();
    }
    for (const [position, hash] of found) this.#recent.set(position, hash);
  }
}
