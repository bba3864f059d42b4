import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { appraiseSnp } from '../../../../src/appraisal/amd/snp-appraise.ts';
import { type SnpRules, snpPolicyOf, snpRules } from '../../../../src/appraisal/amd/snp-policy.ts';
import { compareTee } from '../../../../src/appraisal/match-tee.ts';
import type { PolicyOutcome } from '../../../../src/appraisal/policy-findings.ts';
import { snpReferenceSet } from '../../../../src/appraisal/reference/snp.ts';
import { type TeeState, teeStateOf } from '../../../../src/appraisal/tee-state.ts';
import { toHex } from '../../../../src/bytes/text.ts';
import {
  type ForgedSnpPlatform,
  forgeSnpPlatform,
  type ReportChange,
} from '../../../../src/forge/amd/platform.ts';
import { PRODUCTS } from '../../../../src/forge/amd/product.ts';
import { at, failures, genoa, milan, turin, verify } from './forged.ts';

/** From the bytes of a signed report to the state that policies judge: whatever is judged was verified before. */
function stateOf(
  platform: ForgedSnpPlatform,
  change: ReportChange = {},
): TeeState & { readonly kind: 'snp' } {
  const verdict = verify(platform, { change });
  expect(failures(verdict)).toEqual([]);
  if (verdict.verified === null) throw new Error('verified, as no check failed');
  const state = teeStateOf(verdict.verified);
  if (state.kind !== 'snp') throw new Error(`of SNP, not ${state.kind}`);
  return state;
}

const judge = (platform: ForgedSnpPlatform, change: ReportChange, rules: SnpRules = {}): PolicyOutcome =>
  appraiseSnp(stateOf(platform, change), snpPolicyOf(snpRules.parse(rules)));
const failed = ({ findings }: PolicyOutcome): string[] =>
  findings.checks.filter(({ status }) => status === 'fail').map(({ id }) => id);
const weak = ({ weaknesses }: PolicyOutcome): string[] => weaknesses.map(({ code }) => code);

const tcb = PRODUCTS.Genoa.tcb;
const firmware = PRODUCTS.Genoa.firmware;
const BASE = 0x3001fn;
const bit = (number: number): bigint => BASE | (1n << BigInt(number));

