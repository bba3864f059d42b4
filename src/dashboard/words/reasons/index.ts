import { CHECK_REASONS } from './checks.ts';
import { DECISION_REASONS } from './decisions.ts';
import { LEVEL_REASONS } from './levels.ts';
import type { ToldReason, ToldReasons } from './told.ts';

/** Whose reasons they are: one code may be the demand of a level as well as the reason of a decision. */
export type ReasonsOf = 'decision' | 'appraisal' | 'level';

const TABLES: { readonly [O in ReasonsOf]: readonly ToldReasons[] } = {
  decision: [DECISION_REASONS, LEVEL_REASONS, CHECK_REASONS],
  appraisal: [CHECK_REASONS, DECISION_REASONS, LEVEL_REASONS],
  level: [LEVEL_REASONS],
};

/** What a code says in Korean; null for codes that are not of this verifier, such as those of a rule pack's own rules. */
export function koreanReason(code: string, of: ReasonsOf): ToldReason | null {
  return TABLES[of].find((table) => Object.hasOwn(table, code))?.[code] ?? null;
}
