import type { IntelVerdict } from '../../evidence/intel/verdict.ts';
import { updateFor } from './shortfall.ts';
import { parts } from './tcb-policy.ts';

const IN_PCK_CERTIFICATE = /^(?:sgxtcbcomponents\[|pcesvn$)/;

/** What to do about a platform's TCB status, for its operator: one line for each thing, most of them updates. */
export function updateAdvice(verdict: IntelVerdict): readonly string[] {
  const updates = parts(verdict).flatMap(([part, { shortfalls }]) =>
    shortfalls.map((shortfall) => updateFor(part, shortfall)),
  );
  // A PCK certificate states the SVNs of its day: without a new one, the update does not show.
  if (verdict.platform.shortfalls.some(({ component }) => IN_PCK_CERTIFICATE.test(component))) {
    updates.push('then have the host fetch its new PCK certificate');
  }
  const { status } = verdict;
  if (status.includes('Configuration')) {
    updates.push('change the settings in the BIOS that the advisories name');
  }
  if (status.includes('SWHardening')) updates.push('harden the software in the TEE as the advisories ask');
  if (status.startsWith('TDRelaunchAdvised')) updates.push('launch the guest again, on the updated platform');
  if (status === 'Revoked') updates.push('retire the platform: Intel has revoked its level');
  return [...new Set(updates)];
}
