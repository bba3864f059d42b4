import { z } from 'zod';
import { FormatError } from '../../bytes/errors.ts';
import { RETENTION_CLASSES } from '../../protocol/retention.ts';
import { type DeletedItem, deletedItemsDigest, parseDeletedItems } from '../../record/audit/deletion.ts';
import type { OpenAct } from './open-act.ts';
import type { ActReader } from './read-act.ts';
import type { RecordSource } from './source.ts';

/** What this reads of the act of a deletion (service/retention/delete.ts). */
export const deletionBody = z.object({
  class: z.enum(RETENTION_CLASSES),
  until: z.string(),
  rules: z.array(z.string()),
  count: z.int(),
  itemsSha256: z.string(),
});
export type DeletionBody = z.infer<typeof deletionBody>;

/** The act that says that something was deleted by rule. */
export type Explained = {
  readonly leafIndex: number;
  /** Until when it was kept. */
  readonly until: string;
};

export type DeletionReader = {
  /** The act that names this among what it deleted, shown to be in the log; null where none does, and then it is missing. */
  readonly of: (kind: string, id: string, leafIndex: number) => Promise<Explained | null>;
};

/** Why something that was recorded cannot be checked any more. */
export const DELETED_BY_RULE = 'deleted by rule once its time was over';

/** Deletions at hand: what is missing side by side went together. */
const KEPT = 32;

type Proven = { readonly explained: Explained; readonly names: ReadonlySet<string> };

const nameOf = (kind: string, id: string, leafIndex: number): string => `${kind} ${id} ${leafIndex}`;

/**
 * Explains what is missing. Whoever serves the records says which act deleted it; that act is held against the tree, and the list of what it
 * deleted against the digest in it. Whether the act was within its rules is asked where the act itself is read (check-deletion.ts).
 */
export function deletionReader(
  { deletedBy, deletedItems }: Pick<RecordSource, 'deletedBy' | 'deletedItems'>,
  readAct: ActReader,
): DeletionReader {
  const known = new Map<number, Promise<Proven | null>>();
  async function prove(leafIndex: number): Promise<Proven | null> {
    const act = await readAct(leafIndex);
    const said = act === null ? null : deletionOf(act);
    const text = await deletedItems(leafIndex);
    if (said === null || text === undefined || deletedItemsDigest(text) !== said.itemsSha256) return null;
    const names = new Set<string>();
    for (const [kind, id, leaf] of itemsOf(text) ?? []) if (leaf !== null) names.add(nameOf(kind, id, leaf));
    return { explained: { leafIndex, until: said.until }, names };
  }
  return {
    of: async (kind, id, leafIndex) => {
      const deletion = await deletedBy(leafIndex);
      if (deletion === undefined) return null;
      const proving = known.get(deletion) ?? prove(deletion);
      known.set(deletion, proving);
      const [oldest] = known.keys();
      if (known.size > KEPT && oldest !== undefined) known.delete(oldest);
      const proven = await proving;
      return proven?.names.has(nameOf(kind, id, leafIndex)) === true ? proven.explained : null;
    },
  };
}

/** Null for an act of another kind, or none that this version knows. */
function deletionOf({ type, body }: OpenAct): DeletionBody | null {
  return type === 'retention.deleted' ? (deletionBody.safeParse(body).data ?? null) : null;
}

/** Null for what is no such list. */
export function itemsOf(text: string): readonly DeletedItem[] | null {
  try {
    return parseDeletedItems(text);
  } catch (error) {
    if (error instanceof FormatError) return null;
    throw error;
  }
}
