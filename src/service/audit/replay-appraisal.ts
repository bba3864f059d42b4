import { parseInstant } from '../../bytes/instant.ts';
import type { EvidenceAnswer } from '../../protocol/evidence.ts';
import { appraise } from '../evidence/appraise.ts';
import type { EffectiveTrust } from '../trust/effective.ts';
import { ownThread } from '../workers/bundle-verifier.ts';
import { type Divergence, differences } from './divergence.ts';
import { type DocumentReader, readFooting } from './read-footing.ts';

/** An appraisal as it was kept. */
export type KeptAppraisal = {
  /** The text of the answer. */
  readonly answer: string;
  /** The text of its inputs. */
  readonly inputs: string;
  /** The submission, as received. */
  readonly evidence: Uint8Array;
};

/**
 * Judges a submission again by what it was judged by then, at that instant, and compares everything that the answer says of it.
 * None: they are the same. The caller has made sure that answer, inputs, evidence and trust inputs are those that the log has the digests of.
 *
 * What remains unproven: whatever the program of today gets wrong as that of then did; and what lies before the submission
 * (enrolment, the register's inventory), which is taken from the inputs.
 *
 * @throws DocumentAbsent where a document is not at hand; FormatError, ZodError where inputs are no inputs of this version
 */
export async function replayAppraisal(
  { answer, inputs, evidence }: KeptAppraisal,
  trust: EffectiveTrust,
  read: DocumentReader,
): Promise<readonly Divergence[]> {
  const { appraisal: recorded } = JSON.parse(answer) as EvidenceAnswer; // compared member by member below
  const footing = await readFooting(inputs, trust, read);
  const { trustInputs, selfApproved } = recorded;
  const jws = Buffer.from(evidence.buffer, evidence.byteOffset, evidence.byteLength).toString('latin1');
  const at = parseInstant(recorded.at, 'appraisal.at');
  const again = await appraise(ownThread, { ...footing, jws, at, trustInputs, selfApproved });
  return differences(recorded, again.appraisal);
}
