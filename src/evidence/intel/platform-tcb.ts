import type { PckExtension } from './pck-extension.ts';
import { supersededOn } from './superseded.ts';
import type { PlatformLevel, TcbComponent } from './tcb-info.ts';
import type { ComponentVerdict, Shortfall } from './verdict.ts';

/** The SVNs that a platform has: in its PCK certificate, and for TDX in the TD's report. */
export type PlatformSvns = Pick<PckExtension, 'components' | 'pceSvn'> & {
  /** 16 bytes; null for SGX. */
  readonly teeTcbSvn: Uint8Array | null;
};

/**
 * The first level, from the newest, whose every SVN the platform reaches; null if there is none, and then Intel does not
 * support the platform.
 */
export function matchPlatformLevel(
  levels: readonly PlatformLevel[],
  svns: PlatformSvns,
): ComponentVerdict | null {
  const [newest] = levels;
  const index = levels.findIndex((candidate) => isReached(candidate, svns));
  const level = levels[index];
  if (newest === undefined || level === undefined) return null;
  const { tcbStatus, tcbDate, advisoryIDs } = level;
  return {
    status: tcbStatus,
    tcbDate,
    supersededOn: supersededOn(levels, index),
    advisories: advisoryIDs,
    shortfalls: index === 0 ? [] : shortfallsOf(newest, svns),
  };
}

/**
 * Modules of version 1 and above have identities of their own: their two SVNs, at 0 and 1, are judged there, and the
 * platform's comparison begins behind them. Starting at 0 for all is the mistake that lets a newer module seem out of date.
 */
export function firstTdxComponent(teeTcbSvn: Uint8Array): 0 | 2 {
  return (teeTcbSvn[1] ?? 0) > 0 ? 2 : 0;
}

function isReached(level: PlatformLevel, svns: PlatformSvns): boolean {
  if (svns.pceSvn < level.pceSvn) return false;
  for (let index = 0; index < level.sgx.length; index++) {
    if ((svns.components[index] ?? -1) < (level.sgx[index]?.svn ?? 256)) return false;
  }
  const { teeTcbSvn } = svns;
  if (teeTcbSvn === null) return true;
  if (level.tdx === null) return false;
  for (let index: number = firstTdxComponent(teeTcbSvn); index < level.tdx.length; index++) {
    if ((teeTcbSvn[index] ?? -1) < (level.tdx[index]?.svn ?? 256)) return false;
  }
  return true;
}

function shortfallsOf(level: PlatformLevel, { components, pceSvn, teeTcbSvn }: PlatformSvns): Shortfall[] {
  const first = teeTcbSvn === null ? 0 : firstTdxComponent(teeTcbSvn);
  return [
    ...lacking('sgxtcbcomponents', level.sgx, components, 0),
    ...(pceSvn < level.pceSvn
      ? [{ component: 'pcesvn', has: pceSvn, needs: level.pceSvn, category: null, type: null }]
      : []),
    ...(teeTcbSvn === null ? [] : lacking('tdxtcbcomponents', level.tdx ?? [], teeTcbSvn, first)),
  ];
}

function lacking(
  list: string,
  wanted: readonly TcbComponent[],
  found: ArrayLike<number>,
  first: number,
): Shortfall[] {
  return wanted.flatMap(({ svn, category, type }, index) => {
    const has = found[index] ?? 0;
    if (index < first || has >= svn) return [];
    return [{ component: `${list}[${index}]`, has, needs: svn, category, type }];
  });
}
