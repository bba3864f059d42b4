import { hash } from 'node:crypto';
import { concatBytes } from '../../bytes/concat.ts';
import { equalBytes } from '../../bytes/equal.ts';
import { toHex } from '../../bytes/text.ts';
import type { CheckList } from '../check.ts';
import type { HclReport } from './hcl-report.ts';

/**
 * `azure.var-data.digest`: the hardware signed the digest of just these claims, in the hash that the report names, and
 * nothing behind it. Without this the claims, and the attestation key in them, would be whoever's who wrote the file.
 *
 * @param reportData report_data of the hardware's report, 64 bytes
 */
export function checkVariableData(checks: CheckList, hcl: HclReport, reportData: Uint8Array): boolean {
  const digest = hash(hcl.hash, hcl.variableData, 'buffer');
  const expected = concatBytes([digest, new Uint8Array(reportData.length - digest.length)]);
  const holds = equalBytes(expected, reportData);
  return checks.expect('azure.var-data.digest', holds, toHex(expected), toHex(reportData));
}
