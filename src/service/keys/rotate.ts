import { KEY_PURPOSES, type KeyPurpose, type RotatedPurpose } from '../../protocol/key-purpose.ts';
import { VERIFIER_TENANT } from '../acts.ts';
import type { Context } from '../context.ts';
import { RequestError } from '../errors.ts';
import type { Principal } from '../principal.ts';
import { keepSecretsSealed } from '../webhook/keep-sealed.ts';
import { pendingAt, signingAt } from './schedule.ts';

export type RotationRequest = {
  /** Kept and logged. */
  readonly reason: string;
  /** Every key of the purpose is given up at once, and with them whatever they signed. */
  readonly compromised: boolean;
};

/** Somebody asks for the next key's turn; what lies sealed is under the new one when this returns. @throws RequestError `conflict` while another rotation is under way */
export async function rotateKeys(
  context: Context,
  by: Principal,
  purpose: RotatedPurpose,
  request: RotationRequest,
): Promise<number> {
  const { keys, store } = context;
  const leafIndex = await keys[purpose].rotate({ ...request, by: by.id }, store);
  if (purpose === 'seal') await keepSecretsSealed(context);
  return leafIndex;
}

/** Lets the next key of each purpose take its turn once the present one has signed for long enough. Answers whether any did. */
export async function rotateWhenDue(context: Context, afterMs: number): Promise<boolean> {
  let rotated = false;
  for (const purpose of KEY_PURPOSES) {
    if (await rotateOneWhenDue(context, purpose, afterMs)) rotated = true;
  }
  return rotated;
}

async function rotateOneWhenDue(
  { keys, clock }: Context,
  purpose: KeyPurpose,
  afterMs: number,
): Promise<boolean> {
  await keys[purpose].reload();
  const nowMs = clock().getTime();
  const rows = keys[purpose].schedule();
  const signing = signingAt(rows, nowMs);
  const since = signing?.active_from_ms ?? null;
  if (signing === undefined || since === null || nowMs - since < afterMs) return false;
  if (pendingAt(rows, nowMs) !== undefined) return false;
  const request = { by: VERIFIER_TENANT, reason: 'its time was over', compromised: false };
  try {
    await keys[purpose].rotate({ ...request, expected: signing.kid });
    return true;
  } catch (error) {
    // Another process on the same store was first.
    if (!(error instanceof RequestError && error.code === 'conflict')) throw error;
    return false;
  }
}
