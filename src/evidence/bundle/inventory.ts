import type { CheckList } from '../check.ts';
import type { Collection, Item } from './cmw.ts';
import { type InventoryItem, parseInventoryItem } from './inventory-item.ts';
import { reading } from './reading.ts';

/**
 * `inventory.item.well-formed` and `inventory.item.labels`: it can be read, and names no evidence that is not there. What it
 * says stays the host's word.
 */
export function readInventory({ value }: Item, items: Collection, checks: CheckList): InventoryItem | null {
  const inventory = reading('inventory.item.well-formed', checks, () => parseInventoryItem(value));
  if (inventory === null) return null;
  const missing = inventory.gpus.flatMap(({ evidence }) =>
    evidence === null || items.has(evidence) ? [] : [evidence],
  );
  const expected = 'labels of items in the bundle';
  checks.expect('inventory.item.labels', missing.length === 0, expected, missing.join(', ') || 'all there');
  return inventory;
}
