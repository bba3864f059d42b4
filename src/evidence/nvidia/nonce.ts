import { equalBytes } from '../../bytes/equal.ts';
import { fromHex, toHex } from '../../bytes/text.ts';
import type { CheckList } from '../check.ts';

/** What NVIDIA's tools ask with by default in samples and tests: anybody may hold an answer to it. */
const SAMPLE = fromHex('931d8dd0add203ac3d8b4fbde75e115278eefcdceac5b87671a748f32364dfcb', 'sample');

/** `nvidia.nonce`: the report answers this question. The nonce is the request's; the responder's own is not ours. */
export function checkNonce(
  checks: CheckList,
  actual: Uint8Array,
  expected: Uint8Array | undefined,
  where: string | undefined,
): void {
  const id = 'nvidia.nonce';
  if (expected === undefined) checks.skip(id, 'no nonce was given: the report may be of any age');
  else checks.expect(id, equalBytes(actual, expected), toHex(expected), toHex(actual), where);
}

/** `nvidia.nonce.sample`: genuine all the same, so that only the gate refuses it. */
export function checkSampleNonce(
  checks: CheckList,
  nonce: Uint8Array,
  policy: 'authenticity' | 'gate',
  where: string | undefined,
): void {
  const id = 'nvidia.nonce.sample';
  const isSample = equalBytes(nonce, SAMPLE);
  if (policy === 'gate') {
    checks.expect(id, !isSample, "a nonce that is not NVIDIA's public sample", toHex(nonce), where);
  } else if (isSample) {
    checks.skip(id, "the report answers NVIDIA's public sample nonce: the policy gate refuses it");
  }
}
