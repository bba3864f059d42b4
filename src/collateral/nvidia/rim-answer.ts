import { createHash } from 'node:crypto';
import { isJsonObject, parseJson } from '../../bytes/json.ts';
import { fromBase64 } from '../../evidence/nvidia/base64.ts';
import { malformed } from '../malformed.ts';
import type { CollateralKey } from '../port.ts';

/** Genuine manifests have 20 to 30 KB. */
export const MAX_RIM_BYTES = 1 << 20;
/** base64, and what stands around it. */
export const MAX_RIM_ANSWER_BYTES = 2 * MAX_RIM_BYTES;

/**
 * The manifest in an answer of NVIDIA's RIM service: `{id, rim, sha256, request_id}`, with `rim` in base64 and `sha256` over the
 * decoded bytes. Id and digest are the service's word, which keeps a mix-up out; who signed the manifest is asked of itself.
 *
 * @throws CollateralError `collateral_malformed`, FormatError
 */
export function readRimAnswer(key: CollateralKey, body: Uint8Array): Uint8Array {
  const answer = parseJson(body, { maxBytes: MAX_RIM_ANSWER_BYTES, maxDepth: 4, maxNodes: 256 });
  if (!isJsonObject(answer)) throw malformed(key, 'is no object');
  const { id, rim, sha256 } = answer;
  if (id !== key.name) throw malformed(key, 'the answer is about another id', key.name, String(id));
  if (typeof rim !== 'string') throw malformed(key, 'the answer holds no manifest');
  const manifest = fromBase64(rim, 'rim', MAX_RIM_BYTES);
  const digest = createHash('sha256').update(manifest).digest('hex');
  const stated = typeof sha256 === 'string' ? sha256.toLowerCase() : String(sha256);
  if (stated !== digest) throw malformed(key, 'is not what its digest says', stated, digest);
  return manifest;
}
