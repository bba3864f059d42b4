import { describe, expect, it } from 'vitest';
import { appraiseSnp } from '../../../src/appraisal/amd/snp-appraise.ts';
import { type SnpRules, snpPolicyOf, snpRules } from '../../../src/appraisal/amd/snp-policy.ts';
import type { PolicyOutcome } from '../../../src/appraisal/policy-findings.ts';
import type { SnpState } from '../../../src/appraisal/tee-state.ts';
import { snpState, value } from './states.ts';

const failed = ({ findings }: PolicyOutcome): string[] =>
  findings.checks.filter(({ status }) => status === 'fail').map(({ id }) => id);
const weak = ({ weaknesses }: PolicyOutcome): string[] => weaknesses.map(({ code }) => code);
const judge = (changed: Partial<SnpState>, rules: SnpRules = {}): PolicyOutcome =>
  appraiseSnp(snpState(changed), snpPolicyOf(snpRules.parse(rules)));

const { currentTcb: tcb, currentVersion: version } = snpState();

describe('the policy for SEV-SNP', () => {
  it('accepts by default a guest in order on Genoa and on Turin', () => {
    expect(failed(judge({}))).toEqual([]);
    expect(failed(judge({ product: 'Turin' }))).toEqual([]);
  });

  it.each<[string, string, Partial<SnpState>, SnpRules]>([
    ['snp.policy.product', 'Milan', { product: 'Milan' }, {}],
    ['snp.policy.debug', 'a guest that may be debugged', { policy: '00000000000b001f' }, {}],
    ['snp.policy.migrate-ma', 'a guest with a migration agent', { policy: '000000000007001f' }, {}],
    ['snp.policy.guest-policy', 'SMT where it is forbidden', {}, { forbiddenGuestPolicy: ['smt'] }],
    ['snp.policy.guest-policy', 'more sockets than one', {}, { requiredGuestPolicy: ['single-socket'] }],
    ['snp.policy.committed-tcb', 'provisional firmware', { committedTcb: { ...tcb, snp: 22 } }, {}],
    [
      'snp.policy.committed-version',
      'a provisional version',
      { committedVersion: { ...version, build: 39 } },
      {},
    ],
    ['snp.policy.reported-tcb', 'a TCB that is not running', { reportedTcb: { ...tcb, microcode: 85 } }, {}],
    ['snp.policy.minimum-tcb', 'an old microcode', {}, { minimumTcb: { Genoa: { microcode: 85 } } }],
    ['snp.policy.minimum-tcb', 'a part that it does not have', {}, { minimumTcb: { Genoa: { fmc: 0 } } }],
    [
      'snp.policy.launch-tcb',
      'an old TCB at launch',
      { launchTcb: { ...tcb, bootLoader: 9 } },
      { minimumLaunchTcb: { Genoa: { bootLoader: 10 } } },
    ],
    ['snp.policy.minimum-abi', 'a guest for newer firmware', { policy: '0000000000030138' }, {}],
    ['snp.policy.alias-check', 'memory that nobody checked', { platformInfo: '0000000000000007' }, {}],
    ['snp.policy.platform-info', 'SMT on the platform', {}, { forbiddenPlatformInfo: ['smt'] }],
    ['snp.policy.platform-info', 'RAPL', {}, { requiredPlatformInfo: ['rapl-disabled'] }],
    [
      'snp.policy.launch-mitigations',
      'a mitigation missing at launch',
      { launchMitVector: '000000000000001f' },
      { requiredLaunchMitigations: '0000000000000020' },
    ],
    [
      'snp.policy.current-mitigations',
      'a mitigation missing now',
      { currentMitVector: '000000000000001f' },
      { requiredCurrentMitigations: '0000000000000020' },
    ],
    [
      'snp.policy.launch-mitigations',
      'a report without vectors',
      { launchMitVector: null },
      { requiredLaunchMitigations: '0000000000000001' },
    ],
    ['snp.policy.vmpl', 'a less privileged reporter', { vmpl: 1 }, {}],
    ['snp.policy.guest-svn', 'an old guest', {}, { minimumGuestSvn: 3 }],
    ['snp.policy.signing-key', 'a VLEK', { signingKey: 'vlek' }, { signingKeys: ['vcek'] }],
    [
      'snp.policy.csp-id',
      "another provider's VLEK",
      { signingKey: 'vlek', cspId: 'CSP Two' },
      { cspIds: ['CSP One', 'CSP'] },
    ],
    ['snp.policy.csp-id', 'a VLEK of nobody', { signingKey: 'vlek', cspId: null }, { cspIds: ['CSP One'] }],
    ['snp.policy.chip', 'another chip', {}, { chipIds: [value('e1', 64)] }],
    ['snp.policy.chip', 'a chip that is not shown', { chipId: null }, { chipIds: [value('e0', 64)] }],
  ])('refuses by %s alone %s', (id, _, changed, rules) => {
    expect(failed(judge(changed, rules))).toEqual([id]);
  });

  it("accepts a VLEK of a provider that is named, anybody's where none is, and asks no VCEK for one", () => {
    const vlek = { signingKey: 'vlek', cspId: 'CSP One', chipId: null } as const;
    expect(failed(judge(vlek, { cspIds: ['CSP Two', 'CSP One'] }))).toEqual([]);
    expect(failed(judge(vlek))).toEqual([]);
    expect(failed(judge({}, { cspIds: ['CSP Two'] }))).toEqual([]);
    expect(snpRules.safeParse({ cspIds: [] }).success).toBe(false);
  });

  it('accepts Milan by name, and says why that is weak', () => {
    const outcome = judge({ product: 'Milan' }, { products: ['Milan'] });
    expect(failed(outcome)).toEqual([]);
    expect(weak(outcome)).toEqual(['snp.product.weak']);
    expect(outcome.weaknesses[0]?.sentence).toContain('BadFuse');
    expect(weak(judge({}, { products: ['Milan', 'Genoa'] }))).toEqual([]);
  });

  it('lets go by name what may be waived, and says that it is weak', () => {
    const changed = { policy: '000000000007001f', platformInfo: '0000000000000007' };
    const outcome = judge(changed, { waived: ['migrate-ma', 'alias-check'] });
    expect(failed(outcome)).toEqual([]);
    expect(weak(outcome)).toEqual(['snp.migrate-ma.weak', 'snp.alias-check.weak']);
    expect(snpRules.safeParse({ waived: ['debug'] }).success).toBe(false);
  });

  it('accepts provisional firmware where it is asked to, but never a commitment above what runs', () => {
    const rules = { acceptProvisionalFirmware: true };
    const provisional = { committedTcb: { ...tcb, snp: 22 }, committedVersion: { ...version, build: 39 } };
    const outcome = judge(provisional, rules);
    expect(failed(outcome)).toEqual([]);
    expect(weak(outcome)).toEqual(['snp.provisional.weak']);
    expect(failed(judge({ committedTcb: { ...tcb, snp: 24 } }, rules))).toEqual(['snp.policy.committed-tcb']);
    expect(failed(judge({ committedVersion: { ...version, minor: 56 } }, rules))).toEqual([
      'snp.policy.committed-version',
    ]);
    expect(weak(judge({}, rules))).toEqual([]);
  });

  it('asks of each line of processors its own minimum', () => {
    expect(failed(judge({}, { minimumTcb: { Turin: { snp: 200 } } }))).toEqual([]);
    expect(failed(judge({ product: 'Turin' }, { minimumTcb: { Turin: { snp: 200 } } }))).toEqual([
      'snp.policy.minimum-tcb',
    ]);
  });

  it('shows bits that nobody knows yet and takes no offence', () => {
    const { findings } = judge({ platformInfo: '0000000000000167' });
    const found = findings.checks.find(({ id }) => id === 'snp.policy.alias-check');
    expect(found).toMatchObject({ status: 'pass', actual: expect.stringContaining('bit 8') });
  });
});
