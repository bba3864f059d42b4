import { FormatError } from '../../bytes/errors.ts';
import { formatInstant } from '../../bytes/instant.ts';
import { fromHex } from '../../bytes/text.ts';
import { CollateralError } from '../../collateral/errors.ts';
import type { CollateralDocument } from '../../collateral/port.ts';
import {
  type NrasKeys,
  parseJwks,
  parseNrasAnswer,
  summariseNras,
  verifyNras,
} from '../../evidence/nvidia/nras/index.ts';
import type { NrasJudgement } from '../../protocol/nras.ts';
import type { Context } from '../context.ts';
import { RequestError } from '../errors.ts';
import type { Principal } from '../principal.ts';

const PATIENCE_MS = 6_000;
const RETRY_AFTER_SECONDS = 15;

/** What no answer of the service proves, whatever it says. */
const UNPROVEN: NrasJudgement['unproven'] = [
  {
    code: 'host-unknown',
    sentence: 'In which host the devices sit: whoever had the nonce signed may be anywhere.',
  },
  {
    code: 'report-unseen',
    sentence: 'What the devices reported: NVIDIA compared it, by manifests of its own choice and day.',
  },
  {
    code: 'keys-unsigned',
    sentence: 'That the keys are NVIDIA’s beyond the connection that they came by: nobody signs them.',
  },
  {
    code: 'since-unknown',
    sentence: 'What became of the devices, or of their certificates, since the tokens were issued.',
  },
];

/**
 * Judges what NVIDIA's attestation service answered, by its keys as this verifier has them. Nothing is recorded and no device earns anything.
 *
 * An answer whose key is not in the set has it asked for anew, once a minute at most whoever asks; then the key is unknown and the answer is
 * not accepted.
 *
 * @throws RequestError `collateral_unavailable` where the keys are not to be had
 */
export async function judgeNras(
  context: Context,
  { tenant }: Principal,
  { answer, nonce }: { readonly answer: string; readonly nonce: string },
): Promise<NrasJudgement> {
  const bytes = new Uint8Array(Buffer.from(answer));
  const kids = kidsOf(bytes);
  // Of what cannot be read nothing is asked of anybody.
  const document = kids === null ? null : await keysFor(context, kids, tenant);
  const trustedKeys: NrasKeys = document === null ? new Map() : parseJwks(document.body);
  const at = context.clock();
  const result = verifyNras({
    answer: bytes,
    trustedKeys,
    presentedKeys: new Map(),
    anchors: [],
    at,
    nonce: fromHex(nonce, 'body.nonce'),
    policy: 'gate',
  });
  const { checks, notPerformed } = result.findings;
  const passes = checks.every(({ status }) => status === 'pass') && notPerformed.length === 0;
  return {
    accepted: result.verified !== null && passes,
    policy: 'gate',
    judgedAt: formatInstant(at),
    keys:
      document === null
        ? null
        : {
            sha256: document.sha256,
            fetchedAt: formatInstant(document.fetchedAt),
            source: document.source,
          },
    checks,
    notPerformed,
    tokens: summaryOf(result),
    unproven: UNPROVEN,
  };
}

function summaryOf(result: Parameters<typeof summariseNras>[0]): NrasJudgement['tokens'] {
  const summary = summariseNras(result);
  return summary === null ? null : { ...summary, devices: [...summary.devices] };
}

/** Null where the answer cannot be read: `nvidia.nras.well-formed` says so. */
function kidsOf(bytes: Uint8Array): readonly string[] | null {
  try {
    const { overall, devices } = parseNrasAnswer(bytes);
    return [...new Set([overall, ...devices.values()].map(({ kid }) => kid))];
  } catch (error) {
    if (error instanceof FormatError) return null;
    throw error;
  }
}

async function keysFor(
  { collateral }: Context,
  kids: readonly string[],
  lane: string,
): Promise<CollateralDocument> {
  if (collateral === null)
    throw new RequestError('collateral_unavailable', 'this verifier asks no vendor for anything');
  try {
    return await collateral.source.nrasKeys(kids, { timeoutMs: PATIENCE_MS, lane });
  } catch (error) {
    if (!(error instanceof CollateralError)) throw error;
    const retryAfterSeconds = Math.ceil((error.retryAfterMs ?? RETRY_AFTER_SECONDS * 1000) / 1000);
    const message = `the keys of NVIDIA’s attestation service are not at hand (${error.code}: ${error.message})`;
    throw new RequestError('collateral_unavailable', message, { retryAfterSeconds, cause: error });
  }
}
