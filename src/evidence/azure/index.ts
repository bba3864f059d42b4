/** The public face of Azure's confidential VMs. */
export type { CertifiedAk } from './ak-certificate.ts';
export type { AzureCvmEvidence } from './evidence.ts';
export {
  type HclHash,
  type HclReport,
  type HclReportType,
  hclReportTypeOf,
  MAX_HCL_REPORT_BYTES,
  parseHclReport,
} from './hcl-report.ts';
export type { RsaJwk, RuntimeClaims, VmConfiguration } from './runtime-claims.ts';
export { parseTdReport, type TdReportFields, type TdReportStruct } from './td-report.ts';
export { type AzureCvmInput, type AzureCvmResult, verifyAzureCvm } from './verify.ts';
