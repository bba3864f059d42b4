import { z } from 'zod';
import { finding } from '../../record/audit/findings.ts';
import type { OpenAct } from './open-act.ts';
import type { Past } from './past.ts';
import type { Tally } from './tally.ts';
import type { TrustOfDay } from './trust-of-day.ts';

const trustBody = z.object({ trustInputId: z.string(), digest: z.string(), kind: z.string().optional() });
const holdBody = z.object({ legalHoldId: z.string(), subject: z.string() });
const createdBody = z.object({ keys: z.array(z.string()) });
const rotatedBody = z.object({ to: z.string(), next: z.string().optional() });

export type TrustAudit = { readonly trust: TrustOfDay | null; readonly past: Past; readonly tally: Tally };

/** What was put in force, and what was taken out. */
export async function checkTrustAct({ type, body }: OpenAct, { trust, past }: TrustAudit): Promise<void> {
  const { trustInputId, digest, kind } = trustBody.parse(body);
  if (type !== 'trust-input.effective') {
    past.inForce.delete(trustInputId);
    past.retentionRules.delete(trustInputId);
    return;
  }
  past.inForce.set(trustInputId, digest);
  if (kind === 'retention-rule') past.retentionRules.set(trustInputId, digest);
  past.everInForce.add(digest);
  await trust?.of([digest]);
}

/** What must be kept from now on, or no longer. */
export function noteLegalHold({ type, body }: OpenAct, past: Past): void {
  const { legalHoldId, subject } = holdBody.parse(body);
  if (type === 'legal-hold.placed') past.legalHolds.set(legalHoldId, subject);
  else past.legalHolds.delete(legalHoldId);
}

/** The keys that acts name: any other is nobody's. */
export function noteKeys({ type, body }: OpenAct, past: Past): void {
  if (type === 'signing-key.created') {
    for (const kid of createdBody.parse(body).keys) past.keys.add(kid);
    return;
  }
  const { to, next } = rotatedBody.parse(body);
  past.keys.add(to);
  if (next !== undefined) past.keys.add(next);
}

/** A result may cite only what an act had put in force before it. */
export function checkCited({ body, type, leafIndex }: OpenAct, past: Past, tally: Tally): void {
  const { trustInputs } = z.object({ trustInputs: z.array(z.string()).default([]) }).parse(body);
  for (const digest of trustInputs) {
    if (past.everInForce.has(digest)) continue;
    const subject = `trust input ${digest}`;
    const because = `cited by ${type} at leaf ${leafIndex}`;
    tally.found(finding('trust-input.unrecorded', subject, { because }));
  }
}