describe('a verified report, judged by the defaults', () => {
  it('is accepted of Genoa and of Turin, of every version', () => {
    expect(failed(judge(genoa, {}))).toEqual([]);
    expect(failed(judge(turin, {}))).toEqual([]);
    for (const version of [2, 3, 4, 5]) expect(failed(judge(genoa, { version }))).toEqual([]);
    for (const version of [3, 4, 5]) expect(failed(judge(turin, { version }))).toEqual([]);
  });

  it('is accepted under a VLEK', () => {
    expect(failed(judge(forgeSnpPlatform({ at, signingKey: 'vlek' }), {}))).toEqual([]);
    expect(failed(judge(forgeSnpPlatform({ at, product: 'Turin', signingKey: 'vlek' }), {}))).toEqual([]);
  });

  it('is refused of Milan unless a policy names it, which then says why that is weak', () => {
    expect(failed(judge(milan, {}))).toEqual(['snp.policy.product']);
    expect(failed(judge(milan, { version: 2 }))).toEqual(['snp.policy.product']);
    const outcome = judge(milan, {}, { products: ['Milan'] });
    expect([failed(outcome), weak(outcome)]).toEqual([[], ['snp.product.weak']]);
  });

  it.each<[string, string, ReportChange]>([
    ['DEBUG', 'snp.policy.debug', { policy: bit(19) }],
    ['MIGRATE_MA', 'snp.policy.migrate-ma', { policy: bit(18) }],
    ['VMPL 1', 'snp.policy.vmpl', { vmpl: 1 }],
    ['VMPL 3', 'snp.policy.vmpl', { vmpl: 3 }],
    ['a report that the host asked for', 'snp.policy.vmpl', { vmpl: 0xffff_ffff }],
    ['memory that nobody searched for aliases', 'snp.policy.alias-check', { platformInfo: 0x05n }],
    [
      'a guest that asks for newer firmware, by its minor version',
      'snp.policy.minimum-abi',
      { policy: 0x30138n },
    ],
    [
      'a guest that asks for newer firmware, by its major version',
      'snp.policy.minimum-abi',
      { policy: 0x30200n },
    ],
    [
      'a committed bootloader below the current one',
      'snp.policy.committed-tcb',
      { committedTcb: { ...tcb, bootLoader: tcb.bootLoader - 1 } },
    ],
    [
      'a committed SNP firmware below the current one',
      'snp.policy.committed-tcb',
      { committedTcb: { ...tcb, snp: tcb.snp - 1 } },
    ],
    [
      'a committed microcode above the current one',
      'snp.policy.committed-tcb',
      { committedTcb: { ...tcb, microcode: tcb.microcode + 1 } },
    ],
    [
      'a TEE above the committed one',
      'snp.policy.committed-tcb',
      { currentTcb: { ...tcb, tee: tcb.tee + 1 } },
    ],
    [
      'a committed build below the current one',
      'snp.policy.committed-version',
      { committedVersion: { ...firmware, build: firmware.build - 1 } },
    ],
    [
      'a committed minor version below the current one',
      'snp.policy.committed-version',
      { committedVersion: { ...firmware, minor: firmware.minor - 1 } },
    ],
    [
      'a committed major version above the current one',
      'snp.policy.committed-version',
      { committedVersion: { ...firmware, major: firmware.major + 1 } },
    ],
  ])('is refused for %s', (_, id, change) => {
    expect(failed(judge(genoa, change))).toEqual([id]);
  });

  it.each(['bootLoader', 'tee', 'snp', 'microcode'] as const)(
    'is refused for a certificate of a newer %s than runs',
    (part) => {
      // The reported TCB is the certificate's: verification has compared them.
      const reported = { ...tcb, [part]: tcb[part] + 1 };
      const platform = forgeSnpPlatform({ at, tcb: reported });
      const change = { currentTcb: tcb, committedTcb: tcb, launchTcb: tcb };
      expect(failed(judge(platform, change))).toEqual(['snp.policy.reported-tcb']);
    },
  );

  it('is refused for a Turin’s FMC alone', () => {
    const of = PRODUCTS.Turin.tcb;
    const newer = { ...of, fmc: (of.fmc ?? 0) + 1 };
    expect(failed(judge(turin, { committedTcb: newer }))).toEqual(['snp.policy.committed-tcb']);
    const platform = forgeSnpPlatform({ at, product: 'Turin', tcb: newer });
    const change = { currentTcb: of, committedTcb: of };
    expect(failed(judge(platform, change))).toEqual(['snp.policy.reported-tcb']);
  });

  it('is accepted with a reported TCB below the current one, as hosts may set it', () => {
    const platform = forgeSnpPlatform({ at, tcb: { ...tcb, microcode: tcb.microcode - 1 } });
    const change = { currentTcb: tcb, committedTcb: tcb, launchTcb: tcb };
    expect(failed(judge(platform, change))).toEqual([]);
  });
});

