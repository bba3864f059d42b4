import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { TcbStatus } from '../../../../src/evidence/intel/verdict.ts';
import { judge, judgePlatform, REPORT_DATA, sgx, tdx } from './verifier.ts';

/** Points 11 to 15 of Intel's rules: levels, modules, convergence, relaunch, statuses. */

const hex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text.padEnd(32, '0'), 'hex'));

/** What a platform of this status becomes with components whose worst is of that one. */
const CONVERGED: readonly (readonly [platform: TcbStatus, outOfDate: TcbStatus])[] = [
  ['UpToDate', 'OutOfDate'],
  ['SWHardeningNeeded', 'OutOfDate'],
  ['ConfigurationNeeded', 'OutOfDateConfigurationNeeded'],
  ['ConfigurationAndSWHardeningNeeded', 'OutOfDateConfigurationNeeded'],
  ['OutOfDate', 'OutOfDate'],
  ['OutOfDateConfigurationNeeded', 'OutOfDateConfigurationNeeded'],
  ['Revoked', 'Revoked'],
];
const COMPONENT = ['UpToDate', 'OutOfDate', 'Revoked'] as const;

function expected(platform: TcbStatus, outOfDate: TcbStatus, parts: readonly string[]): TcbStatus {
  if (parts.includes('Revoked')) return 'Revoked';
  return parts.includes('OutOfDate') ? outOfDate : platform;
}

describe('13: the parts converge', () => {
  const triples = CONVERGED.flatMap(([platform, outOfDate]) =>
    COMPONENT.flatMap((module) =>
      COMPONENT.map((qe) => [platform, module, qe, expected(platform, outOfDate, [module, qe])] as const),
    ),
  );

  it.each(triples)('TDX: platform %s, module %s, QE %s: %s', (platform, module, qe, status) => {
    const { failed, verdict } = judgePlatform(tdx.with({ statuses: { platform, module, qe } }));
    expect(verdict).toMatchObject({
      status,
      platform: { status: platform },
      module: { status: module },
      qe: { status: qe },
    });
    expect(failed).toEqual([]);
  });

  const pairs = CONVERGED.flatMap(([platform, outOfDate]) =>
    COMPONENT.map((qe) => [platform, qe, expected(platform, outOfDate, [qe])] as const),
  );

  it.each(pairs)('SGX: platform %s, QE %s: %s', (platform, qe, status) => {
    const { failed, verdict } = judgePlatform(sgx.with({ statuses: { platform, qe } }));
    expect(verdict).toMatchObject({
      status,
      platform: { status: platform },
      module: null,
      qe: { status: qe },
    });
    expect(failed).toEqual([]);
  });
});

/** Every component at five, so that each can fall short alone. */
const FIVES = Array.from({ length: 16 }, () => 5);
const NEWEST = { sgx: FIVES, pceSvn: 10, tcbDate: '2025-02-01T00:00:00Z', tcbStatus: 'UpToDate' } as const;
const OLDEST = {
  ...{ sgx: [], pceSvn: 0, tdx: [], tcbDate: '2023-02-01T00:00:00Z', tcbStatus: 'OutOfDate' },
  advisoryIDs: ['INTEL-SA-00001'],
} as const;

function tdxLevels(tdxComponents: readonly number[], components = FIVES, pceSvn = 10): typeof tdx {
  return tdx.with({
    pck: { components, pceSvn },
    tcbInfo: { tcbLevels: [{ ...NEWEST, tdx: tdxComponents }, OLDEST] },
  });
}

function lowered(index: number): number[] {
  return FIVES.map((svn, at) => (at === index ? svn - 1 : svn));
}

