import { u64FromHex } from '../hex.ts';
import { PolicyFindings, type PolicyOutcome } from '../policy-findings.ts';
import type { SnpState } from '../tee-state.ts';
import { bitNames, GUEST_POLICY_BITS, hasBit, PLATFORM_INFO_BITS } from './snp-bits.ts';
import type { SnpPolicy } from './snp-policy.ts';
import { below, equalTcb, tcbText } from './snp-tcb.ts';

/** Judges the state of a guest under SEV-SNP and its platform, as far as no reference value is needed. */
export function appraiseSnp(state: SnpState, policy: SnpPolicy): PolicyOutcome {
  const checks = new PolicyFindings();
  checkProduct(state, policy, checks);
  checkGuestPolicy(state, policy, checks);
  checkTcb(state, policy, checks);
  checkFirmware(state, policy, checks);
  checkPlatformInfo(state, policy, checks);
  checkMitigations(state, policy, checks);
  checkGuest(state, policy, checks);
  return { findings: checks, weaknesses: checks.weaknesses, acceptedUntil: null };
}

const MILAN_WEAKNESS =
  'BadFuse (arXiv 2605.12990) claims that software alone can extract the seed of Milan’s VCEKs: whoever did can forge any report of a Milan.';

function checkProduct({ product }: SnpState, { products }: SnpPolicy, checks: PolicyFindings): void {
  const accepted = checks.expect(
    'snp.policy.product',
    products.includes(product),
    products.join(' or '),
    product,
    'snp.product',
  );
  if (accepted && product === 'Milan') {
    checks.weaknesses.push({ code: 'snp.product.weak', sentence: MILAN_WEAKNESS });
  }
}

/** Must be one (AMD 56860, table 10). */
const RESERVED_1 = 17n;
/** Above the last bit that has a meaning. */
const RESERVED_0 = 26n;

function checkGuestPolicy(state: SnpState, rules: SnpPolicy, checks: PolicyFindings): void {
  const policy = u64FromHex(state.policy);
  const bits = policy & ~0xffffn & ~(1n << RESERVED_1);
  const actual = bitNames(bits, GUEST_POLICY_BITS);
  const where = 'snp.policy';
  const bit = (name: keyof typeof GUEST_POLICY_BITS): boolean => hasBit(policy, GUEST_POLICY_BITS[name]);
  checks.expect(
    'snp.policy.reserved',
    hasBit(policy, RESERVED_1) && policy >> RESERVED_0 === 0n,
    'bit 17 set, bits 63:26 clear',
    `0x${policy.toString(16)}`,
    where,
  );
  checks.expect('snp.policy.debug', !bit('debug'), 'DEBUG (bit 19) clear', actual, where);
  checks.expectUnlessWaived(
    'snp.policy.migrate-ma',
    !bit('migrate-ma'),
    {
      waived: rules.waived.includes('migrate-ma'),
      weakness: {
        code: 'snp.migrate-ma.weak',
        sentence: 'A migration agent may move the guest to another machine, its keys with it.',
      },
    },
    'MIGRATE_MA (bit 18) clear',
    actual,
    where,
  );
  const { requiredGuestPolicy: required, forbiddenGuestPolicy: forbidden } = rules;
  checks.expect(
    'snp.policy.guest-policy',
    required.every(bit) && !forbidden.some(bit),
    demands(required, forbidden),
    actual,
    where,
  );
}

function checkTcb(state: SnpState, policy: SnpPolicy, checks: PolicyFindings): void {
  const { currentTcb, reportedTcb, committedTcb, launchTcb, product } = state;
  const committed = equalTcb(committedTcb, currentTcb);
  const provisional = policy.acceptProvisionalFirmware;
  checks.expect(
    'snp.policy.committed-tcb',
    committed || (provisional && below(currentTcb, committedTcb).length === 0),
    provisional ? `at most the current ${tcbText(currentTcb)}` : `the current ${tcbText(currentTcb)}`,
    tcbText(committedTcb),
    'snp.committedTcb',
  );
  if (!committed && provisional) {
    checks.weaknesses.push({
      code: 'snp.provisional.weak',
      sentence: 'The platform’s firmware is provisional: its operator can roll it back to what is committed.',
    });
  }
  // The certificate is for the reported TCB, which verification has compared.
  checks.expect(
    'snp.policy.reported-tcb',
    below(currentTcb, reportedTcb).length === 0,
    `at most the current ${tcbText(currentTcb)}`,
    tcbText(reportedTcb),
    'snp.reportedTcb',
  );
  const minimum = policy.minimumTcb[product] ?? {};
  checks.expect(
    'snp.policy.minimum-tcb',
    below(reportedTcb, minimum).length === 0,
    `at least ${tcbText(minimum)}`,
    tcbText(reportedTcb),
    'snp.reportedTcb',
  );
  const launch = policy.minimumLaunchTcb[product] ?? {};
  checks.expect(
    'snp.policy.launch-tcb',
    below(launchTcb, launch).length === 0,
    `at least ${tcbText(launch)}`,
    tcbText(launchTcb),
    'snp.launchTcb',
  );
}

