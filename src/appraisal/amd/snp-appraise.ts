import { parseGuestPolicy } from '../../evidence/amd/guest-policy.ts';
import { parsePlatformInfo } from '../../evidence/amd/platform-info.ts';
import { u64FromHex } from '../hex.ts';
import { PolicyFindings, type PolicyOutcome } from '../policy-findings.ts';
import type { SnpState } from '../tee-state.ts';
import { GUEST_POLICY_FLAGS, PLATFORM_INFO_FLAGS, setFlags } from './snp-flags.ts';
import type { SnpPolicy } from './snp-policy.ts';
import { below, equalTcb, minimumText, tcbText } from './snp-tcb.ts';

/** Judges the state of a guest under SEV-SNP and its platform, as far as no reference value is needed. */
export function appraiseSnp(state: SnpState, policy: SnpPolicy): PolicyOutcome {
  const checks = new PolicyFindings();
  checkProduct(state, policy, checks);
  checkGuestPolicy(state, policy, checks);
  checkTcb(state, policy, checks);
  checkFirmware(state, policy, checks);
  noteProvisional(state, policy, checks);
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

function checkGuestPolicy(state: SnpState, rules: SnpPolicy, checks: PolicyFindings): void {
  // Its reserved bits are verification's: a report that has them wrong is none.
  const set = setFlags(parseGuestPolicy(u64FromHex(state.policy)), GUEST_POLICY_FLAGS);
  const actual = set.join(', ') || 'none';
  const where = 'snp.policy';
  checks.expect('snp.policy.debug', !set.includes('debug'), 'DEBUG (bit 19) clear', actual, where);
  checks.expectUnlessWaived(
    'snp.policy.migrate-ma',
    !set.includes('migrate-ma'),
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
    meets(set, required, forbidden),
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
    minimumText(minimum),
    tcbText(reportedTcb),
    'snp.reportedTcb',
  );
  const launch = policy.minimumLaunchTcb[product] ?? {};
  checks.expect(
    'snp.policy.launch-tcb',
    below(launchTcb, launch).length === 0,
    minimumText(launch),
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
    `${provisional ? 'at most ' : ''}the current ${versionText(current)}`,
    versionText(committed),
    'snp.committedVersion',
  );
  const { abiMajor, abiMinor } = parseGuestPolicy(u64FromHex(state.policy));
  const abi = { major: abiMajor, minor: abiMinor, build: 0 };
  checks.expect(
    'snp.policy.minimum-abi',
    compare(abi, { ...current, build: 0 }) <= 0,
    `the guest asks for at most the platform's ${current.major}.${current.minor}`,
    `${abi.major}.${abi.minor}`,
    'snp.policy',
  );
}

/** By its security versions or by its build alone: what is not committed can be rolled back. */
function noteProvisional(state: SnpState, policy: SnpPolicy, checks: PolicyFindings): void {
  const committed =
    equalTcb(state.committedTcb, state.currentTcb) &&
    compare(state.committedVersion, state.currentVersion) === 0;
  if (committed || !policy.acceptProvisionalFirmware) return;
  checks.weaknesses.push({
    code: 'snp.provisional.weak',
    sentence: 'The platform’s firmware is provisional: its operator can roll it back to what is committed.',
  });
}

function compare(a: Version, b: Version): number {
  return a.major - b.major || a.minor - b.minor || a.build - b.build;
}

function versionText({ major, minor, build }: Version): string {
  return `${major}.${minor} build ${build}`;
}

function checkPlatformInfo(state: SnpState, policy: SnpPolicy, checks: PolicyFindings): void {
  const info = parsePlatformInfo(u64FromHex(state.platformInfo));
  const set = setFlags(info, PLATFORM_INFO_FLAGS);
  const actual = [...set, ...info.unknownBits.map((bit) => `bit ${bit}`)].join(', ') || 'none';
  const where = 'snp.platformInfo';
  // Without it, memory modules that lie about their size (BadRAM) let the host write to what the guest reads.
  checks.expectUnlessWaived(
    'snp.policy.alias-check',
    set.includes('alias-check-complete'),
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
    meets(set, required, forbidden),
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
    mitigationsText(launch),
    vectorText(state.launchMitVector),
    'snp.launchMitVector',
  );
  checks.expect(
    'snp.policy.current-mitigations',
    holdsAll(state.currentMitVector, current),
    mitigationsText(current),
    vectorText(state.currentMitVector),
    'snp.currentMitVector',
  );
}

/** A report before version 5 has no vector, and so none of what is required. */
function holdsAll(vector: string | null, required: bigint): boolean {
  return (u64FromHex(vector ?? '0') & required) === required;
}

function mitigationsText(required: bigint): string {
  return required === 0n ? 'none in particular' : `all of 0x${required.toString(16)}`;
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
  checkProvider(state, policy, checks);
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

/** A VLEK is a provider's, for all of its machines: whose, its certificate alone says. */
function checkProvider({ signingKey, cspId }: SnpState, { cspIds }: SnpPolicy, checks: PolicyFindings): void {
  if (cspIds === null || signingKey !== 'vlek') return;
  const holds = cspId !== null && cspIds.includes(cspId);
  checks.expect('snp.policy.csp-id', holds, cspIds.join(' or '), cspId ?? 'none', 'snp.cspId');
}

function meets(set: readonly string[], required: readonly string[], forbidden: readonly string[]): boolean {
  return required.every((name) => set.includes(name)) && !forbidden.some((name) => set.includes(name));
}

function demands(required: readonly string[], forbidden: readonly string[]): string {
  const words = [...required, ...forbidden.map((name) => `not ${name}`)];
  return words.join(', ') || 'anything';
}