describe('11: the platform matches the first level that it reaches', () => {
  it('reaches a level by equal SVNs', () => {
    const quote = tdxLevels([9, 9, 5, 5]).quote(REPORT_DATA, { teeTcbSvn: hex('06010505') });
    const { failed, verdict } = judge(quote, tdxLevels([9, 9, 5, 5]).collateral());
    expect(failed).toEqual([]);
    expect(verdict?.platform).toMatchObject({ status: 'UpToDate', shortfalls: [], advisories: [] });
  });

  it.each(FIVES.map((_, index) => index))('counts component %i of the processor', (index) => {
    const platform = tdxLevels([], lowered(index));
    const { verdict } = judgePlatform(platform);
    expect(verdict?.platform.status).toBe('OutOfDate');
    expect(verdict?.platform.shortfalls).toEqual([
      expect.objectContaining({ component: `sgxtcbcomponents[${index}]`, has: 4, needs: 5 }),
    ]);
    const enclave = sgx.with({
      pck: { components: lowered(index), pceSvn: 10 },
      tcbInfo: { tcbLevels: [{ ...NEWEST, tdx: [] }, OLDEST] },
    });
    expect(judgePlatform(enclave).verdict?.platform.status).toBe('OutOfDate');
  });

  it('counts the PCESVN', () => {
    const { verdict } = judgePlatform(tdxLevels([], FIVES, 9));
    expect(verdict?.platform).toMatchObject({
      status: 'OutOfDate',
      shortfalls: [{ component: 'pcesvn', has: 9, needs: 10 }],
    });
  });

  it.each(FIVES.map((_, index) => index))('counts TDX component %i of a module of version 0', (index) => {
    const needs = FIVES.map((_, at) => (at === index ? 1 : 0));
    const platform = tdxLevels(needs);
    const { verdict } = judge(platform.quote(REPORT_DATA, { teeTcbSvn: hex('') }), platform.collateral());
    expect(verdict).toMatchObject({
      status: 'OutOfDate',
      module: null,
      platform: { shortfalls: [{ component: `tdxtcbcomponents[${index}]`, has: 0, needs: 1 }] },
    });
  });

  it.each(FIVES.map((_, index) => index))('counts TDX component %i of a later module from 2 on', (index) => {
    const platform = tdxLevels(FIVES.map((_, at) => (at === index ? 200 : 0)));
    const { verdict } = judgePlatform(platform);
    expect(verdict?.platform.status).toBe(index < 2 ? 'UpToDate' : 'OutOfDate');
  });

  it('takes the newest level first, in whatever order they stand', () => {
    const tcbLevels = [
      OLDEST,
      { ...NEWEST, tdx: [0, 0, 2], tcbStatus: 'OutOfDate' },
      { ...NEWEST, tdx: [0, 0, 3] },
    ];
    const platform = tdx.with({ pck: { components: FIVES }, tcbInfo: { tcbLevels } });
    expect(judgePlatform(platform).verdict?.platform.status).toBe('UpToDate');
    const older = platform.quote(REPORT_DATA, { teeTcbSvn: hex('060102') });
    expect(judge(older, platform.collateral()).verdict?.platform).toMatchObject({
      status: 'OutOfDate',
      tcbDate: NEWEST.tcbDate,
    });
  });

  it.each([
    [
      'components before the PCESVN',
      { sgx: [5], pceSvn: 1, tdx: [] },
      { sgx: [4], pceSvn: 10, tdx: [0, 0, 3] },
    ],
    ['later components last', { sgx: [5, 1], pceSvn: 1, tdx: [] }, { sgx: [4, 2], pceSvn: 1, tdx: [] }],
    [
      'the PCESVN before TDX components',
      { sgx: [5], pceSvn: 10, tdx: [] },
      { sgx: [5], pceSvn: 9, tdx: [0, 0, 3] },
    ],
    ['TDX components last', { sgx: [5], pceSvn: 9, tdx: [0, 0, 3] }, { sgx: [5], pceSvn: 9, tdx: [0, 0, 2] }],
  ])('compares %s', (_, newer, older) => {
    const levels = [
      { ...NEWEST, ...newer },
      { ...NEWEST, ...older, tcbStatus: 'OutOfDate' },
    ];
    for (const tcbLevels of [levels, levels.toReversed()]) {
      const platform = tdx.with({ pck: { components: FIVES, pceSvn: 10 }, tcbInfo: { tcbLevels } });
      expect(judgePlatform(platform).verdict?.platform.status).toBe('UpToDate');
    }
  });

  it('passes over a level that says nothing of TDX', () => {
    const edit = (json: string) => json.replace(/,"tdxtcbcomponents":\[.*?\](?=\},)/, '');
    const platform = tdx.with({ tcbInfo: { edit } });
    expect(
      Buffer.from(platform.collateral().tcbInfo ?? [])
        .toString()
        .match(/tdxtcbcomponents/g),
    ).toHaveLength(2);
    expect(judgePlatform(platform).verdict?.platform.status).toBe('OutOfDate');
  });

  it('knows an SVN of 255', () => {
    const components = [255, ...FIVES.slice(1)];
    const tcbLevels = [{ ...NEWEST, sgx: components, tdx: [] }, OLDEST];
    expect(judgePlatform(tdx.with({ pck: { components }, tcbInfo: { tcbLevels } })).verdict?.status).toBe(
      'UpToDate',
    );
    const short = judgePlatform(tdx.with({ pck: { components: FIVES }, tcbInfo: { tcbLevels } }));
    expect(short.verdict?.platform.shortfalls).toEqual([
      {
        component: 'sgxtcbcomponents[0]',
        has: 5,
        needs: 255,
        category: 'BIOS',
        type: 'Early Microcode Update',
      },
    ]);
  });

  it('says to a person what lacks, and where it comes from', () => {
    const short = judgePlatform(tdxLevels([0, 0, 9], lowered(3), 9)).actual('intel.tcb.platform');
    expect(short).toBe(
      'OutOfDate, level of 2023-02-01; the newest wants sgxtcbcomponents[3] 5, is 4 (BIOS), pcesvn 10, is 9, ' +
        'tdxtcbcomponents[2] 9, is 3 (OS/VMM, TDX Late Microcode Update)',
    );
    expect(judgePlatform(tdxLevels([])).actual('intel.tcb.platform')).toBe('UpToDate, level of 2025-02-01');
  });

  it('refuses a platform below every level', () => {
    const tcbLevels = [{ ...NEWEST, tdx: [] }];
    const platform = tdx.with({ pck: { components: lowered(3) }, tcbInfo: { tcbLevels } });
    expect(judgePlatform(platform)).toMatchObject({ failed: ['intel.tcb.platform'], verified: null });
    const enclave = sgx.with({ pck: { components: lowered(3) }, tcbInfo: { tcbLevels } });
    expect(judgePlatform(enclave)).toMatchObject({ failed: ['intel.tcb.platform'], verified: null });
  });
});

