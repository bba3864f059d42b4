import { createHash } from 'node:crypto';
import type { EnclaveReport, TdReport } from '../../evidence/intel/evidence.ts';
import type { PckFields } from './pck-extension.ts';
import type { PckCa } from './pki.ts';
import type { QeIdentityFields } from './qe-identity.ts';
import type { DocumentDates, ModuleFields, TcbInfoFields } from './tcb-info.ts';

/** A platform, module and quoting enclave of the newest level, shaped after the machines whose quotes are public. */

const FMSPC = '90C06F000000';
const PCE_ID = '0000';
const EVALUATION_NUMBER = 18;
const ANY_DATE = { upToDate: '2024-11-13T00:00:00Z', outOfDate: '2024-03-13T00:00:00Z' } as const;

/** One for each kind of TEE; Intel's own values, so that whatever looks for them finds them. */
const QE = {
  tdx: {
    id: 'TD_QE',
    mrSigner: 'DC9E2A7C6F948F17474E34A7FC43ED030F7C1563F1BABDDF6340C82E0E54A8C5',
    isvProdId: 2,
    isvSvn: 4,
  },
  sgx: {
    id: 'QE',
    mrSigner: '8C4F5775D796503E96137F77C68A829A0056AC8DED70140B081B094490C57BFF',
    isvProdId: 1,
    isvSvn: 8,
  },
} as const;

const INTEL_MODULE: ModuleFields = {
  mrSigner: '0'.repeat(96),
  attributes: '0'.repeat(16),
  attributesMask: 'F'.repeat(16),
};

export type Tee = keyof typeof QE;

export function pckFields(ca: PckCa): PckFields {
  const platform = ca === 'platform';
  return {
    ppid: label(16, 'ppid').toString('hex'),
    components: [4, 4, 2, 2, 4, 1, 0, 5],
    pceSvn: 13,
    cpuSvn: null,
    pceId: PCE_ID,
    fmspc: FMSPC,
    sgxType: platform ? 1 : 0,
    platformInstanceId: platform ? label(16, 'piid').toString('hex') : null,
    configuration: platform ? { dynamicPlatform: true, cachedKeys: true, smtEnabled: true } : null,
  };
}

export function tcbInfoFields(tee: Tee, dates: DocumentDates): TcbInfoFields {
  const tdx = tee === 'tdx';
  const stale = { tcbDate: ANY_DATE.outOfDate, tcbStatus: 'OutOfDate', advisoryIDs: ['INTEL-SA-01036'] };
  const fresh = { tcbDate: ANY_DATE.upToDate, tcbStatus: 'UpToDate' };
  return {
    id: tdx ? 'TDX' : 'SGX',
    version: 3,
    ...dates,
    fmspc: FMSPC,
    pceId: PCE_ID,
    tcbType: 0,
    tcbEvaluationDataNumber: EVALUATION_NUMBER,
    tdxModule: tdx ? INTEL_MODULE : null,
    tdxModuleIdentities: tdx
      ? [
          { id: 'TDX_03', ...INTEL_MODULE, tcbLevels: [{ isvSvn: 3, ...fresh }] },
          {
            id: 'TDX_01',
            ...INTEL_MODULE,
            tcbLevels: [
              { isvSvn: 6, ...fresh },
              { isvSvn: 4, ...stale },
            ],
          },
        ]
      : null,
    tcbLevels: [
      { sgx: [3, 3, 2, 2, 4, 1, 0, 5], pceSvn: 13, tdx: [5, 0, 3], ...fresh },
      { sgx: [2, 2, 2, 2, 3, 1, 0, 5], pceSvn: 13, tdx: [5, 0, 2], ...stale },
      { sgx: [2, 2, 2, 2, 3, 1, 0, 3], pceSvn: 5, tdx: [3, 0, 2], ...stale },
    ],
    edit: (json) => json,
  };
}

export function qeIdentityFields(tee: Tee, dates: DocumentDates): QeIdentityFields {
  const { id, mrSigner, isvProdId, isvSvn } = QE[tee];
  return {
    id,
    version: 2,
    ...dates,
    tcbEvaluationDataNumber: EVALUATION_NUMBER,
    miscselect: '00000000',
    miscselectMask: 'FFFFFFFF',
    attributes: '11000000000000000000000000000000',
    attributesMask: 'FBFFFFFFFFFFFFFF0000000000000000',
    mrSigner,
    isvProdId,
    tcbLevels: [
      { isvSvn, tcbDate: ANY_DATE.upToDate, tcbStatus: 'UpToDate' },
      {
        isvSvn: isvSvn - 2,
        tcbDate: ANY_DATE.outOfDate,
        tcbStatus: 'OutOfDate',
        advisoryIDs: ['INTEL-SA-00615'],
      },
    ],
    edit: (json) => json,
  };
}

/** The quoting enclave's report, but for its report data. */
export function qeReport(tee: Tee): Omit<EnclaveReport, 'reportData'> & { readonly reportData: null } {
  const { mrSigner, isvProdId, isvSvn } = QE[tee];
  return {
    cpuSvn: hex('0404191b04ff00060000000000000000'),
    miscSelect: 0,
    attributes: hex('1500000000000000e700000000000000'),
    mrEnclave: new Uint8Array(label(32, 'quoting enclave')),
    mrSigner: hex(mrSigner),
    isvProdId,
    isvSvn: isvSvn + 1,
    reportData: null,
  };
}

/** A TD 1.0 without debugging, of a module TDX_01 that is up to date. */
export function tdReport(reportData: Uint8Array): TdReport {
  const [rtMr0, rtMr1, rtMr2] = [48, 48, 48].map(
    (size, index) => new Uint8Array(label(size, `rtMr${index}`)),
  );
  const zero = new Uint8Array(48);
  return {
    teeTcbSvn: hex('06010300000000000000000000000000'),
    mrSeam: new Uint8Array(label(48, 'TDX module')),
    mrSignerSeam: zero,
    seamAttributes: new Uint8Array(8),
    tdAttributes: 0x1000_0000n,
    xfam: 0x602e7n,
    mrTd: new Uint8Array(label(48, 'mrTd')),
    mrConfigId: zero,
    mrOwner: zero,
    mrOwnerConfig: zero,
    rtMr: [rtMr0 ?? zero, rtMr1 ?? zero, rtMr2 ?? zero, zero],
    reportData,
    teeTcbSvn2: null,
    mrServiceTd: null,
  };
}

/** An enclave without debugging. */
export function enclaveReport(reportData: Uint8Array): EnclaveReport {
  return {
    cpuSvn: hex('0b0b1a18ffff04000000000000000000'),
    miscSelect: 0,
    attributes: hex('0500000000000000e700000000000000'),
    mrEnclave: new Uint8Array(label(32, 'enclave')),
    mrSigner: new Uint8Array(label(32, 'enclave signer')),
    isvProdId: 1,
    isvSvn: 2,
    reportData,
  };
}

/** Bytes that look like a measurement and are none. */
export function label(size: number, text: string): Buffer {
  return createHash('sha384').update(`forged ${text}`).digest().subarray(0, size);
}

function hex(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'hex'));
}
