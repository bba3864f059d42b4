import { describe, expect, it } from 'vitest';
import type { EnclaveReport } from '../../../../src/evidence/intel/evidence.ts';
import { otherSignature } from '../../../../src/forge/intel/signing-key.ts';
import { ascii, judge, judgePlatform, REPORT_DATA, sgx, tdx } from './verifier.ts';

/** Points 2, 7 to 10 and 18 of Intel's rules: module, quoting enclave, signatures. */

const stranger = tdx.pki.key('stranger');
const octets = (size: number, last: number): Uint8Array => {
  const bytes = new Uint8Array(size);
  bytes[size - 1] = last;
  return bytes;
};

describe('7: the TDX module', () => {
  const INTEL = { mrSigner: '0'.repeat(96), attributes: '0'.repeat(16), attributesMask: 'F'.repeat(16) };
  const judged = (measured: Parameters<typeof tdx.quote>[1], tcbInfo = {}) => {
    const platform = tdx.with({ tcbInfo });
    return judge(platform.quote(REPORT_DATA, measured), platform.collateral());
  };
  const version0 = Uint8Array.of(6, 0, 3, ...new Uint8Array(13));
  const version9 = Uint8Array.of(6, 9, 3, ...new Uint8Array(13));

  it.each([
    ['another signer', { mrSignerSeam: octets(48, 1) }, 'intel.tdx-module.mr-signer'],
    ['attributes', { seamAttributes: octets(8, 1) }, 'intel.tdx-module.attributes'],
  ])('is refused with %s', (_, measured, check) => {
    expect(judged(measured)).toMatchObject({ failed: [check], verified: null });
    expect(judged({ ...measured, teeTcbSvn: version0 })).toMatchObject({ failed: [check], verified: null });
  });

  it('is refused with attributes even where TCB Info has them', () => {
    const attributes = '0000000000000001';
    const tdxModuleIdentities = [
      {
        ...{ id: 'TDX_01', ...INTEL, attributes },
        tcbLevels: [{ isvSvn: 1, tcbDate: '2024-01-01T00:00:00Z', tcbStatus: 'UpToDate' }],
      },
    ];
    expect(judged({ seamAttributes: octets(8, 1) }, { tdxModuleIdentities }).failed).toEqual([
      'intel.tdx-module.attributes',
    ]);
    expect(judged({}, { tdxModuleIdentities }).failed).toEqual(['intel.tdx-module.attributes']);
  });

  it('is the one that Intel names, by its version', () => {
    expect(judged({ teeTcbSvn: version9 })).toMatchObject({
      failed: ['intel.tdx-module.identity'],
      verified: null,
    });
    expect(judged({ teeTcbSvn: version0 }).failed).toEqual([]);
    expect(judged({}, { tdxModuleIdentities: null }).failed).toEqual(['intel.tdx-module.identity']);
    expect(judged({}, { tdxModuleIdentities: [] }).failed).toEqual(['intel.tdx-module.identity']);
    expect(judged({ teeTcbSvn: version0 }, { tdxModule: null }).failed).toEqual([
      'intel.tdx-module.identity',
    ]);
  });

  it('is named once', () => {
    const tcbLevels = [{ isvSvn: 1, tcbDate: '2024-01-01T00:00:00Z', tcbStatus: 'UpToDate' }];
    const twice = ['TDX_01', 'tdx_01'].map((id) => ({ id, ...INTEL, tcbLevels }));
    expect(judged({}, { tdxModuleIdentities: twice.slice(1) }).failed).toEqual([]);
    expect(judged({}, { tdxModuleIdentities: twice }).failed).toEqual(['intel.tcb-info.well-formed']);
  });

  it('is compared with its own identity, not with the base', () => {
    const other = { ...INTEL, mrSigner: `${'0'.repeat(95)}1` };
    const tcbLevels = [{ isvSvn: 1, tcbDate: '2024-01-01T00:00:00Z', tcbStatus: 'UpToDate' }];
    const tdxModuleIdentities = [{ id: 'TDX_01', ...other, tcbLevels }];
    expect(judged({ mrSignerSeam: octets(48, 1) }, { tdxModuleIdentities }).failed).toEqual([]);
    expect(judged({}, { tdxModuleIdentities }).failed).toEqual(['intel.tdx-module.mr-signer']);
    expect(judged({ teeTcbSvn: version0, mrSignerSeam: octets(48, 1) }, { tdxModule: other }).failed).toEqual(
      [],
    );
  });

  it('knows versions from ten on by their hexadecimal', () => {
    const tcbLevels = [{ isvSvn: 1, tcbDate: '2024-01-01T00:00:00Z', tcbStatus: 'UpToDate' }];
    const tdxModuleIdentities = [{ id: 'TDX_1F', ...INTEL, tcbLevels }];
    const teeTcbSvn = Uint8Array.of(6, 0x1f, 3, ...new Uint8Array(13));
    expect(judged({ teeTcbSvn }, { tdxModuleIdentities }).failed).toEqual([]);
  });
});

