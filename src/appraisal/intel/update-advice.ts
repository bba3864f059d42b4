import type { IntelVerdict } from '../../evidence/intel/verdict.ts';
import { updateFor } from './shortfall.ts';
import { parts } from './tcb-policy.ts';

/** What to do about a platform's TCB status, for its operator: one line for each thing, most of them updates. */
export function updateAdvice(verdict: IntelVerdict): readonly string[] {
  const updates = parts(verdict).flatMap(([part, { shortfalls }]) =>
    shortfalls.map((shortfall) => updateFor(part, shortfall)),
  );
  const { status } = verdict;
  if (status.includes('Configuration')) {
    updates.push('change the settings in the BIOS that the advisories name');
  }
  if (status.includes('SWHardening')) updates.push('harden the software in the TEE as the advisories ask');
  if (status.startsWith('TDRelaunchAdvised')) updates.push('launch the guest again, on the updated platform');
  if (status === 'Revoked') updates.push('retire the platform: Intel has revoked its level');
  return [...new Set(updates)];
}
