import type { IntelCollateral } from '../../evidence/intel/collateral.ts';
import type { TdReport } from '../../evidence/intel/evidence.ts';
import type { ForgedSnpPlatform, ReportChange } from '../amd/platform.ts';
import { tdReport } from '../intel/defaults.ts';
import type { ForgedPlatform } from '../intel/platform.ts';
import { type HclHash, marshalHclReport, reportDataFor } from './hcl-report.ts';
import { marshalTdReport } from './td-report.ts';

/** What an Azure VM's hardware and host give out beside the vTPM. */
export type ForgedAzureHardware = {
  readonly tee: 'snp' | 'tdx';
  /** DER: what must be trusted for its reports to be. */
  readonly roots: readonly Uint8Array[];
  /** The NV index with the report over these claims and, for TDX, the quote that the host makes of it. */
  readonly report: (claims: Uint8Array, change?: HclChange) => AzureReport;
  /** DER: VCEK, ASK, ARK; none for TDX, whose quotes carry their chain. */
  readonly certificates: readonly Uint8Array[];
  /** DER; null for TDX. */
  readonly crl: Uint8Array | null;
  readonly intelCollateral: IntelCollateral;
};

export type AzureReport = { readonly hclReport: Uint8Array; readonly tdQuote: Uint8Array | null };

/** What a test may have otherwise. */
export type HclChange = {
  readonly hash?: HclHash;
  /** Default: the digest of the claims, and zeros. */
  readonly reportData?: Uint8Array;
  readonly snp?: ReportChange;
  /** Of the report with its padding; default: what Azure's NV index has. */
  readonly totalBytes?: number;
  /** In the TD quote alone. */
  readonly quoted?: Partial<TdReport>;
};

const NO_COLLATERAL: IntelCollateral = {
  tcbInfo: null,
  tcbInfoChain: null,
  qeIdentity: null,
  qeIdentityChain: null,
  rootCrl: null,
  pckCrl: null,
  pckChain: null,
};

export function snpHardware(platform: ForgedSnpPlatform): ForgedAzureHardware {
  return {
    tee: 'snp',
    roots: platform.roots,
    report: (
      claims,
      { hash = 'sha256', reportData = reportDataFor(claims, hash), snp = {}, ...size } = {},
    ) => {
      const hardwareReport = platform.report(reportData, snp);
      return {
        hclReport: marshalHclReport({ reportType: 'snp', hardwareReport, hash, claims, ...size }),
        tdQuote: null,
      };
    },
    certificates: platform.certificates(),
    crl: platform.crl(),
    intelCollateral: NO_COLLATERAL,
  };
}

/** @param td15 whether module and quote are of TDX 1.5, which says more of a TD */
export function tdxHardware(platform: ForgedPlatform<TdReport>, td15 = false): ForgedAzureHardware {
  return {
    tee: 'tdx',
    roots: [platform.root],
    report: (
      claims,
      { hash = 'sha256', reportData = reportDataFor(claims, hash), quoted = {}, ...size } = {},
    ) => {
      const { teeTcbSvn2: _, mrServiceTd: __, ...fields } = tdReport(reportData);
      const newer = td15 ? { teeTcbSvn2: fields.teeTcbSvn, mrServiceTd: new Uint8Array(48) } : {};
      const hardwareReport = marshalTdReport({ ...fields, ...newer });
      return {
        hclReport: marshalHclReport({ reportType: 'tdx', hardwareReport, hash, claims, ...size }),
        tdQuote: platform.quote(reportData, { ...newer, ...quoted }),
      };
    },
    certificates: [],
    crl: null,
    intelCollateral: platform.collateral(),
  };
}