describe('12: a module of a later version has levels of its own', () => {
  const at = (isvSvn: string) =>
    judge(tdx.quote(REPORT_DATA, { teeTcbSvn: hex(`${isvSvn}0103`) }), tdx.collateral());

  it.each([
    ['07', 'UpToDate', []],
    ['06', 'UpToDate', []],
    ['05', 'OutOfDate', [expect.objectContaining({ component: 'isvsvn', has: 5, needs: 6 })]],
    ['04', 'OutOfDate', [expect.objectContaining({ component: 'isvsvn', has: 4, needs: 6 })]],
  ])('of ISVSVN %s: %s', (isvSvn, status, shortfalls) => {
    expect(at(isvSvn).verdict).toMatchObject({ status, module: { status, shortfalls } });
  });

  it('refuses a module below every level', () => {
    expect(at('03')).toMatchObject({ failed: ['intel.tcb.module'], verified: null });
  });

  it('takes the newest level first, in whatever order they stand', () => {
    const module = { mrSigner: '0'.repeat(96), attributes: '0'.repeat(16), attributesMask: 'F'.repeat(16) };
    const tcbLevels = [
      { isvSvn: 2, tcbDate: '2024-01-01T00:00:00Z', tcbStatus: 'OutOfDate' },
      { isvSvn: 6, tcbDate: '2025-01-01T00:00:00Z', tcbStatus: 'UpToDate' },
    ];
    const tcbInfo = { tdxModuleIdentities: [{ id: 'TDX_01', ...module, tcbLevels }] };
    expect(judgePlatform(tdx.with({ tcbInfo })).verdict?.module?.status).toBe('UpToDate');
  });
});

