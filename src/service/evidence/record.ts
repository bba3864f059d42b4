import { hash } from 'node:crypto';
import type { Tx } from '../../store/port.ts';
import { recordAct } from '../acts.ts';
import type { Context } from '../context.ts';
import type { HostPrincipal } from '../principal.ts';
import type { Judgement } from './judge.ts';

/**
 * The act of an appraisal: digests of what was submitted, of what it was judged by, and of the answer, so that none of the three
 * can be changed afterwards without being found.
 */
export function recordAppraisal(
  context: Context,
  tx: Tx,
  { hostId, tenant }: HostPrincipal,
  at: Date,
  what: {
    readonly sessionId: string;
    readonly digest: string;
    readonly answer: string;
    readonly judgement: Judgement;
  },
): Promise<number> {
  const { appraisal, ear, inputs } = what.judgement;
  const body = {
    sessionId: what.sessionId,
    hostId,
    evidenceSha256: what.digest,
    outcome: appraisal.outcome,
    reasons: appraisal.reasons.map(({ code }) => code),
    devices: appraisal.devices.map(({ id, label }) => ({ id, label })),
    referenceSets: appraisal.referenceSets.matched.map((set) => set.digest),
    trustInputs: [...appraisal.trustInputs],
    earSha256: hash('sha256', ear, 'hex'),
    answerSha256: hash('sha256', what.answer, 'hex'),
    inputsSha256: inputs.sha256,
  };
  return recordAct(tx, context, { type: 'appraisal', at, tenant, body });
}
