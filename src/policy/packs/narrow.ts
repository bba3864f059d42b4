import type { Verdict } from '../../protocol/decision.ts';
import type { PackAnswer } from './evaluate.ts';

/**
 * A verdict of the built-in gate after a pack had its say. By construction no more permissive: the gate's own reasons and
 * devices are kept as they are, reasons are only added, the end is the gate's own or none, and `allow` needs both.
 */
export function narrow(
  verdict: Verdict,
  { outcome, reasons }: Pick<PackAnswer, 'outcome' | 'reasons'>,
): Verdict {
  const allow = verdict.outcome === 'allow' && outcome === 'allow' && reasons.length === 0;
  return {
    outcome: allow ? 'allow' : 'deny',
    reasons: [...verdict.reasons, ...reasons],
    devices: verdict.devices,
    validUntil: allow ? verdict.validUntil : null,
  };
}
