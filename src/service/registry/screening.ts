import {
  type DeclaredList,
  type ScreeningOfAll,
  type ScreeningWord,
  screeningOfAll,
} from '../../policy/register/screening.ts';
import type { View } from '../../store/port.ts';
import { partyById } from '../../store/registry/parties.ts';
import { currentScreeningList, MOST_LISTS, screeningLists } from '../../store/registry/screening.ts';
import type { PartyTable } from '../../store/registry/tables.ts';

/** The list of those who may not be served that the authority declared in force; null where it declared none. */
export async function currentListVersionIn(view: View): Promise<string | null> {
  return (await view.first(currentScreeningList, {}))?.version ?? null;
}

/** All lists, as graces are counted by; of more than are read, none is known to be old enough for a grace. */
export async function declaredListsIn(view: View): Promise<readonly DeclaredList[]> {
  const rows = await view.all(screeningLists, {});
  const isWhole = rows.length < MOST_LISTS;
  return rows.map(({ version, declared_at_ms: sinceMs, grace_seconds: grace }, place) => ({
    version,
    graceUntil: new Date(isWhole || place < rows.length - 1 ? sinceMs + grace * 1000 : 0),
  }));
}

/** A word that is not known clears nobody. */
export function standingOf({ standing }: Pick<PartyTable, 'standing'>): ScreeningWord['standing'] {
  return standing === 'clear' || standing === 'denied' ? standing : 'unscreened';
}

/** What the screenings of several parties come to, as rule packs read them (`screening`). A party that is unknown was not screened. */
export async function screeningOf(view: View, partyIds: readonly string[]): Promise<ScreeningOfAll> {
  const parties: Pick<ScreeningWord, 'standing' | 'listVersion'>[] = [];
  for (const id of new Set(partyIds)) {
    const row = await view.first(partyById, { id });
    parties.push({
      standing: row === undefined ? 'unscreened' : standingOf(row),
      listVersion: row?.list_version ?? null,
    });
  }
  return screeningOfAll(parties, await currentListVersionIn(view));
}