type Version = SnpState['currentVersion'];

function checkFirmware(state: SnpState, policy: SnpPolicy, checks: PolicyFindings): void {
  const { currentVersion: current, committedVersion: committed } = state;
  const order = compare(committed, current);
  const provisional = policy.acceptProvisionalFirmware;
  checks.expect(
    'snp.policy.committed-version',
    provisional ? order <= 0 : order === 0,
    `${provisional ? 'at most' : 'just'} the current ${versionText(current)}`,
    versionText(committed),
    'snp.committedVersion',
  );
  const guest = u64FromHex(state.policy);
  const abi = { major: Number((guest >> 8n) & 0xffn), minor: Number(guest & 0xffn), build: 0 };
  checks.expect(
    'snp.policy.minimum-abi',
    compare(abi, { ...current, build: 0 }) <= 0,
    `the guest asks for at most the platform's ${current.major}.${current.minor}`,
    `${abi.major}.${abi.minor}`,
    'snp.policy',
  );
}

function compare(a: Version, b: Version): number {
  return a.major - b.major || a.minor - b.minor || a.build - b.build;
}

function versionText({ major, minor, build }: Version): string {
  return `${major}.${minor} build ${build}`;
}

function checkPlatformInfo(state: SnpState, policy: SnpPolicy, checks: PolicyFindings): void {
  const info = u64FromHex(state.platformInfo);
  const actual = bitNames(info, PLATFORM_INFO_BITS);
  const where = 'snp.platformInfo';
  const bit = (name: keyof typeof PLATFORM_INFO_BITS): boolean => hasBit(info, PLATFORM_INFO_BITS[name]);
  // Without it, memory modules that lie about their size (BadRAM) let the host write to what the guest reads.
  checks.expectUnlessWaived(
    'snp.policy.alias-check',
    bit('alias-check-complete'),
    {
      waived: policy.waived.includes('alias-check'),
      weakness: {
        code: 'snp.alias-check.weak',
        sentence:
          'The firmware did not look for aliases in memory: modules that lie about their size go unnoticed.',
      },
    },
    'alias-check-complete',
    actual,
    where,
  );
  const { requiredPlatformInfo: required, forbiddenPlatformInfo: forbidden } = policy;
  checks.expect(
    'snp.policy.platform-info',
    required.every(bit) && !forbidden.some(bit),
    demands(required, forbidden),
    actual,
    where,
  );
}

function checkMitigations(state: SnpState, policy: SnpPolicy, checks: PolicyFindings): void {
  const { requiredLaunchMitigations: launch, requiredCurrentMitigations: current } = policy;
  checks.expect(
    'snp.policy.launch-mitigations',
    holdsAll(state.launchMitVector, launch),
    `all of 0x${launch.toString(16)}`,
    vectorText(state.launchMitVector),
    'snp.launchMitVector',
  );
  checks.expect(
    'snp.policy.current-mitigations',
    holdsAll(state.currentMitVector, current),
    `all of 0x${current.toString(16)}`,
    vectorText(state.currentMitVector),
    'snp.currentMitVector',
  );
}

/** A report before version 5 has no vector, and so none of what is required. */
function holdsAll(vector: string | null, required: bigint): boolean {
  return (u64FromHex(vector ?? '0') & required) === required;
}

function vectorText(vector: string | null): string {
  return vector === null ? 'not reported' : `0x${u64FromHex(vector).toString(16)}`;
}

function checkGuest(state: SnpState, policy: SnpPolicy, checks: PolicyFindings): void {
  checks.expect(
    'snp.policy.vmpl',
    policy.vmpls.includes(state.vmpl),
    policy.vmpls.join(' or '),
    `${state.vmpl}`,
    'snp.vmpl',
  );
  checks.expect(
    'snp.policy.guest-svn',
    state.guestSvn >= policy.minimumGuestSvn,
    `at least ${policy.minimumGuestSvn}`,
    `${state.guestSvn}`,
    'snp.guestSvn',
  );
  checks.expect(
    'snp.policy.signing-key',
    policy.signingKeys.includes(state.signingKey),
    policy.signingKeys.join(' or '),
    state.signingKey,
    'snp.signingKey',
  );
  const { chipIds } = policy;
  if (chipIds === null) return;
  checks.expect(
    'snp.policy.chip',
    state.chipId !== null && chipIds.includes(state.chipId),
    chipIds.length === 1 ? `chip ${chipIds[0]}` : `one of ${chipIds.length} registered chips`,
    state.chipId ?? 'no chip id: masked, or under a VLEK',
    'snp.chipId',
  );
}

function demands(required: readonly string[], forbidden: readonly string[]): string {
  const words = [...required, ...forbidden.map((name) => `not ${name}`)];
  return words.join(', ') || 'anything';
}
