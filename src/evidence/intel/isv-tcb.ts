import type { IsvLevel } from './document-fields.ts';
import { supersededOn } from './superseded.ts';
import type { ComponentVerdict } from './verdict.ts';

/** The first level, from the newest, that an enclave or module of this SVN reaches; null if there is none. */
export function matchIsvLevel(
  levels: readonly IsvLevel[],
  isvSvn: number,
  category: string,
): ComponentVerdict | null {
  const [newest] = levels;
  const index = levels.findIndex((candidate) => candidate.isvSvn <= isvSvn);
  const level = levels[index];
  if (newest === undefined || level === undefined) return null;
  const shortfall = { component: 'isvsvn', has: isvSvn, needs: newest.isvSvn, category, type: null };
  return {
    status: level.tcbStatus,
    tcbDate: level.tcbDate,
    supersededOn: supersededOn(levels, index),
    advisories: level.advisoryIDs,
    shortfalls: isvSvn < newest.isvSvn ? [shortfall] : [],
  };
}
