import type { EnclaveReport } from '../../evidence/intel/evidence.ts';
import { type Field, u16le, u32le, writeLayout } from './layout.ts';

/** SGX REPORT body (Intel SDM vol. 3D, 37.15). */
export const ENCLAVE_REPORT: readonly Field[] = [
  { name: 'cpuSvn', offset: 0, size: 16 },
  { name: 'miscSelect', offset: 16, size: 4 },
  { name: 'attributes', offset: 48, size: 16 },
  { name: 'mrEnclave', offset: 64, size: 32 },
  { name: 'mrSigner', offset: 128, size: 32 },
  { name: 'isvProdId', offset: 256, size: 2 },
  { name: 'isvSvn', offset: 258, size: 2 },
  { name: 'reportData', offset: 320, size: 64 },
];
const ENCLAVE_REPORT_BYTES = 384;

/** Every other byte is zero. */
export function writeEnclaveReport(report: EnclaveReport): Uint8Array {
  return writeLayout(ENCLAVE_REPORT, ENCLAVE_REPORT_BYTES, {
    ...report,
    miscSelect: u32le(report.miscSelect),
    isvProdId: u16le(report.isvProdId),
    isvSvn: u16le(report.isvSvn),
  });
}