describe('a verified report, judged by what a policy asks for besides', () => {
  it.each<[string, string, ReportChange, SnpRules]>([
    ['the reported TCB', 'snp.policy.minimum-tcb', {}, { minimumTcb: { Genoa: { snp: tcb.snp + 1 } } }],
    ['a part that Genoa lacks', 'snp.policy.minimum-tcb', {}, { minimumTcb: { Genoa: { fmc: 0 } } }],
    [
      'the TCB at launch',
      'snp.policy.launch-tcb',
      { launchTcb: { ...tcb, snp: tcb.snp - 1 } },
      { minimumLaunchTcb: { Genoa: { snp: tcb.snp } } },
    ],
    ['the guest’s SVN', 'snp.policy.guest-svn', { guestSvn: 6 }, { minimumGuestSvn: 7 }],
    [
      'mitigations at launch',
      'snp.policy.launch-mitigations',
      { version: 5, launchMitVector: 0x1fn },
      { requiredLaunchMitigations: '000000000000003f' },
    ],
    [
      'mitigations now',
      'snp.policy.current-mitigations',
      { version: 5, currentMitVector: 0x8000_0000_0000_001fn },
      { requiredCurrentMitigations: '0000000000000020' },
    ],
    [
      'mitigations that a version 4 report cannot state',
      'snp.policy.current-mitigations',
      { version: 4 },
      { requiredCurrentMitigations: '0000000000000001' },
    ],
    ['a VCEK', 'snp.policy.signing-key', {}, { signingKeys: ['vlek'] }],
    ['another chip', 'snp.policy.chip', {}, { chipIds: ['e1'.repeat(64)] }],
    [
      'a chip, which is masked',
      'snp.policy.chip',
      { chipId: new Uint8Array(64) },
      { chipIds: [toHex(genoa.chipId)] },
    ],
    ['one socket', 'snp.policy.guest-policy', {}, { requiredGuestPolicy: ['single-socket'] }],
    ['no SMT in the guest', 'snp.policy.guest-policy', {}, { forbiddenGuestPolicy: ['smt'] }],
    ['hidden ciphertext', 'snp.policy.platform-info', {}, { requiredPlatformInfo: ['ciphertext-hiding'] }],
    ['no SMT on the machine', 'snp.policy.platform-info', {}, { forbiddenPlatformInfo: ['smt'] }],
  ])('is refused for %s', (_, id, change, rules) => {
    expect(failed(judge(genoa, change, rules))).toEqual([id]);
  });

  it.each<[ReportChange, SnpRules]>([
    [{}, { minimumTcb: { Genoa: { ...tcb, fmc: undefined } } }],
    [{}, { minimumTcb: { Turin: { snp: 255 } } }],
    [{}, { chipIds: [toHex(genoa.chipId)] }],
    [{ guestSvn: 7 }, { minimumGuestSvn: 7 }],
    [{ version: 5, currentMitVector: (1n << 63n) | 1n }, { requiredCurrentMitigations: '8000000000000001' }],
    [{ policy: bit(20) }, { requiredGuestPolicy: ['single-socket'] }],
    [{ policy: bit(25) }, { requiredGuestPolicy: ['page-swap-disabled'] }],
    [{ platformInfo: 0x35n }, { requiredPlatformInfo: ['ciphertext-hiding'] }],
    [{ vmpl: 1 }, { vmpls: [0, 1] }],
  ])('is accepted where it is what was asked for: %o', (change, rules) => {
    expect(failed(judge(genoa, change, rules))).toEqual([]);
  });

  it('of provisional firmware is accepted by name, and said to be weak', () => {
    const change = {
      committedTcb: { ...tcb, snp: tcb.snp - 1 },
      committedVersion: { ...firmware, build: firmware.build - 1 },
    };
    expect(failed(judge(genoa, change))).toEqual([
      'snp.policy.committed-tcb',
      'snp.policy.committed-version',
    ]);
    const { committedTcb, committedVersion } = change;
    for (const one of [change, { committedTcb }, { committedVersion }]) {
      const outcome = judge(genoa, one, { acceptProvisionalFirmware: true });
      expect([failed(outcome), weak(outcome)]).toEqual([[], ['snp.provisional.weak']]);
    }
    expect(weak(judge(genoa, {}, { acceptProvisionalFirmware: true }))).toEqual([]);
  });
});

describe('a verified report against a reference set', () => {
  const digest = (text: string, algorithm = 'sha384') =>
    new Uint8Array(createHash(algorithm).update(text).digest());
  const values = {
    measurement: digest('launch'),
    hostData: digest('host data', 'sha256'),
    idKeyDigest: digest('id key'),
    authorKeyDigest: digest('author key'),
    familyId: digest('family', 'md5'),
    imageId: digest('image', 'md5'),
  };
  const set = snpReferenceSet.parse({
    kind: 'snp',
    name: 'a-guest',
    version: '1',
    publisher: 'nobody',
    sealed: false,
    ...Object.fromEntries(Object.entries(values).map(([name, value]) => [name, [toHex(value)]])),
  });
  const differences = (change: ReportChange) =>
    compareTee(stateOf(genoa, { ...values, ...change }), set, {}, at).differences.map(({ field }) => field);

  it('matches in every value', () => expect(differences({})).toEqual([]));

  it.each(Object.entries(values))('differs in its %s alone', (name, value) => {
    for (const index of [0, value.length - 1]) {
      const change = { [name]: value.with(index, (value[index] ?? 0) ^ 1) };
      expect(differences(change)).toEqual([`snp.${name}`]);
    }
  });

  it('differs in its chip alone', () => {
    const bound = snpReferenceSet.parse({ ...set, chipIds: ['e1'.repeat(64)] });
    const state = stateOf(genoa, values);
    expect(compareTee(state, bound, {}, at).differences.map(({ field }) => field)).toEqual(['snp.chipId']);
  });
});