describe('8: the quoting enclave vouches for the attestation key', () => {
  const data = (changes: (bound: Uint8Array) => Uint8Array) => {
    const quote = tdx.quote(REPORT_DATA);
    const bound = quote.slice(48 + 584 + 4 + 128 + 6 + 320).subarray(0, 64);
    return tdx.quote(
      REPORT_DATA,
      {},
      { qeReport: qeReport({ reportData: changes(Uint8Array.from(bound)) }) },
    );
  };

  it('in a report that the PCK key signed', () => {
    const quote = tdx.quote(REPORT_DATA, {}, { qeReportSigner: stranger });
    expect(judge(quote, tdx.collateral())).toMatchObject({
      failed: ['intel.qe.signature'],
      verified: null,
    });
  });

  it('with the hash of key and authentication data, then zeros', () => {
    expect(
      judge(
        data((bound) => bound),
        tdx.collateral(),
      ).failed,
    ).toEqual([]);
    for (const offset of [0, 31, 32, 63]) {
      const quote = data((bound) => {
        bound[offset] = (bound[offset] ?? 0) ^ 1;
        return bound;
      });
      expect(judge(quote, tdx.collateral())).toMatchObject({
        failed: ['intel.qe.report-data'],
        verified: null,
      });
    }
  });

  it('over all of the authentication data, of whatever length', () => {
    for (const authData of [new Uint8Array(0), ascii('x'), new Uint8Array(1024).fill(9)]) {
      expect(judge(tdx.quote(REPORT_DATA, {}, { authData }), tdx.collateral()).failed).toEqual([]);
    }
  });
});

function qeReport(changes: object): Omit<EnclaveReport, 'reportData'> & { reportData: Uint8Array | null } {
  return {
    ...{ cpuSvn: new Uint8Array(16), miscSelect: 0, attributes: octets(16, 0), mrEnclave: octets(32, 1) },
    mrSigner: new Uint8Array(
      Buffer.from('DC9E2A7C6F948F17474E34A7FC43ED030F7C1563F1BABDDF6340C82E0E54A8C5', 'hex'),
    ),
    ...{ isvProdId: 2, isvSvn: 5, reportData: null },
    ...{ attributes: new Uint8Array(Buffer.from('1500000000000000e700000000000000', 'hex')) },
    ...changes,
  };
}

