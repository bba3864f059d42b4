/**
 * The status of a TCB level as Intel states it in TCB Info and identities, and the two that only a relaunch of a TD 1.5
 * guest can lead to. A status outside this list is an error, never a pass.
 */
export const TCB_STATUSES = [
  'UpToDate',
  'SWHardeningNeeded',
  'ConfigurationNeeded',
  'ConfigurationAndSWHardeningNeeded',
  'OutOfDate',
  'OutOfDateConfigurationNeeded',
  'Revoked',
  'TDRelaunchAdvised',
  'TDRelaunchAdvisedConfigurationNeeded',
] as const;
export type TcbStatus = (typeof TCB_STATUSES)[number];

/** One number that keeps a component from the newest level: which, what it has, and what that level asks for. */
export type Shortfall = {
  /** `sgxtcbcomponents[3]`, `tdxtcbcomponents[2]`, `pcesvn` or `isvsvn`: the names of Intel's documents. */
  readonly component: string;
  readonly has: number;
  readonly needs: number;
  /** What Intel says of the component: `BIOS`, `OS/VMM`, `TDX Module`; null where it says nothing. */
  readonly category: string | null;
  /** Intel's name of it, such as `Early Microcode Update`; null where it has none. */
  readonly type: string | null;
};

/** How one part of a platform stands: the level that it matched, and what it lacks for the newest. */
export type ComponentVerdict = {
  readonly status: TcbStatus;
  /** RFC 3339, as Intel's document gives it. */
  readonly tcbDate: string;
  /**
   * Since when a newer level has been asked for: the earliest tcbDate, among the levels above the matched one, that is later
   * than the matched level's own; its own where none is later; null where the newest level is reached. RFC 3339.
   */
  readonly supersededOn: string | null;
  readonly advisories: readonly string[];
  /** Empty exactly where the newest level is reached. */
  readonly shortfalls: readonly Shortfall[];
};

/** A document or list that a verdict rests on. */
export type CollateralUse = {
  /** `tcbInfo`, `qeIdentity`, `rootCrl`, `pckCrl`; a certificate chain by its role. */
  readonly name: string;
  /** Of the bytes as received, lower-case hexadecimal. */
  readonly sha256: string;
  /** issueDate or thisUpdate, RFC 3339. */
  readonly issuedAt: string;
  readonly nextUpdate: string;
};

/** What Intel's collateral says of the platform that made a quote. */
export type IntelVerdict = {
  /** The convergence of all parts. */
  readonly status: TcbStatus;
  readonly platform: ComponentVerdict;
  /** Null for SGX, and for TDX modules of version 0, which the platform's level covers. */
  readonly module: ComponentVerdict | null;
  readonly qe: ComponentVerdict;
  /** Union over all parts, sorted. */
  readonly advisories: readonly string[];
  /** The earliest of all parts, RFC 3339. */
  readonly tcbDate: string;
  /** tcbEvaluationDataNumber of TCB Info and of the QE Identity. */
  readonly evaluationNumbers: { readonly tcbInfo: number; readonly qeIdentity: number };
  readonly collateral: readonly CollateralUse[];
};