describe('14: a TD 1.5 guest launched under an old TCB is advised to relaunch', () => {
  /** Launched at level 1, running at level 0. */
  const relaunched = (launch: string, current: string, quoted = { launch: '060102', current: '060103' }) => {
    const level = { sgx: [1], pceSvn: 1, tcbDate: '2024-01-01T00:00:00Z' };
    const tcbLevels = [
      { ...level, tdx: [0, 0, 3], tcbStatus: current },
      { ...level, tdx: [0, 0, 2], tcbStatus: launch, advisoryIDs: ['INTEL-SA-00002'] },
    ];
    const platform = tdx.with({ tcbInfo: { tcbLevels } });
    const measured = { teeTcbSvn: hex(quoted.launch), teeTcbSvn2: hex(quoted.current) };
    return judge(platform.quote(REPORT_DATA, measured), platform.collateral());
  };

  it.each([
    ['OutOfDate', 'UpToDate', 'TDRelaunchAdvised'],
    ['OutOfDate', 'SWHardeningNeeded', 'TDRelaunchAdvised'],
    ['OutOfDate', 'ConfigurationNeeded', 'TDRelaunchAdvisedConfigurationNeeded'],
    ['OutOfDate', 'ConfigurationAndSWHardeningNeeded', 'TDRelaunchAdvisedConfigurationNeeded'],
    ['OutOfDate', 'OutOfDate', 'OutOfDate'],
    ['OutOfDateConfigurationNeeded', 'UpToDate', 'TDRelaunchAdvisedConfigurationNeeded'],
    ['OutOfDateConfigurationNeeded', 'SWHardeningNeeded', 'TDRelaunchAdvisedConfigurationNeeded'],
    ['OutOfDateConfigurationNeeded', 'ConfigurationNeeded', 'TDRelaunchAdvisedConfigurationNeeded'],
    [
      'OutOfDateConfigurationNeeded',
      'ConfigurationAndSWHardeningNeeded',
      'TDRelaunchAdvisedConfigurationNeeded',
    ],
    ['OutOfDateConfigurationNeeded', 'OutOfDateConfigurationNeeded', 'OutOfDateConfigurationNeeded'],
    ['UpToDate', 'UpToDate', 'UpToDate'],
    ['SWHardeningNeeded', 'UpToDate', 'SWHardeningNeeded'],
    ['ConfigurationNeeded', 'UpToDate', 'ConfigurationNeeded'],
    ['Revoked', 'UpToDate', 'Revoked'],
  ])('launched %s, now %s: %s', (launch, current, status) => {
    const { failed, verdict } = relaunched(launch, current);
    expect(failed).toEqual([]);
    expect(verdict?.status).toBe(status);
  });

  it('by the module alone too', () => {
    const { verdict } = relaunched('UpToDate', 'UpToDate', { launch: '050103', current: '060103' });
    expect(verdict).toMatchObject({ status: 'TDRelaunchAdvised', module: { status: 'OutOfDate' } });
  });

  it('not where the quoting enclave keeps it out of date', () => {
    const platform = tdx.with({ statuses: { qe: 'OutOfDate' } });
    const quote = platform.quote(REPORT_DATA, { teeTcbSvn: hex('050103'), teeTcbSvn2: hex('060103') });
    expect(judge(quote, platform.collateral()).verdict?.status).toBe('OutOfDate');
  });

  it.each([
    ['of a module that Intel does not know', '060903', 'intel.tcb.current-module'],
    ['of a module below every level', '010103', 'intel.tcb.current-module'],
    ['of a platform below every level', '060101', 'intel.tcb.current-platform'],
  ])('refuses a running TCB %s', (_, current, check) => {
    const judged = relaunched('UpToDate', 'UpToDate', { launch: '060103', current });
    expect(judged).toMatchObject({ failed: [check], verified: null });
  });

  it('is not better by having gone back', () => {
    expect(relaunched('UpToDate', 'UpToDate', { launch: '060103', current: '050103' }).verdict?.status).toBe(
      'OutOfDate',
    );
    expect(relaunched('OutOfDate', 'Revoked').verdict?.status).toBe('Revoked');
  });

  it('says how the launch stands, and what either is open to', () => {
    const { verdict } = relaunched('OutOfDate', 'UpToDate');
    expect(verdict).toMatchObject({
      platform: { status: 'OutOfDate' },
      advisories: ['INTEL-SA-00002'],
    });
  });

  it('never one of TD 1.0, in version 4 or 5', () => {
    for (const version of [4, 5]) {
      const quote = tdx.quote(REPORT_DATA, { teeTcbSvn: hex('050103') }, { version });
      expect(judge(quote, tdx.collateral())).toMatchObject({ failed: [], verdict: { status: 'OutOfDate' } });
    }
  });
});

describe('15: only known statuses count', () => {
  it.each([
    ['platform', 'intel.tcb-info.well-formed'],
    ['module', 'intel.tcb-info.well-formed'],
    ['qe', 'intel.qe-identity.well-formed'],
  ])('an unknown status of the %s', (part, check) => {
    for (const status of ['Fine', 'uptodate', '', 'TDRelaunchAdvised']) {
      const judged = judgePlatform(tdx.with({ statuses: { [part]: status } }));
      if (status !== '') expect(judged).toMatchObject({ failed: [check], verified: null });
    }
  });
});

