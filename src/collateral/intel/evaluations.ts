import { parseInstant } from '../../bytes/instant.ts';
import { isJsonObject, type JsonValue } from '../../bytes/json.ts';
import { judging, malformed } from '../malformed.ts';
import { metadataOf } from '../metadata.ts';
import type { CollateralDocument } from '../port.ts';
import type { Shelf } from '../shelf.ts';
import type { FetchLimits, IntelEvaluations } from '../source.ts';
import type { IntelRecipes } from './recipes.ts';
import { readSignedDocument } from './signed-document.ts';

type Evaluation = IntelEvaluations['evaluations'][number];

/** Far more than Intel serves at one time, which is three or four. */
const MAX_EVALUATIONS = 64;

/** The evaluations of TCB data that Intel serves now, the newest first. @throws CollateralError */
export async function fetchEvaluations(
  tee: 'tdx' | 'sgx',
  { shelf, recipeOf }: { readonly shelf: Shelf; readonly recipeOf: IntelRecipes },
  limits: FetchLimits,
): Promise<IntelEvaluations> {
  const document = await shelf.get(recipeOf({ kind: 'intel-evaluations', name: tee }), limits);
  return { evaluations: readEvaluations(document), provenance: metadataOf(document) };
}

function readEvaluations({ key, body }: CollateralDocument): Evaluation[] {
  return judging(key, () => {
    const { fields } = readSignedDocument(key, body, 'tcbEvaluationDataNumbers');
    // Named tcbNumbers in Intel's description, tcbEvalNumbers in its answers.
    const list = fields['tcbEvalNumbers'] ?? fields['tcbNumbers'];
    if (!Array.isArray(list) || list.length > MAX_EVALUATIONS) throw malformed(key, 'lists no evaluations');
    return list
      .map((item: JsonValue) => {
        const number = isJsonObject(item) ? item['tcbEvaluationDataNumber'] : undefined;
        if (!isJsonObject(item) || typeof number !== 'number') throw malformed(key, 'lists no evaluations');
        return {
          number,
          recoveryEventDate: parseInstant(String(item['tcbRecoveryEventDate']), 'tcbRecoveryEventDate'),
          tcbDate: parseInstant(String(item['tcbDate']), 'tcbDate'),
        };
      })
      .sort((a, b) => b.number - a.number);
  });
}
