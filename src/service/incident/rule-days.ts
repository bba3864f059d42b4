import type { IncidentKind } from '../../protocol/incident-kind.ts';
import { conditionsOfConcerned } from '../../store/events/incidents.ts';
import type { Tx } from '../../store/port.ts';
import type { Context } from '../context.ts';
import { conditionsOf } from '../licence/conditions.ts';
import { effectiveTrust } from '../trust/effective.ts';
import { packKey } from '../trust/rule-packs.ts';

/**
 * Within how many days the rule packs want an incident reported that licences name which name one of its subjects: the shortest of
 * all; null where none in force says anything of its kind.
 */
export async function ruleDaysOf(
  context: Context,
  tx: Tx,
  kind: IncidentKind,
  subjects: readonly string[],
): Promise<number | null> {
  const { rulePacks } = await effectiveTrust(context, tx);
  const days = new Set<number>();
  for (const subject of subjects) {
    for (const { conditions: text } of await tx.all(conditionsOfConcerned, { subject })) {
      const { rulePacks: named } = conditionsOf(text).conditions;
      for (const one of named === 'none' ? [] : named) {
        const said = rulePacks.get(packKey(one))?.loaded?.pack.data.reportDays?.[kind];
        if (said !== undefined) days.add(said);
      }
    }
  }
  return days.size === 0 ? null : Math.min(...days);
}
