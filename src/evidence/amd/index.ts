/** The SEV-SNP room's public face: what other rooms, and `azure/`, may use. */
export { type CertificateTable, parseCertificateTable, readCertificateTable } from './certificate-table.ts';
export { readCertificates, readCrl } from './certificates.ts';
export {
  SNP_PRODUCTS,
  type SnpEvidence,
  type SnpProduct,
  type SnpReport,
  type TcbVersion,
} from './evidence.ts';
export { type GuestPolicy, parseGuestPolicy } from './guest-policy.ts';
export { type SnpCertificateNeed, servingCertificates, snpCertificateNeeds } from './needs.ts';
export { type PlatformInfo, parsePlatformInfo } from './platform-info.ts';
export { parseSnpReport } from './report.ts';
export { checkReportData } from './report-data.ts';
export { type SnpReportInput, type SnpReportResult, verifySnpReport } from './verify.ts';
