import { openFolderCache } from '../../collateral/cache/folder.ts';
import { createCollateral } from '../../collateral/collateral.ts';
import type { CollateralEvent } from '../../collateral/port.ts';
import type { CollateralSettings } from '../../collateral/settings.ts';
import type { CollateralSource } from '../../collateral/source.ts';
import { type CollateralAccess, collateralAccess } from '../../service/collateral/access.ts';
import type { Context } from '../../service/context.ts';
import { collateralFollower } from '../../service/telemetry/trace/traced.ts';
import { readPins } from '../verify/pins.ts';

const REFRESH_MS = 60_000;

/** Vendors' documents from a folder's cache and, unless offline, from the vendors. @throws CollateralError */
export async function openVendorCollateral(
  folder: string,
  settings: CollateralSettings,
  { clock, log, tracer }: Pick<Context, 'clock' | 'log' | 'tracer'>,
): Promise<CollateralAccess> {
  const tell = ({ event, ...what }: CollateralEvent): void => {
    if (event === 'collateral.stored' || event === 'collateral.unchanged') log.debug(what, event);
    else log.warn(what, event);
  };
  const follow = tracer === undefined ? undefined : collateralFollower(tracer);
  const cache = await openFolderCache(folder, tell);
  return collateralAccess(readPins(), (trust) =>
    createCollateral({ cache, settings, trust, clock, log: tell, follow }),
  );
}

/** Renews what is due, at once and about once a minute, so that few hosts ever wait for a vendor. Answers what ends it. */
export function keepCollateral(source: CollateralSource): () => void {
  const ending = new AbortController();
  let underWay = false;
  const renew = (): void => {
    if (underWay) return;
    underWay = true;
    void source.refreshDue(ending.signal).finally(() => {
      underWay = false;
    });
  };
  renew();
  const timer = setInterval(renew, REFRESH_MS);
  timer.unref();
  return () => {
    clearInterval(timer);
    ending.abort();
  };
}
