import type { ComponentVerdict, TcbStatus } from './verdict.ts';

/**
 * What a status says, taken apart. Statuses are unions of these four, and so the convergence of several parts is the union
 * of what is wrong with each: what any part has out of date is out of date for all.
 */
type Faults = {
  readonly revoked?: true;
  readonly outOfDate?: true;
  readonly configuration?: true;
  readonly hardening?: true;
};

const FAULTS: Readonly<Record<TcbStatus, Faults>> = {
  UpToDate: {},
  SWHardeningNeeded: { hardening: true },
  ConfigurationNeeded: { configuration: true },
  ConfigurationAndSWHardeningNeeded: { configuration: true, hardening: true },
  OutOfDate: { outOfDate: true },
  OutOfDateConfigurationNeeded: { outOfDate: true, configuration: true },
  Revoked: { revoked: true },
  TDRelaunchAdvised: { outOfDate: true },
  TDRelaunchAdvisedConfigurationNeeded: { outOfDate: true, configuration: true },
};

/** The status of a whole whose parts have these (Intel SGX DCAP QVL, 4.1.2.5: Revoked, then OutOfDate, prevail). */
export function converge(statuses: readonly TcbStatus[]): TcbStatus {
  const any = (fault: keyof Faults): boolean => statuses.some((status) => FAULTS[status][fault] === true);
  const configuration = any('configuration');
  if (any('revoked')) return 'Revoked';
  if (any('outOfDate')) return configuration ? 'OutOfDateConfigurationNeeded' : 'OutOfDate';
  if (configuration) return any('hardening') ? 'ConfigurationAndSWHardeningNeeded' : 'ConfigurationNeeded';
  return any('hardening') ? 'SWHardeningNeeded' : 'UpToDate';
}

/**
 * The status of a TD 1.5 that was launched under one TCB and runs under another, which an update of the TDX module left it
 * with. What was out of date at launch and no longer is, is cured by launching anew.
 */
export function convergeLaunch(launch: TcbStatus, current: TcbStatus): TcbStatus {
  const both = converge([launch, current]);
  const cured = FAULTS[launch].outOfDate === true && FAULTS[current].outOfDate !== true;
  if (!cured || both === 'Revoked') return both;
  return FAULTS[both].configuration ? 'TDRelaunchAdvisedConfigurationNeeded' : 'TDRelaunchAdvised';
}

/** What all parts share: the union of their advisories, sorted, and the oldest of their dates. */
export function merge(parts: readonly ComponentVerdict[]): {
  advisories: readonly string[];
  tcbDate: string;
} {
  const advisories = [...new Set(parts.flatMap((part) => part.advisories))].toSorted();
  const tcbDate = parts.map((part) => part.tcbDate).reduce((a, b) => (Date.parse(b) < Date.parse(a) ? b : a));
  return { advisories, tcbDate };
}
