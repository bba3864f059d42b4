import type { Appraisal } from '../../protocol/appraisal.ts';
import { CLAIM, type TrustworthinessVector } from './trustworthiness.ts';

const FAILED: TrustworthinessVector = {
  'instance-identity': CLAIM.cryptoFailed,
  configuration: CLAIM.cryptoFailed,
  executables: CLAIM.cryptoFailed,
  hardware: CLAIM.cryptoFailed,
  'runtime-opaque': CLAIM.cryptoFailed,
};

/** Evidence that nobody could finish judging: it is not bad, and it proves nothing. */
const OPEN: TrustworthinessVector = { 'instance-identity': CLAIM.none };

/** What the evidence of the host itself, by TPM or confidential guest, supports. */
export function hostVector(appraisal: Appraisal): TrustworthinessVector {
  // What an accepted result holds against a GPU is not the host's.
  if (appraisal.outcome === 'refused' && appraisal.violations.length > 0) return contraindicated(appraisal);
  if (appraisal.outcome === 'refused') {
    const isOpen = appraisal.checks.length > 0 && appraisal.checks.every(({ status }) => status === 'pass');
    return isOpen ? OPEN : FAILED;
  }
  const matches = appraisal.referenceSets.matched.length > 0;
  const inTee = appraisal.devices.some(({ facts }) => facts.host === 'tee' || facts.host === 'sealed');
  return {
    'instance-identity': CLAIM.affirmed,
    ...(matches ? { configuration: CLAIM.affirmed } : {}),
    executables: matches ? CLAIM.approvedBoot : CLAIM.unrecognised,
    hardware: isPlatformWeak(appraisal) ? CLAIM.unsafeHardware : CLAIM.affirmed,
    // Of a guest that no set approves nobody knows what it lets out.
    ...(inTee ? { 'runtime-opaque': CLAIM.affirmed } : {}),
  };
}

/** What is revoked is the hardware; what is denied is what it measured. */
function contraindicated({ violations }: Appraisal): TrustworthinessVector {
  const has = (wanted: string): boolean => violations.some(({ code }) => code === wanted);
  const named = {
    ...(has('measurement.denied') ? { executables: CLAIM.contraindicated } : {}),
    ...(has('tcb.revoked') ? { hardware: CLAIM.contraindicated } : {}),
  };
  // A violation of another kind is of the host as a whole.
  if (Object.keys(named).length === 0) return { 'instance-identity': CLAIM.contraindicated };
  return { 'instance-identity': CLAIM.affirmed, ...named };
}

/** A platform's published weakness, accepted by a policy's name or standing where no set matched. */
function isPlatformWeak({ weaknesses, reasons }: Appraisal): boolean {
  return [...weaknesses, ...reasons].some(({ code }) => PLATFORM_WEAKNESSES.has(code));
}

const PLATFORM_WEAKNESSES: ReadonlySet<string> = new Set([
  'intel.tcb.weak',
  'intel.policy.tcb-status',
  'intel.policy.advisories',
  'snp.product.weak',
  'snp.policy.product',
  'snp.provisional.weak',
  'snp.policy.committed-tcb',
  'snp.policy.committed-version',
  'snp.policy.minimum-tcb',
  'snp.alias-check.weak',
  'snp.policy.alias-check',
  'snp.policy.current-mitigations',
]);