describe('what the verdict says besides', () => {
  it('unites advisories and takes the earliest date', () => {
    const dated = (tcbDate: string, ...advisoryIDs: string[]) => ({
      tcbDate,
      tcbStatus: 'OutOfDate',
      advisoryIDs,
    });
    const module = { mrSigner: '0'.repeat(96), attributes: '0'.repeat(16), attributesMask: 'F'.repeat(16) };
    const build = (platform: string, moduleDate: string, qe: string) =>
      tdx.with({
        tcbInfo: {
          tcbLevels: [
            { sgx: [], pceSvn: 0, tdx: [], ...dated(platform, 'INTEL-SA-00002', 'INTEL-SA-00001') },
          ],
          tdxModuleIdentities: [
            { id: 'TDX_01', ...module, tcbLevels: [{ isvSvn: 0, ...dated(moduleDate, 'INTEL-SA-00003') }] },
          ],
        },
        qeIdentity: { tcbLevels: [{ isvSvn: 0, ...dated(qe, 'INTEL-SA-00002', 'INTEL-SA-00004') }] },
      });
    const [early, late] = ['2023-01-01T00:00:00Z', '2024-01-01T00:00:00Z'];
    for (const dates of [
      [early, late, late] as const,
      [late, early, late] as const,
      [late, late, early] as const,
    ]) {
      expect(judgePlatform(build(...dates)).verdict).toMatchObject({
        advisories: ['INTEL-SA-00001', 'INTEL-SA-00002', 'INTEL-SA-00003', 'INTEL-SA-00004'],
        tcbDate: early,
      });
    }
  });

  it('says since when a newer level is asked for, of platform, module and QE alike', () => {
    const [newest, middle, oldest] = ['2025-06-01T00:00:00Z', '2025-01-01T00:00:00Z', '2024-01-01T00:00:00Z'];
    const dates = [newest, middle, middle, oldest];
    const level = (isvSvn: number) => {
      const tcbDate = dates[4 - isvSvn] ?? oldest;
      return {
        isvSvn,
        sgx: [isvSvn],
        pceSvn: 0,
        tdx: [],
        tcbDate,
        tcbStatus: isvSvn === 4 ? 'UpToDate' : 'OutOfDate',
      };
    };
    const tcbLevels = [4, 3, 2, 1].map(level);
    const module = {
      id: 'TDX_01',
      mrSigner: '0'.repeat(96),
      attributes: '0'.repeat(16),
      attributesMask: 'F'.repeat(16),
    };
    const since = (svn: number) => {
      const platform = tdx.with({
        ...{ pck: { components: [svn] }, qe: { isvSvn: svn }, qeIdentity: { tcbLevels } },
        tcbInfo: { tcbLevels, tdxModuleIdentities: [{ ...module, tcbLevels }] },
      });
      const quote = platform.quote(REPORT_DATA, { teeTcbSvn: hex(`0${svn}01`) });
      const { verdict } = judge(quote, platform.collateral());
      return [verdict?.platform, verdict?.module, verdict?.qe].map((part) => part?.supersededOn);
    };
    expect(since(4)).toEqual([null, null, null]);
    expect(since(3)).toEqual([newest, newest, newest]);
    expect(since(2)).toEqual([newest, newest, newest]);
    expect(since(1)).toEqual([middle, middle, middle]);
  });

  it('says so even where no newer level has a later date', () => {
    const date = '2024-01-01T00:00:00Z';
    const tcbLevels = [5, 4].map((svn) => ({
      sgx: [svn],
      pceSvn: 0,
      tdx: [],
      tcbDate: date,
      tcbStatus: 'OutOfDate',
    }));
    const { verdict } = judgePlatform(tdx.with({ pck: { components: [4] }, tcbInfo: { tcbLevels } }));
    expect(verdict?.platform.supersededOn).toBe(date);
  });

  it('names what it rests on', () => {
    const { verdict } = judgePlatform(tdx);
    expect(verdict?.collateral.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['tcbInfo', 'qeIdentity', 'rootCrl', 'pckCrl']),
    );
    const issued = { issuedAt: '2026-01-14T12:00:00Z', nextUpdate: '2026-02-13T12:00:00Z' };
    for (const name of ['tcbInfo', 'qeIdentity', 'rootCrl', 'pckCrl'] as const) {
      const sha256 = createHash('sha256')
        .update(tdx.collateral()[name] ?? '')
        .digest('hex');
      expect(verdict?.collateral).toContainEqual({ name, sha256, ...issued });
    }
  });

  it('names both evaluation numbers', () => {
    const platform = tdx.with({
      tcbInfo: { tcbEvaluationDataNumber: 19 },
      qeIdentity: { tcbEvaluationDataNumber: 20 },
    });
    expect(judgePlatform(platform).verdict?.evaluationNumbers).toEqual({ tcbInfo: 19, qeIdentity: 20 });
  });
});
