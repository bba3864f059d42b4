import { FormatError } from '../bytes/errors.ts';
import {
  EvidenceError,
  type EvidenceFolder,
  type Format,
  type OfflineContext,
  type OfflineFindings,
} from './format.ts';
import { type NrasKeys, parseJwks } from './nvidia/nras/jwks.ts';
import { summariseNras } from './nvidia/nras/summary.ts';
import { verifyNras } from './nvidia/nras/verify.ts';

/**
 * What NVIDIA's remote attestation service answered: one .json file. Its keys are named by the caller, or lie as jwks.json
 * beside it or behind, where each counts by its certificate alone.
 */
export const NVIDIA_NRAS: Format = { id: 'nvidia-nras', usesRoots: true, recognises, verify };

const BUNDLE = /^\s*\[\s*\[\s*"JWT"\s*,/;
const HEAD_BYTES = 256;
const KEYS = 'jwks.json';

function answerIn(files: EvidenceFolder): Uint8Array | null {
  const found = [...files].filter(
    ([name, bytes]) =>
      /\.json$/i.test(name) && BUNDLE.test(Buffer.from(bytes.subarray(0, HEAD_BYTES)).toString('latin1')),
  );
  const [only, ...more] = found;
  return only === undefined || more.length > 0 ? null : only[1];
}

function recognises(files: EvidenceFolder): boolean {
  return answerIn(files) !== null;
}

function verify(files: EvidenceFolder, context: OfflineContext): OfflineFindings {
  const answer = answerIn(files);
  if (answer === null) throw new EvidenceError('part_missing', 'there is no answer of the service');
  const { anchors, at, nonce, nrasKeys = new Map(), strictness: policy, collateral } = context;
  const result = verifyNras({
    answer,
    trustedKeys: nrasKeys,
    presentedKeys: presented(files.get(KEYS) ?? collateral.get(KEYS)),
    anchors,
    at,
    policy,
    ...(nonce === undefined ? {} : { nonce }),
  });
  return { findings: result.findings, measured: null, nras: summariseNras(result) };
}

/** A set that cannot be read has no key: the tokens' own check says that theirs is missing. */
function presented(bytes: Uint8Array | undefined): NrasKeys {
  try {
    return bytes === undefined ? new Map() : parseJwks(bytes);
  } catch (error) {
    if (error instanceof FormatError) return new Map();
    throw error;
  }
}
