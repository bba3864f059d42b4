import { isJsonObject, type JsonValue } from '../../bytes/json.ts';
import { ledgerReasons } from '../../ledger/index.ts';
import { replayDecision } from '../../policy/packs/index.ts';
import { packsInForce } from '../decision/packs.ts';
import type { EffectiveTrust } from '../trust/effective.ts';
import { type Divergence, differences } from './divergence.ts';

/** A decision as it was kept, its texts shown to be those that the log has the digests of. */
export type KeptDecision = { readonly answer: string; readonly input: string; readonly conditions: string };

/**
 * Decides again on what was weighed, by the packs of that day, and compares what a verdict says: outcome, reasons, devices, end.
 *
 * @throws FormatError, ZodError where what was weighed is not of this version
 */
export function replayKept(
  { answer, input, conditions }: KeptDecision,
  trust: EffectiveTrust,
): readonly Divergence[] {
  const again = replayDecision({
    input: read(input),
    conditions: read(conditions),
    packs: packsInForce(trust),
    ledger: ledgerReasons,
  });
  const recorded = read(answer);
  const said = Object.keys(again).map((member) => [
    member,
    isJsonObject(recorded) ? (recorded[member] ?? null) : null,
  ]);
  return differences(Object.fromEntries(said), again);
}

function read(text: string): JsonValue {
  return JSON.parse(text) as JsonValue; // JSON.parse returns nothing else
}
