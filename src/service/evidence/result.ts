import { dottedClaims } from '../../appraisal/ear/dotted.ts';
import type { EarClaims } from '../../appraisal/ear.ts';
import { fromBase64Url, fromUtf8 } from '../../bytes/text.ts';
import type { EvidenceAnswer } from '../../protocol/evidence.ts';
import type { Context } from '../context.ts';
import { RequestError } from '../errors.ts';
import type { Principal } from '../principal.ts';
import { getSession } from '../session/read.ts';
import { signResult } from './sign-result.ts';

/**
 * The token of a session, as it was signed then; or with the same claims in the names of earlier drafts, signed now. Those last no
 * longer than the first.
 *
 * @throws RequestError `not_found`, also where nothing was submitted; `conflict` for another spelling of what has ended
 */
export async function getResult(
  context: Context,
  by: Principal,
  sessionId: string,
  claims: 'current' | 'dotted',
): Promise<string> {
  const { answer } = await getSession(context, by, sessionId);
  if (answer === null) throw new RequestError('not_found', 'nothing was submitted in this session');
  const { ear } = JSON.parse(answer) as EvidenceAnswer; // what `storeAnswer` wrote
  if (claims === 'current') return ear;
  const signed = claimsOf(ear);
  const at = context.clock();
  if (signed.exp * 1000 <= at.getTime()) {
    throw new RequestError('conflict', 'this result has ended, and is not signed again', {
      path: 'query.claims',
      expected: 'a result that has not ended',
      actual: new Date(signed.exp * 1000).toISOString(),
    });
  }
  return signResult(context, dottedClaims(signed), at);
}

/** The claims of a token that this verifier signed and kept. */
function claimsOf(ear: string): EarClaims {
  const payload = ear.split('.')[1] ?? '';
  return JSON.parse(fromUtf8(fromBase64Url(payload, 'ear'), 'ear')) as EarClaims; // what `signResult` was given
}
