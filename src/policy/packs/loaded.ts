import type { RulePack } from './document.ts';
import type { Rule } from './rules.ts';
import type { ActionShapes } from './schema.ts';

/** A pack whose rules were read. Only `loadPack` says that nothing is wrong with them. */
export type LoadedPack = {
  readonly pack: RulePack;
  readonly digest: string;
  /** The name under which Cedar holds it parsed: its digest, or one that all packs share which are only analysed. */
  readonly slot: string;
  readonly rules: readonly Rule[];
  /** Whether any rule tells one consignee or licence from another by its id. */
  readonly namesEntities: boolean;
  readonly shapes: ActionShapes;
};
