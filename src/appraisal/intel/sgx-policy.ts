import { z } from 'zod';
import { u64FromHex } from '../hex.ts';
import { PolicyFindings, type PolicyOutcome } from '../policy-findings.ts';
import type { SgxState } from '../tee-state.ts';
import { checkIntelTcb, DEFAULT_INTEL_TCB_POLICY, type IntelTcbPolicy, intelTcbRules } from './tcb-policy.ts';

/** Demands on an enclave and its platform; docs/tee-policy.md lists the defaults. */
export const sgxRules = z
  .strictObject({
    ...intelTcbRules,
    minimumIsvSvn: z
      .int()
      .min(0)
      .max(0xffff)
      .optional()
      .describe("The enclave's ISVSVN must not be below this."),
  })
  .describe('Demands on an Intel SGX enclave and its platform. What is left out keeps its default.');
export type SgxRules = z.infer<typeof sgxRules>;

export type SgxPolicy = IntelTcbPolicy & { readonly minimumIsvSvn: number };

const DEFAULT_SGX_POLICY: SgxPolicy = { ...DEFAULT_INTEL_TCB_POLICY, minimumIsvSvn: 0 };

/** The defaults under what somebody asks for. */
export function sgxPolicyOf(rules: SgxRules = {}): SgxPolicy {
  return {
    acceptedTcbStatuses: rules.acceptedTcbStatuses ?? DEFAULT_SGX_POLICY.acceptedTcbStatuses,
    outOfDateGraceDays: rules.outOfDateGraceDays ?? DEFAULT_SGX_POLICY.outOfDateGraceDays,
    deniedAdvisories: rules.deniedAdvisories ?? DEFAULT_SGX_POLICY.deniedAdvisories,
    minimumEvaluationNumber: rules.minimumEvaluationNumber ?? DEFAULT_SGX_POLICY.minimumEvaluationNumber,
    platforms: rules.platforms ?? DEFAULT_SGX_POLICY.platforms,
    minimumIsvSvn: rules.minimumIsvSvn ?? DEFAULT_SGX_POLICY.minimumIsvSvn,
  };
}

/** ATTRIBUTES.FLAGS (Intel SDM vol. 3D, 37.7.1). */
const INIT = 1n << 0n;
const DEBUG = 1n << 1n;

/** Judges the state of an enclave and its platform, as far as no reference value is needed. */
export function appraiseSgx(state: SgxState, policy: SgxPolicy, at: Date): PolicyOutcome {
  const checks = new PolicyFindings();
  const acceptedUntil = checkIntelTcb(state, policy, at, checks);
  const flags = u64FromHex(state.flags);
  const [actual, where] = [`0x${flags.toString(16)}`, 'sgx.attributes'];
  checks.expect('sgx.policy.debug', (flags & DEBUG) === 0n, 'DEBUG (bit 1) clear', actual, where);
  checks.expect('sgx.policy.init', (flags & INIT) !== 0n, 'INIT (bit 0) set', actual, where);
  checks.expect(
    'sgx.policy.isv-svn',
    state.isvSvn >= policy.minimumIsvSvn,
    `at least ${policy.minimumIsvSvn}`,
    `${state.isvSvn}`,
    'sgx.isvSvn',
  );
  return { findings: checks, weaknesses: checks.weaknesses, acceptedUntil };
}
