/** What the register says of who owns a party. */
export type OwnershipRecord = {
  readonly id: string;
  /** ISO 3166-1 alpha-2; null where nobody said. */
  readonly headquarters: string | null;
  readonly parentId: string | null;
  readonly ultimateParentId: string | null;
  /** Whether it is declared to be its own ultimate parent: by the authority, or by its exporter with a dated source. */
  readonly ownUltimateParent: boolean;
};

/** Why a chain of parents cannot be relied upon up to its top. */
export type ChainGap =
  | 'top-not-declared'
  | 'parent-unknown'
  | 'loop'
  | 'too-long'
  | 'ultimate-parent-disagrees';

export type Ownership = {
  /** Its parents, the direct one first; those named as ultimate but not reached come last. */
  readonly parents: readonly OwnershipRecord[];
  readonly complete: boolean;
  /** Null where the chain is complete. */
  readonly gap: ChainGap | null;
};

/** Longer than any group of companies that its own lawyers could draw. */
export const MAX_CHAIN = 32;

/**
 * The chain of a party's parents. It is complete only where each names the next and the top is declared to be its own ultimate parent; whoever
 * names an ultimate parent names that one. An ultimate parent that the chain does not reach is listed all the same: it may be denied.
 *
 * @param known every record that the walk may meet, by id
 */
export function chainOf(party: OwnershipRecord, known: ReadonlyMap<string, OwnershipRecord>): Ownership {
  const chain: OwnershipRecord[] = [party];
  let gap: ChainGap | null = null;
  for (let here = party; here.parentId !== null; ) {
    const next = known.get(here.parentId);
    if (next === undefined) gap = 'parent-unknown';
    else if (chain.some(({ id }) => id === next.id)) gap = 'loop';
    else if (chain.length > MAX_CHAIN) gap = 'too-long';
    if (gap !== null || next === undefined) break;
    chain.push(next);
    here = next;
  }
  const top = chain[chain.length - 1];
  const named = chain.flatMap(({ ultimateParentId }) => ultimateParentId ?? []);
  gap ??= top?.ownUltimateParent === true ? null : 'top-not-declared';
  gap ??= named.every((id) => id === top?.id) ? null : 'ultimate-parent-disagrees';
  const reached = new Set(chain.map(({ id }) => id));
  const others = [...new Set(named)].flatMap((id) => (reached.has(id) ? [] : (known.get(id) ?? [])));
  return { parents: [...chain.slice(1), ...others], complete: gap === null, gap };
}

/**
 * Who stands at the top of a party's owners, as far as they are known, declared or not: the party itself where nobody is. Null where
 * one of them is unknown, or the way up goes in a circle or never ends: whoever must name somebody then refuses.
 *
 * @param known every record that the walk may meet, by id
 */
export function topOf(
  party: OwnershipRecord,
  known: ReadonlyMap<string, OwnershipRecord>,
): OwnershipRecord | null {
  let here = party;
  for (let step = 0; step < MAX_CHAIN; step++) {
    // A party may name its ultimate parent, its direct one or both.
    const above = here.ultimateParentId ?? here.parentId;
    if (above === null || above === here.id) return here;
    const next = known.get(above);
    if (next === undefined) return null;
    here = next;
  }
  return null;
}