describe('9: the quoting enclave is Intel’s', () => {
  const attributes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'hex'));

  it.each([
    ['another signer', { mrSigner: octets(32, 1) }, 'intel.qe.mr-signer'],
    ['another product', { isvProdId: 1 }, 'intel.qe.isv-prod-id'],
    ['misc select', { miscSelect: 1 }, 'intel.qe.misc-select'],
    ['misc select of a high bit', { miscSelect: 0x8000_0000 }, 'intel.qe.misc-select'],
    [
      'other attributes',
      { attributes: attributes('3500000000000000e700000000000000') },
      'intel.qe.attributes',
    ],
    [
      'no provisioning key',
      { attributes: attributes('0500000000000000e700000000000000') },
      'intel.qe.attributes',
    ],
  ])('and refused with %s', (_, changes, check) => {
    expect(judgePlatform(tdx.with({ qe: changes }))).toMatchObject({ failed: [check], verified: null });
  });

  it('and refused where it can be debugged, masked or not', () => {
    const qe = { attributes: attributes('1700000000000000e700000000000000') };
    const masked = { attributesMask: 'F9FFFFFFFFFFFFFF0000000000000000' };
    expect(judgePlatform(tdx.with({ qe })).verified).toBeNull();
    expect(judgePlatform(tdx.with({ qe, qeIdentity: masked }))).toMatchObject({
      failed: ['intel.qe.debug'],
      verified: null,
    });
  });

  it('but for what the masks leave open', () => {
    const qe = { attributes: attributes('1500000000000000ff00000000000000'), miscSelect: 1 };
    expect(judgePlatform(tdx.with({ qe, qeIdentity: { miscselectMask: 'FEFFFFFF' } })).failed).toEqual([]);
  });

  it.each([
    ['the identity of SGX', { id: 'QE' }],
    ['the identity of a verifier', { id: 'QVE' }],
    ['version 1', { version: 1 }],
    ['version 3', { version: 3 }],
  ])('and its identity is of its kind: refuses %s', (_, qeIdentity) => {
    const judged = judgePlatform(tdx.with({ qeIdentity }));
    expect(judged).toMatchObject({ failed: ['intel.qe-identity.tee'], verified: null });
  });

  it('and an SGX quote needs the identity of QE', () => {
    expect(judgePlatform(sgx).failed).toEqual([]);
    expect(judgePlatform(sgx.with({ qeIdentity: { id: 'TD_QE' } })).failed).toEqual([
      'intel.qe-identity.tee',
    ]);
    expect(judgePlatform(sgx.with({ tcbInfo: { id: 'TDX' } })).failed).toEqual(['intel.tcb-info.tee']);
  });

  it.each([
    [6, 'UpToDate'],
    [4, 'UpToDate'],
    [3, 'OutOfDate'],
    [2, 'OutOfDate'],
  ])('and stands at the level of its ISVSVN %i: %s', (isvSvn, status) => {
    expect(judgePlatform(tdx.with({ qe: { isvSvn } })).verdict?.qe.status).toBe(status);
  });

  it('and is refused below every level', () => {
    expect(judgePlatform(tdx.with({ qe: { isvSvn: 1 } }))).toMatchObject({
      failed: ['intel.tcb.qe'],
      verified: null,
    });
  });

  it('and its levels are sorted here', () => {
    const tcbLevels = [
      { isvSvn: 1, tcbDate: '2024-01-01T00:00:00Z', tcbStatus: 'Revoked' },
      { isvSvn: 5, tcbDate: '2025-01-01T00:00:00Z', tcbStatus: 'UpToDate' },
    ];
    expect(judgePlatform(tdx.with({ qeIdentity: { tcbLevels } })).verdict?.qe.status).toBe('UpToDate');
  });
});

describe('2, 10: the attestation key signed header and body', () => {
  it.each([
    ['SGX v3', sgx.quote(REPORT_DATA, {}, { quoteSigner: stranger }), sgx.collateral()],
    ['TDX v4', tdx.quote(REPORT_DATA, {}, { quoteSigner: stranger }), tdx.collateral()],
    ['TDX v5', tdx.quote(REPORT_DATA, {}, { quoteSigner: stranger, version: 5 }), tdx.collateral()],
  ])('%s by a stranger', (_, quote, collateral) => {
    expect(judge(quote, collateral)).toMatchObject({ failed: ['intel.quote.signature'], verified: null });
  });

  it('and a key that is no point is none', () => {
    const point = new Uint8Array(64);
    const attestationKey = { ...tdx.pki.key('attestation'), point };
    const judged = judge(tdx.quote(REPORT_DATA, {}, { attestationKey }), tdx.collateral());
    expect(judged).toMatchObject({ failed: ['intel.quote.attestation-key'], verified: null });
  });

  it('18: and either form of the signature says the same', () => {
    const quote = tdx.quote(REPORT_DATA);
    const twin = Uint8Array.from(quote);
    twin.set(otherSignature(quote.subarray(636, 700)), 636);
    expect(twin).not.toEqual(quote);
    const [one, other] = [judge(quote, tdx.collateral()), judge(twin, tdx.collateral())];
    expect(other.verified).toEqual(one.verified);
    expect(other.failed).toEqual([]);
    const same = other.verified?.tee === 'tdx' ? other.verified.report.reportData : null;
    expect(same).toEqual(REPORT_DATA);
  });
});
