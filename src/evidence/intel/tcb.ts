import type { CheckList } from '../check.ts';
import { matchIsvLevel } from './isv-tcb.ts';
import type { PckExtension } from './pck-extension.ts';
import { matchPlatformLevel } from './platform-tcb.ts';
import type { QeIdentity } from './qe-identity.ts';
import type { Quote } from './quote.ts';
import { converge, convergeLaunch, merge } from './status.ts';
import type { TcbInfo } from './tcb-info.ts';
import { matchModuleLevel } from './tdx-module.ts';
import type { ComponentVerdict, IntelVerdict, Shortfall } from './verdict.ts';

/** What the levels of a platform are matched with. */
export type TcbInput = {
  readonly quote: Quote;
  readonly pck: PckExtension;
  readonly tcbInfo: TcbInfo;
  readonly qeIdentity: QeIdentity;
};

type Parts = Pick<IntelVerdict, 'platform' | 'module'>;

/**
 * Evaluates the TCB (SGX DCAP QVL, 4.1.2.5): platform, TDX module and quoting enclave each, a TD 1.5 twice, and all
 * together. Which status is good enough is not asked here, only that there is one.
 *
 * @returns null where a part reaches no level: Intel does not support it, and a check says so
 */
export function evaluateTcb(checks: CheckList, input: TcbInput): Omit<IntelVerdict, 'collateral'> | null {
  const { quote, tcbInfo, qeIdentity } = input;
  const [launched, current] =
    quote.tee === 'sgx' ? [null, null] : [quote.report.teeTcbSvn, quote.report.teeTcbSvn2];
  const launch = evaluateParts(checks, input, launched, {
    platform: 'intel.tcb.platform',
    module: 'intel.tcb.module',
  });
  const qe = matchIsvLevel(qeIdentity.levels, quote.qe.report.isvSvn, 'quoting enclave');
  expectLevel(checks, 'intel.tcb.qe', qe);
  const now =
    current &&
    evaluateParts(checks, input, current, {
      platform: 'intel.tcb.current-platform',
      module: 'intel.tcb.current-module',
    });
  if (launch === null || qe === null || (current !== null && now === null)) return null;
  const parts = partsOf(launch, qe);
  const currentParts = now === null ? parts : partsOf(now, qe);
  const status = convergeLaunch(converge(parts.map(statusOf)), converge(currentParts.map(statusOf)));
  return {
    status,
    ...launch,
    qe,
    ...merge([...parts, ...currentParts]),
    evaluationNumbers: {
      tcbInfo: tcbInfo.tcbEvaluationDataNumber,
      qeIdentity: qeIdentity.tcbEvaluationDataNumber,
    },
  };
}

function evaluateParts(
  checks: CheckList,
  { pck, tcbInfo }: TcbInput,
  teeTcbSvn: Uint8Array | null,
  ids: { readonly platform: string; readonly module: string },
): Parts | null {
  const platform = matchPlatformLevel(tcbInfo.levels, { ...pck, teeTcbSvn });
  expectLevel(checks, ids.platform, platform);
  const module = teeTcbSvn === null ? 'version0' : matchModuleLevel(tcbInfo, teeTcbSvn);
  if (module === 'version0') return platform && { platform, module: null };
  expectLevel(checks, ids.module, module);
  return platform && module && { platform, module };
}

function partsOf({ platform, module }: Parts, qe: ComponentVerdict): readonly ComponentVerdict[] {
  return module === null ? [platform, qe] : [platform, module, qe];
}

function statusOf({ status }: ComponentVerdict): ComponentVerdict['status'] {
  return status;
}

function expectLevel(checks: CheckList, id: string, found: ComponentVerdict | null): void {
  const expected = 'a TCB level that Intel supports';
  checks.expect(id, found !== null, expected, found === null ? 'below every level' : describe(found));
}

/** A person who reads this must know what to update. */
function describe({ status, tcbDate, shortfalls }: ComponentVerdict): string {
  const level = `${status}, level of ${tcbDate.slice(0, 10)}`;
  return shortfalls.length === 0 ? level : `${level}; the newest wants ${shortfalls.map(lack).join(', ')}`;
}

function lack({ component, has, needs, category, type }: Shortfall): string {
  const what = [category, type].filter((text) => text !== null).join(', ');
  return `${component} ${needs}, is ${has}${what === '' ? '' : ` (${what})`}`;
}
