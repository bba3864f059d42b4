import type { Reason } from '../../protocol/reason.ts';
import { denyReason } from '../reasons.ts';
import type { Told } from '../told.ts';

type Gap = NonNullable<Told['groupGaps']>[number];

/**
 * Why shares of a group are not known that a pack asks for: one party or device a reason. The pack itself can only say that it was not told;
 * these say what to mend, and deny nothing that it does not.
 */
export function groupGapReasons({ groupGaps = [] }: Told): readonly Reason[] {
  return groupGaps.map(reasonOf);
}

function reasonOf({ kind, id, why }: Gap): Reason {
  switch (kind) {
    case 'owners':
      return denyReason(
        'pack.owners-undeclared',
        `party:${id}`,
        `Shares of the group are not known: the owners of the party ${id} are not declared up to the top (${why}).`,
      );
    case 'model': {
      const what =
        why === null ? 'nobody has said of which model' : `no chip table in force knows its model ${why}`;
      return denyReason(
        'pack.model-uncounted',
        `device:${id}`,
        `Shares of the group are not known: of the device ${id} ${what}.`,
      );
    }
    case 'size':
      return denyReason(
        'pack.group-too-large',
        `party:${id}`,
        `Shares of the group are not known: the party ${id} owns more companies than are counted.`,
      );
  }
}
