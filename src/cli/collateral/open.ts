import { join } from 'node:path';
import { openFolderCache } from '../../collateral/cache/folder.ts';
import { type Collateral, createCollateral } from '../../collateral/collateral.ts';
import { channelText } from '../../collateral/intel/channel.ts';
import type { CollateralCache, CollateralEvent } from '../../collateral/port.ts';
import { collateralSettings } from '../../collateral/settings.ts';
import type { CollateralTrust } from '../../collateral/trust.ts';
import { parseRoots } from '../../policy/roots.ts';
import { dataFolder } from '../settings.ts';
import { readPins } from '../verify/pins.ts';
import { readEvidence } from '../verify/read-evidence.ts';
import type { CollateralFlags } from './flags.ts';

export type Opened = {
  readonly folder: string;
  readonly cache: CollateralCache;
  readonly collateral: Collateral;
  readonly trust: CollateralTrust;
  readonly channel: string;
  /** What went wrong on the way, though the command went on. */
  readonly events: readonly CollateralEvent[];
};

/** @throws CollateralError, UsageError, FormatError */
export async function openCollateral(flags: CollateralFlags, mode?: 'offline'): Promise<Opened> {
  const folder = collateralFolder(flags);
  const events: CollateralEvent[] = [];
  const log = (event: CollateralEvent): void => void events.push(event);
  const settings = collateralSettings(
    {
      pcsUrl: flags.pcsUrl,
      kdsUrl: flags.kdsUrl,
      rimUrl: flags.rimUrl,
      ocspUrl: flags.ocspUrl,
      nrasUrl: flags.nrasUrl,
      tcbUpdate: flags.tcbUpdate,
      mode,
    },
    process.env,
  );
  const roots = flags.roots === undefined ? new Map<string, Uint8Array>() : readEvidence(flags.roots);
  const trust = { pins: readPins(), anchors: parseRoots(roots, []) };
  const cache = await openFolderCache(folder, log);
  const collateral = createCollateral({ cache, settings, trust, clock: () => new Date(), log });
  return { folder, cache, collateral, trust, channel: channelText(settings.channel), events };
}

export function collateralFolder({ data }: CollateralFlags): string {
  return join(dataFolder(data), 'collateral');
}
