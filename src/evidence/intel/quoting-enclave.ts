import { hash, type KeyObject } from 'node:crypto';
import { concatBytes } from '../../bytes/concat.ts';
import { toHex } from '../../bytes/text.ts';
import type { CheckList } from '../check.ts';
import { isDebuggable, isZero } from './enclave-report.ts';
import { verifyP256 } from './p256.ts';
import type { QeIdentity } from './qe-identity.ts';
import type { Quote } from './quote.ts';

/** `intel.qe.signature`: the platform's key vouches for the quoting enclave's report. */
export function checkQeSignature(checks: CheckList, { qe }: Quote, pckKey: KeyObject): boolean {
  const holds = verifyP256(pckKey, qe.reportBytes, qe.signature);
  const expected = 'made by the PCK key';
  return checks.expect('intel.qe.signature', holds, expected, holds ? expected : 'does not hold');
}

/** `intel.qe.report-data`: the quoting enclave vouches for the attestation key: SHA-256 of it and of all authentication data, then zeros. */
export function checkQeReportData(checks: CheckList, { qe, attestationKey }: Quote): boolean {
  const expected = hash('sha256', concatBytes([attestationKey, qe.authData]), 'hex');
  const bound = toHex(qe.report.reportData.subarray(0, 32));
  const holds = bound === expected && isZero(qe.report.reportData.subarray(32));
  const actual = holds ? expected : toHex(qe.report.reportData);
  return checks.expect('intel.qe.report-data', holds, expected, actual);
}

/** `intel.qe.misc-select`, `intel.qe.attributes`, `intel.qe.mr-signer`, `intel.qe.isv-prod-id`, `intel.qe.debug`: the enclave is Intel's. */
export function checkQeIdentity(checks: CheckList, { qe: { report } }: Quote, identity: QeIdentity): void {
  const misc = (report.miscSelect & identity.miscSelectMask) >>> 0;
  const wanted = (identity.miscSelect & identity.miscSelectMask) >>> 0;
  expectText(checks, 'intel.qe.misc-select', word(wanted), word(misc));
  const attributes = masked(report.attributes, identity.attributesMask);
  const expected = masked(identity.attributes, identity.attributesMask);
  expectText(checks, 'intel.qe.attributes', expected, attributes);
  expectText(checks, 'intel.qe.mr-signer', identity.mrSigner, toHex(report.mrSigner));
  expectText(checks, 'intel.qe.isv-prod-id', `${identity.isvProdId}`, `${report.isvProdId}`);
  const debug = isDebuggable(report);
  checks.expect('intel.qe.debug', !debug, 'no debugging', debug ? 'may be debugged' : 'no debugging');
}

function expectText(checks: CheckList, id: string, expected: string, actual: string): void {
  checks.expect(id, expected === actual, expected, actual);
}

function masked(bytes: Uint8Array, mask: Uint8Array): string {
  return toHex(bytes.map((octet, index) => octet & (mask[index] ?? 0xff)));
}

function word(value: number): string {
  return value.toString(16).padStart(8, '0');
}
