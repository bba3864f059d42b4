import type { SnpState, TdxState } from '../../../src/appraisal/tee-state.ts';
import type { ComponentVerdict, IntelVerdict } from '../../../src/evidence/intel/verdict.ts';

/** When tests judge. */
export const AT: Date = new Date('2026-03-01T12:00:00.000Z');

export const ALL_GOOD: ComponentVerdict = {
  status: 'UpToDate',
  tcbDate: '2025-05-14T00:00:00Z',
  supersededOn: null,
  advisories: [],
  shortfalls: [],
};

/** A part that lacks a BIOS update of 14 May 2025. */
export const LATE: ComponentVerdict = {
  status: 'OutOfDate',
  tcbDate: '2024-03-13T00:00:00Z',
  supersededOn: '2025-05-14T00:00:00Z',
  advisories: ['INTEL-SA-00837'],
  shortfalls: [
    { component: 'sgxtcbcomponents[3]', has: 5, needs: 7, category: 'BIOS', type: null },
    { component: 'tdxtcbcomponents[0]', has: 3, needs: 5, category: 'OS/VMM', type: 'TDX Module' },
  ],
};

export function intelVerdict(changed: Partial<IntelVerdict> = {}): IntelVerdict {
  const { platform = ALL_GOOD } = changed;
  return {
    status: platform.status,
    platform,
    module: ALL_GOOD,
    qe: ALL_GOOD,
    advisories: [...platform.advisories],
    tcbDate: platform.tcbDate,
    evaluationNumbers: { tcbInfo: 19, qeIdentity: 19 },
    collateral: [
      {
        name: 'tcbInfo',
        sha256: '11'.repeat(32),
        issuedAt: '2026-02-20T00:00:00Z',
        nextUpdate: '2026-03-22T00:00:00Z',
      },
    ],
    ...changed,
  };
}

export const value = (byte: string, bytes: number): string => byte.repeat(bytes);

/** A guest that every default accepts. */
export function tdxState(changed: Partial<TdxState> = {}, verdict: Partial<IntelVerdict> = {}): TdxState {
  return structuredClone({
    kind: 'tdx',
    measured: {
      mrTd: value('a0', 48),
      'rtMr.0': value('b0', 48),
      'rtMr.1': value('b1', 48),
      'rtMr.2': value('b2', 48),
      'rtMr.3': value('b3', 48),
      mrConfigId: value('c0', 48),
      mrOwner: value('c1', 48),
      mrOwnerConfig: value('c2', 48),
      mrServiceTd: value('00', 48),
      mrSeam: value('d0', 48),
    },
    platformIds: [value('e0', 16), value('e1', 16)],
    verdict: intelVerdict(verdict) as TdxState['verdict'], // a clone follows: its lists are the clone's own
    validUntil: '2026-03-22T00:00:00.000Z',
    tdAttributes: '0000000010000000',
    xfam: '00000000000600e7',
    ...changed,
  });
}

const TCB = { fmc: null, bootLoader: 10, tee: 0, snp: 23, microcode: 84 };
const VERSION = { major: 1, minor: 55, build: 40 };

/** A guest that every default accepts. */
export function snpState(changed: Partial<SnpState> = {}): SnpState {
  return structuredClone({
    kind: 'snp',
    measured: {
      measurement: value('a0', 48),
      hostData: value('b0', 32),
      idKeyDigest: value('c0', 48),
      authorKeyDigest: value('c1', 48),
      familyId: value('d0', 16),
      imageId: value('d1', 16),
    },
    product: 'Genoa',
    guestSvn: 2,
    policy: '000000000003001f',
    vmpl: 0,
    platformInfo: '0000000000000027',
    authorKeyEnabled: false,
    signingKey: 'vcek',
    chipId: value('e0', 64),
    cspId: null,
    currentTcb: TCB,
    reportedTcb: TCB,
    committedTcb: TCB,
    launchTcb: TCB,
    currentVersion: VERSION,
    committedVersion: VERSION,
    launchMitVector: '000000000000003f',
    currentMitVector: '000000000000003f',
    validUntil: '2027-01-01T00:00:00.000Z',
    ...changed,
  });
}
