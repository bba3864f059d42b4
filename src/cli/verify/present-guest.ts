import { GUEST_POLICY_FLAGS, PLATFORM_INFO_FLAGS, setFlags } from '../../appraisal/amd/snp-flags.ts';
import { tcbText } from '../../appraisal/amd/snp-tcb.ts';
import type { SnpState } from '../../appraisal/tee-state.ts';
import { parseGuestPolicy, parsePlatformInfo } from '../../evidence/amd/index.ts';
import type { Judgement } from '../../policy/judge.ts';
import { bold } from '../terminal/style.ts';
import { printable } from '../terminal/table.ts';

type Shown = NonNullable<Judgement['tee']>;

const TITLES: Readonly<Record<Shown['kind'], string>> = {
  tdx: 'Guest under TDX',
  snp: 'Guest under SEV-SNP',
  sgx: 'Enclave under SGX',
};

/** What a TEE measures and how it is set up, under the names that reference sets use. */
export function describeGuest(tee: Shown): string[] {
  return ['', bold(TITLES[tee.kind]), ...aligned([...measured(tee), ...setUp(tee)])];
}

type Line = readonly [name: string, value: string];

function measured(tee: Shown): Line[] {
  return Object.entries(tee.measured).map(([name, value]) => [name, value ?? 'not in this version']);
}

function setUp(tee: Shown): Line[] {
  switch (tee.kind) {
    case 'tdx':
      return [
        ['tdAttributes', `0x${tee.tdAttributes}`],
        ['xfam', `0x${tee.xfam}`],
        ...platformIds(tee.platformIds),
      ];
    case 'sgx':
      return [['isvSvn', `${tee.isvSvn}`], ['flags', `0x${tee.flags}`], ...platformIds(tee.platformIds)];
    case 'snp':
      return snpSetUp(tee);
  }
}

function platformIds(ids: readonly string[]): Line[] {
  return ids.length === 0 ? [] : [['platform', ids.join(', ')]];
}

function snpSetUp(tee: SnpState): Line[] {
  const policy = parseGuestPolicy(BigInt(`0x${tee.policy}`));
  const info = parsePlatformInfo(BigInt(`0x${tee.platformInfo}`));
  const flags = [...setFlags(info, PLATFORM_INFO_FLAGS), ...info.unknownBits.map((bit) => `bit ${bit}`)];
  return [
    [
      'product',
      `${tee.product}, signed by a ${tee.signingKey.toUpperCase()}${tee.cspId === null ? '' : ` of ${tee.cspId}`}`,
    ],
    ['chipId', tee.chipId ?? 'not shown'],
    ['vmpl', `${tee.vmpl}`],
    ['guestSvn', `${tee.guestSvn}`],
    [
      'policy',
      `ABI ${policy.abiMajor}.${policy.abiMinor} or newer; ${setFlags(policy, GUEST_POLICY_FLAGS).join(', ') || 'nothing allowed'}`,
    ],
    ['platformInfo', flags.join(', ') || 'none'],
    ['currentTcb', tcbText(tee.currentTcb)],
    ['committedTcb', tcbText(tee.committedTcb)],
    ['reportedTcb', tcbText(tee.reportedTcb)],
    ['launchTcb', tcbText(tee.launchTcb)],
    ['firmware', `${version(tee.currentVersion)}, committed ${version(tee.committedVersion)}`],
    ...(tee.launchMitVector === null || tee.currentMitVector === null
      ? []
      : [
          ['launchMitVector', `0x${tee.launchMitVector}`] as const,
          ['currentMitVector', `0x${tee.currentMitVector}`] as const,
        ]),
  ];
}

function version({ major, minor, build }: SnpState['currentVersion']): string {
  return `${major}.${minor} build ${build}`;
}

function aligned(lines: readonly Line[]): string[] {
  const width = Math.max(...lines.map(([name]) => name.length));
  return lines.map(([name, value]) => `  ${name.padEnd(width)}  ${printable(value)}`);
}
