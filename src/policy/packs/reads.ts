import type { PackInput } from './input.ts';
import type { LoadedPack } from './loaded.ts';
import type { Shape } from './shape.ts';

/** Whether a pack's rules about an action may read what stands at a path: its schema names it. */
export function reads(
  { shapes }: Pick<LoadedPack, 'shapes'>,
  action: PackInput['action'],
  path: readonly string[],
): boolean {
  let shape: Shape | undefined = shapes.get(action);
  for (const name of path) {
    if (shape?.type !== 'Record') return false;
    shape = shape.attributes.get(name);
  }
  return shape !== undefined;
}
