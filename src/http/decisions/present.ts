import type { Decision } from '../../protocol/decision.ts';
import type { DecisionListed } from '../../protocol/history.ts';
import type { DecisionRow } from '../../service/history.ts';
import { shownInstant } from '../instants.ts';

const MAX_CODES = 20;

export function presentListed(row: DecisionRow): DecisionListed {
  const { action, reasons } = JSON.parse(row.answer) as Pick<Decision, 'action' | 'reasons'>; // what `decide` wrote
  return {
    id: row.id,
    licenceId: row.licence_id,
    tenant: row.tenant,
    action,
    outcome: row.outcome,
    at: shownInstant(row.at_ms),
    codes: [...new Set(reasons.map(({ code }) => code))].slice(0, MAX_CODES),
    leafIndex: row.leaf_index,
  };
}
