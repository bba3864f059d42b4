import { FormatError } from '../../bytes/errors.ts';
import type { JsonValue } from '../../bytes/json.ts';
import { contentDigest } from '../../evidence/digest.ts';
import type { Verdict } from '../../protocol/decision.ts';
import type { Reason } from '../../protocol/reason.ts';
import { readConditions } from '../stored-conditions.ts';
import { type Weighed, weighed } from '../weighed.ts';
import type { PackAnswers } from './answers.ts';
import { decideWeighed } from './decide.ts';
import type { LoadedPack } from './loaded.ts';

/** A decision as it is kept. */
export type StoredDecision = {
  /** The JSON that the decision's `inputSha256` names. */
  readonly input: JsonValue;
  /** The JSON of the licence's conditions, which the input names by digest. */
  readonly conditions: JsonValue;
  /** Packs by their digest, as `loadPack` read them; null for one that is not at hand, or not sound. */
  readonly packs: (digest: string) => LoadedPack | null;
  /** What judges the ledger's part: `ledgerReasons` of `sextant/ledger`. */
  readonly ledger: (weighed: Weighed) => readonly Reason[];
  /** Where packs' answers are kept, for whoever decides many again. */
  readonly answers?: PackAnswers;
};

/**
 * Decides again what was decided, from what was kept alone: no register, clock or network. Gate, packs and ledger give the same
 * outcome, reasons and end, or somebody changed what was kept, or how it is decided.
 *
 * What stays unproven: that register and books said then what the input says; the log's leaf holds its digest.
 *
 * @throws FormatError `bad_value` for an input that cannot be read, and for conditions that are not the ones it names
 */
export function replayDecision({ input, conditions, ...asked }: StoredDecision): Verdict {
  const read = weighed.safeParse(input);
  if (!read.success) {
    const where = read.error.issues[0]?.path.join('.') || 'input';
    throw new FormatError('bad_value', `${where}: ${read.error.issues[0]?.message}`, { path: where });
  }
  const named = read.data.licence.conditionsSha256;
  const actual = contentDigest('licence-conditions', conditions);
  if (actual !== named) {
    throw new FormatError('bad_value', 'these are the conditions of another decision', {
      path: 'conditions',
      expected: named,
      actual,
    });
  }
  return decideWeighed({ weighed: read.data, conditions: readConditions(conditions), ...asked });
}
