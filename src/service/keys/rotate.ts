import { VERIFIER_TENANT } from '../acts.ts';
import type { Context } from '../context.ts';
import type { Principal } from '../principal.ts';
import { pendingAt, signingAt } from './schedule.ts';

export type RotationRequest = {
  /** Kept and logged. */
  readonly reason: string;
  /** Every key of the purpose is given up at once, and with them whatever they signed. */
  readonly compromised: boolean;
};

/** Somebody asks for the next key's turn. @throws RequestError `conflict` while another rotation is under way */
export function rotateKeys({ keys }: Context, by: Principal, request: RotationRequest): Promise<number> {
  return keys.ear.rotate({ ...request, by: by.id });
}

/** Lets the next key take its turn once the present one has signed for long enough. Answers whether it did. */
export async function rotateWhenDue({ keys, clock }: Context, afterMs: number): Promise<boolean> {
  const nowMs = clock().getTime();
  const rows = keys.ear.schedule();
  const since = signingAt(rows, nowMs)?.active_from_ms;
  if (since === undefined || since === null || nowMs - since < afterMs) return false;
  if (pendingAt(rows, nowMs) !== undefined) return false;
  await keys.ear.rotate({ by: VERIFIER_TENANT, reason: 'its time was over', compromised: false });
  return true;
}
