import { toHex } from '../../bytes/text.ts';
import type { CheckList } from '../check.ts';
import type { TdReport } from './evidence.ts';
import { matchIsvLevel } from './isv-tcb.ts';
import type { TcbInfo, TdxModule } from './tcb-info.ts';
import type { ComponentVerdict } from './verdict.ts';

/** The version of the TDX module is the second SVN, and the first counts within it. */
function moduleVersion(teeTcbSvn: Uint8Array): number {
  return teeTcbSvn[1] ?? 0;
}

/**
 * `intel.tdx-module.identity`, `intel.tdx-module.mr-signer`, `intel.tdx-module.attributes`: the module is one that Intel knows.
 * Version 0 is described by `tdxModule`, every other by an identity of its own, and nothing stands in for a missing one.
 */
export function checkTdxModule(checks: CheckList, report: TdReport, tcbInfo: TcbInfo): boolean {
  const version = moduleVersion(report.teeTcbSvn);
  const name = version === 0 ? 'tdxModule' : identityName(version);
  const module: TdxModule | null = version === 0 ? tcbInfo.tdxModule : identityOf(tcbInfo, version);
  const known = module !== null;
  checks.expect('intel.tdx-module.identity', known, name, known ? name : `only ${namesIn(tcbInfo)}`);
  if (module === null) return false;
  const signer = toHex(report.mrSignerSeam);
  checks.expect('intel.tdx-module.mr-signer', signer === module.mrSigner, module.mrSigner, signer);
  const attributes = toHex(report.seamAttributes);
  const holds = attributes === NO_ATTRIBUTES && module.attributes === NO_ATTRIBUTES;
  const actual = holds ? attributes : `${attributes}; TCB Info wants ${module.attributes}`;
  checks.expect('intel.tdx-module.attributes', holds, NO_ATTRIBUTES, actual);
  return true;
}

const NO_ATTRIBUTES = '0'.repeat(16);

function namesIn({ tdxModule, tdxModuleIdentities }: TcbInfo): string {
  const names = [...(tdxModule === null ? [] : ['tdxModule']), ...tdxModuleIdentities.map(({ id }) => id)];
  return names.join(', ') || 'none';
}

/** The level of a module with an identity of its own: `version0` for modules that the platform's level covers. */
export function matchModuleLevel(
  tcbInfo: TcbInfo,
  teeTcbSvn: Uint8Array,
): ComponentVerdict | null | 'version0' {
  const version = moduleVersion(teeTcbSvn);
  if (version === 0) return 'version0';
  const identity = identityOf(tcbInfo, version);
  return identity && matchIsvLevel(identity.levels, teeTcbSvn[0] ?? 0, 'TDX Module');
}

function identityOf({ tdxModuleIdentities }: TcbInfo, version: number) {
  const name = identityName(version);
  return tdxModuleIdentities.find(({ id }) => id === name) ?? null;
}

function identityName(version: number): string {
  return `TDX_${version.toString(16).toUpperCase().padStart(2, '0')}`;
}
